"""What runs in the guarded child process that alone opens foreign files; it imports nothing of ours.

`program` is started by `read.files.child_process` with limits on time, memory and network, and picks a
reader by kind.

csv_job    The job for large CSV files of the restricted child process: every column as text, as an Arrow
           table
dxf        The drawing job of the restricted child process: layers of a DXF file, and the linework of chosen
           ones
formulas   Cells of a workbook that hold a formula without the value it gave, which python-calamine shows as
           empty
geojson    GeoJSON and TopoJSON made ready for GDAL in the restricted child process: checked, mended, decoded
kml        The KML job of the restricted child process: folders as layers, by Python's own XML parser
mapinfo    MapInfo files made ready for GDAL in the restricted child process: only a plain table gets through
ods        Merged cells of an OpenDocument workbook, which python-calamine does not tell
osm        The check of OpenStreetMap extracts in the restricted child process: that every block is there and
           whole
parquet    The Parquet job of the restricted child process: a table whole, with what its GeoParquet metadata
           says
program    The program of the restricted child process: it opens a foreign file and hands over plain Arrow
           tables
shapefile  The check of shapefiles in the restricted child process: that their parts belong together and are
           whole
tables     The table job of the restricted child process: sheets of a workbook, or a CSV file, as plain values
texts      Texts of a table in the restricted child process: bytes decoded, garbled ones mended, faults named
"""
