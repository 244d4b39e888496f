"""What makes an SQLite file a GeoPackage: its metadata tables, registered layers, and R-trees.

Statements follow OGC 12-128r18 (GeoPackage 1.3). The R-tree triggers are those of version 1.4, because the
older ones break `INSERT … ON CONFLICT DO UPDATE`. They fire on changes of geometry alone, yet SQLite compiles
them for every UPDATE of the table: a program that lacks the ST_ functions can therefore not write places at
all, which is why people, posts, teams and visits are attribute tables apart.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from gridmap.store.sqlite.geometry import SRS_ID

APPLICATION_ID: Final = 0x47504B47  # "GPKG"
USER_VERSION: Final = 10300
_WGS84_WKT: Final = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",'
    '0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],'
    'AUTHORITY["EPSG","4326"]]'
)
_REFERENCE_SYSTEMS: Final = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinate system"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate system"),
    ("WGS 84 geodetic", SRS_ID, "EPSG", SRS_ID, _WGS84_WKT, "longitude/latitude in decimal degrees"),
)
_METADATA_TABLES: Final = (
    """CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
    description TEXT)""",
    """CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
    identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
    """CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
    definition TEXT NOT NULL, scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))""",
)
_FILLED: Final = '({row}."geom" NOTNULL AND NOT ST_IsEmpty({row}."geom"))'
_EMPTY: Final = '({row}."geom" ISNULL OR ST_IsEmpty({row}."geom"))'
_EDGES: Final = 'ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")'


def create_metadata(connection: Connection) -> None:
    """Mark the file as a GeoPackage and create its metadata tables."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {USER_VERSION}")
    for statement in _METADATA_TABLES:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", list(_REFERENCE_SYSTEMS)
    )


def register_attributes(connection: Connection, table: str) -> None:
    """List `table`, which has no geometry, among the contents."""
    connection.exec_driver_sql(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
        "VALUES (?, 'attributes', ?, 0)",
        (table, table),
    )


def register_features(connection: Connection, table: str, kind: str, key: str = "fid") -> None:
    """List `table` as a layer of `kind` in EPSG:4326, with an R-tree over its column `geom`."""
    connection.exec_driver_sql(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, 'features', ?, ?)",
        (table, table, SRS_ID),
    )
    connection.exec_driver_sql(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (table, kind, SRS_ID)
    )
    connection.exec_driver_sql(
        "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', ?, 'write-only')",
        (table, "http://www.geopackage.org/spec120/#extension_rtree"),
    )
    tree = f"rtree_{table}_geom"
    connection.exec_driver_sql(f'CREATE VIRTUAL TABLE "{tree}" USING rtree(id, minx, maxx, miny, maxy)')
    for trigger in _tree_triggers(table, tree, key):
        connection.exec_driver_sql(trigger)


def set_extent(connection: Connection, table: str) -> None:
    """Write the bounds of the layer `table` among the contents, where programs look for them first.

    The R-tree rounds outward to single precision, so the bounds hold all of the layer.
    """
    connection.exec_driver_sql(
        f"""UPDATE gpkg_contents SET (min_x, min_y, max_x, max_y) = (
        SELECT min(minx), min(miny), max(maxx), max(maxy) FROM "rtree_{table}_geom")
        WHERE table_name = ?""",
        (table,),
    )


def written_marks(connection: Connection) -> list[tuple[str, str]]:
    """When each layer and table was entered among the contents, to the millisecond; no two files share all.

    Map programs renew the mark of a layer that they edit; this program leaves them.
    """
    rows = connection.exec_driver_sql("SELECT table_name, last_change FROM gpkg_contents ORDER BY table_name")
    return [(str(table), str(mark)) for table, mark in rows]


def _tree_triggers(table: str, tree: str, key: str) -> list[str]:
    new, new_empty = _FILLED.format(row="NEW"), _EMPTY.format(row="NEW")
    old, old_empty = _FILLED.format(row="OLD"), _EMPTY.format(row="OLD")
    same, moved = f"OLD.{key} = NEW.{key}", f"OLD.{key} != NEW.{key}"
    put = f'INSERT OR REPLACE INTO "{tree}" VALUES (NEW.{key}, {_EDGES});'
    drop_old = f'DELETE FROM "{tree}" WHERE id = OLD.{key};'
    change = (
        f'UPDATE "{tree}" SET minx = ST_MinX(NEW."geom"), maxx = ST_MaxX(NEW."geom"),'
        f' miny = ST_MinY(NEW."geom"), maxy = ST_MaxY(NEW."geom") WHERE id = NEW.{key};'
    )
    of_geometry = f'AFTER UPDATE OF "geom" ON "{table}"'
    of_any = f'AFTER UPDATE ON "{table}"'
    parts = {
        "insert": (f'AFTER INSERT ON "{table}"', new, put),
        "update2": (of_geometry, f"{same} AND {new_empty}", drop_old),
        "update4": (
            of_any,
            f"{moved} AND {new_empty}",
            f'DELETE FROM "{tree}" WHERE id IN (OLD.{key}, NEW.{key});',
        ),
        "update5": (of_any, f"{moved} AND {new}", drop_old + put),
        "update6": (of_geometry, f"{same} AND {new} AND {old}", change),
        "update7": (of_geometry, f"{same} AND {new} AND {old_empty}", put),
        "delete": (f'AFTER DELETE ON "{table}"', 'OLD."geom" NOTNULL', drop_old),
    }
    return [
        f'CREATE TRIGGER "{tree}_{name}" {when} WHEN {condition} BEGIN {action} END'
        for name, (when, condition, action) in parts.items()
    ]
