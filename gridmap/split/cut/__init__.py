"""From units and their load to a coded, exact tessellation of cells, by any method.

adopt          Adopting cells that were drawn elsewhere: by CAD, by another vendor, in another year
bisect         Recursive balanced bisection: one polygon and its load, cut by straight chords into k parts
by_blocks      Cells of whole blocks: a unit's street blocks grouped so that none is cut that need not be
findings       What a split has to tell of single cells: what was lost, cut, joined or added on the way
loads          The load of units: that of the points in them, or a column of theirs spread evenly over each
methods        The methods by name: each makes the cells of one unit, a pure function of its task
natural_lines  Cutting a piece in two along given lines: roads, rivers, rail
parts          Units of several parts: which parts get cells of their own, and which go with a neighbour's
recutting      Cells that no grouping of whole blocks brings into range, cut anew together with neighbours
regular        Regular grids: squares, hexagons and H3 cells, clipped to units, their slivers joined to
               neighbours
replay         Splitting a unit again so that little changes: the stored cuts as they are, or moved, or afresh
table          Cells after a list that says which place belongs to which cell, as offices keep it
unit_task      One unit to cut, and what came of it: what travels to the processes that cut, and back
units          From units and their load to a coded, exact tessellation of cells
"""
