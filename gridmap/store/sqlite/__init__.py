"""What only SQLite has: the file, its connections, geometry as GeoPackage blobs, statements of its dialect.

A store on another database has a wing of the same modules beside this one; the rest of the store asks these.

connections  Connections to a workspace file: one for each unit of work, and one writer at a time
dialect      Statements that SQLite words in its own way: keys in a list, rows put, next ids, JSON facts
geometry     Geometry in a GeoPackage: blobs to shapely and back, the column type, the functions R-trees call
geopackage   What makes an SQLite file a GeoPackage: its metadata tables, registered layers, and R-trees
"""
