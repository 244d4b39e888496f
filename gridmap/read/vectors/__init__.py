"""Vector files to frames: units, points, lines, drawings; and what can be told of a file unread.

boundaries    Boundaries of units, and cells, from vector files
columns       Finding the columns of a file that hold the code, the name, the parent and the rest
csv_rows      Large CSV files as frames of texts, read in the restricted child process
dirty_units   Boundaries that are to be mended: read with all that repairing sets right
drawings      Drawings of a CAD program (DXF): what layers they have, and the lines and labels of chosen ones
inspection    What is in a vector file: layers, fields, encoding, coordinate system and how each was found,
              faults
lines         What cuts go along or around: lines (roads, rivers, rail), blocks, and cells drawn elsewhere
own_units     How much of a layer lies in the units that its rows name: what tells systems apart that are
              close
point_tables  Points of a table: longitude and latitude in two columns or in one cell, with a datum for each
              row
points        Places of load: buildings, addresses, households, from vector files, Parquet or CSV
"""
