"""The exact tessellation that splits and edits share: scenes, borders, numbers, rows.

A scene is a unit's cells as arrays; an exchange is the rows that go out and those that come in.

borders         New shapes of edited cells that meet their neighbours vertex by vertex, and the proof that
                they do
exchange        Rows of cells exchanged for others: how an edit enters a table, and how it is taken back
joining         Pieces cut on their own joined into an exact coverage that moves no unit's border
linework        Drawn lines laid over the borders of cells: snapped to them, noded, and the faces they divide
matching_edges  Vertices for polygons cut one by one: where a cut meets the edge of a neighbour, that gets a
                vertex too
numbers         Codes of cells that come of an edit: who keeps the old one, and the next number of the unit
scene           The tessellation as an edit sees it: arrays of its cells, and the refusals that need no
                geometry
"""
