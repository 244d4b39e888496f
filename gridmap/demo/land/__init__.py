"""The land of the fictional county: terrain, borders, roads, buildings, and the names of places.

borders    Borders: a Voronoi diagram whose edges are replaced by wiggly lines that both neighbours share
buildings  Buildings with household counts: blocks of flats in town, compact clusters along the road in
           villages
graph      Shortest paths over the net of neighbouring villages, from several sources at once
ground     The ground the county stands on: units, buildings, roads and river as frames in the metric CRS
loads      How many households a village has, so that the default rule cuts the county into a wanted number of
           cells
places     Units of the county: which township-level unit a village belongs to, its kind, code and name
roads      Roads: national and county roads that link the towns, then a way to every village, and streets in
           town
terrain    Where things lie: the outline's rough shape, the river's course, towns, and a seed for every
           village
toponyms   Fictional place names, made of the parts that names of villages on the northern plain are made of
"""
