"""Coordinate systems and datums: the one that is measured in, and which one a file may be in.

A system is a projection with its EPSG code; a datum here is WGS 84 or one of the shifted ones of web maps.

crs            The one metric coordinate system that a file is cut and measured in
datum          Shifted coordinates of Chinese web maps: WGS 84, GCJ-02 and BD-09, forth and back, and which
               one data has
older_systems  The systems of China before CGCS2000: their zones, how files name them, and which system is
               their twin
placement      Putting a drawing on the ground: by points known in both, or because it is drawn in a known
               system
region         Where data may be expected to lie: near a region that is known, else on the land of China
suggestions    Which coordinate system coordinates may be in, told by their size and by where each system puts
               them
"""
