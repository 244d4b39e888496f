"""Coverages: polygons that meet edge to edge, mended, measured and proved.

A gap is land of a unit in no cell, an overlap land in two; a coverage is valid where all edges match.

exactness     How far cells are from an exact tessellation of their units, in m² by unit
open_strips   Strips between units that are open to the outside: no hole of the whole, so that cleaning leaves
              them
quality       The quality of a tessellation in figures, and whether it passes
repair        Repairing boundaries that do not meet: duplicates, invalid shapes, overlaps, gaps, slivers,
              loose parts
same_places   Vertices that are the same place but for a rounding: borders read twice, and degrees that were
              stored
topology      Coverages: polygons that meet edge to edge. Typed wrappers, and the ladder that cleans them
unit_borders  Where the border that a unit's cells make together parts from the unit's own, and what lies
              between them
"""
