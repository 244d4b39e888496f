"""Cells of the workspace: cutting units into a draft, correcting cells in a sketch, saving either.

A draft is a new split of units, a sketch is edits of one unit's cells; both are saved as one change.

adopting       Cells that were cut from the workspace's units elsewhere, taken in as they are and saved as one
               change
choice         What a planner chose for a draft: the method with its options, what it follows, and what to cut
codes          Codes of the workspace's cells: the scheme they are of, and the numbers that were ever used
cutting        The cells of a draft: units cut for the first time, cut again with stability, or only relieved
draft          A draft of any new cells of some units: what it would change, with figures to judge it by
drafting       A draft: boundaries, load, method and size made into cells that are not saved yet
figures        What a draft would change, and which of its units no number of cells brings into range
ground         What a draft is cut from: the units as they will be, the lowest of them, and the cells that are
               there
loads          Where the load of cells comes from: a column of the units, stored buildings, the points of a
               file
placed         Buildings and contact sites of the units that a draft cuts, and the new cells they lie in
saving         Saving new cells as one change: a draft of a split table by table, cells edited by hand
               row by row
sketch         Editing cells by hand: what is loaded, one step after another, and the draft that the steps
               make
sketch_view    What a planner sees of a sketch: a unit's cells with their loads before and now, and what lies
               around
"""
