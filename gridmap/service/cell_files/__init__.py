"""Cells as files, for the command line: split, checked, edited, summed up to levels.

A cells file knows its sizes, its coordinate system and its scheme of codes; `stored_cells` reads them.

editing         Edits of the cells in a cells file: a command, with what is drawn in files of its own
levels          Derive the levels above the cells of a file: zones after a list, villages, townships, counties
materials       The material of a split from files: lines, blocks, cells drawn elsewhere, and the list of
                members
micro_grids     Cut the cells of a file further, into micro-grids
notes           What the reader of a split should be told
resplit_report  What splitting again changed, for a person and as JSON
resplitting     Split a file of units again, going on from an earlier cells file
splitting       Split a file of units into a file of cells, and check a tessellation
stored_cells    A cells file to go on from: read with the degrees it stores, and written without moving what
                stays
"""
