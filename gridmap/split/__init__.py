"""Cutting units into cells of balanced load.

again/         Splitting again: what still fits stays, codes go with households, nothing else is touched
blocks/        Street blocks: made, divided, grouped to cells
cells_file     The cells file: layer `cells` in EPSG:4326, and the attribute table `cuts`
cut/           From units and their load to a coded, exact tessellation of cells, by any method
edit/          Edits of a tessellation: split, merge, redraw, transfer
levels/        Levels below and above cells: micro-grids, and zones
material       What cuts go along or around, beside the units and their load
rule           The rule of a split: the method, the size of a cell, and how hard the search for good cuts
               tries
straight/      Straight cuts: recursive balanced bisection of one polygon
tessellation/  The exact tessellation that splits and edits share: scenes, borders, numbers, rows
"""
