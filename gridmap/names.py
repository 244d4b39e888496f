"""Names and widths that files, tables and frames share: each is spelled here and nowhere else."""

from typing import Final

# Coordinate systems
WGS84: Final = "EPSG:4326"
"""Longitude, latitude in degrees: the canonical storage; CGCS2000 is equal to it at our precision."""

# Columns of units and cells
CODE: Final = "code"
NAME: Final = "name"
KIND: Final = "kind"
LEVEL: Final = "level"
PARENT_CODE: Final = "parent_code"
HOUSEHOLDS: Final = "households"
POPULATION: Final = "population"
AREA: Final = "area_m2"
SCHEME: Final = "scheme"
SEQ: Final = "seq"
LAST_SEQ: Final = "last_seq"
COMPACTNESS: Final = "compactness"
FEASIBLE: Final = "feasible"
METHOD: Final = "method"
GEOMETRY: Final = "geometry"
WEIGHT: Final = "weight"

# Layers and tables of files
UNITS: Final = "units"
CELLS: Final = "cells"
CUTS: Final = "cuts"
ZONES: Final = "zones"
BUILDINGS: Final = "buildings"
CHECKPOINTS: Final = "checkpoints"
CONTACT_SITES: Final = "contact_sites"
PEOPLE: Final = "people"
POSTS: Final = "posts"
TEAMS: Final = "teams"
VISITS: Final = "visits"

# Code widths
DIVISION_CODE_WIDTH: Final = 12
"""2 province + 2 prefecture + 2 county + 3 township + 3 village digits."""
SEQ_WIDTH: Final = 3
"""Digits of a cell's sequence within its community, 001 to 999."""

# The scheme a plan has unless it names another
DEFAULT_SCHEME: Final = "main"
