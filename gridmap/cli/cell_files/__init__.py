"""Cells as files on the command line: cut, checked, edited, summed up to levels.

A cells file is one GeoPackage with the layer `cells`; a workspace holds cells beside all the rest.

checking   The command that measures cells: check
editing    Commands that edit the cells of a cells file: edit split, merge, redraw, transfer
levels     The commands of levels: micro (cells into micro-grids) and zones (levels above cells)
splitting  The command that cuts units into cells: split
"""
