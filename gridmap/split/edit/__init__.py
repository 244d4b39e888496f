"""Edits of a tessellation: split, merge, redraw, transfer.

areas     Merging cells, redrawing one, and giving a part of one to a neighbour
commands  What can be asked of a tessellation: the commands of an edit
edit      Edits of a tessellation: a command in, new cells and what changed out; nothing given is altered
lines     Splitting cells along a drawn line
loads     Households of edited cells, and how many of them changed cell
outcome   From shapes, codes and loads to the rows that an edit takes out of the table and puts in
"""
