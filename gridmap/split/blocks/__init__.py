"""Street blocks: made, divided, grouped to cells.

block_graph    Blocks as a graph: what they bear, and how long the borders between them are
dividing       Dividing single blocks, by straight cuts, into pieces of about equal load
grouping       Blocks grouped into connected cells of balanced load: spanning trees cut in two, then borders
               shifted
regrouping     Shifting the borders of groups of blocks, one block at a time, so that no group falls apart
street_blocks  The blocks of a piece of land: polygons as given, or the faces between lines, as an exact
               coverage
"""
