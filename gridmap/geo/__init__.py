"""Frames of places and their checks, coordinate systems, codes, coverage topology and quality figures.

code_scheme  Schemes of cell codes: how a code is made of its unit's code and the cell's number, and checked
codes        Codes: reading them as text, and the order in which places are numbered
coverage/    Coverages: polygons that meet edge to edge, mended, measured and proved
faults       Faults of tables of places, each as a message that names the rows or codes and the mend
frames       The frames that geometry travels in, and the checks that make them
layers_file  Writing frames as layers of one GeoPackage, whole or not at all
lines/       Lines: of drawings, along which cuts run, and the faces they divide
sizes        The size a cell should have, and how many cells a load makes
systems/     Coordinate systems and datums: the one that is measured in, and which one a file may be in
"""
