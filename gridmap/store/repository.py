"""The workspace file: made, opened, and read as a `Plan` and its shapes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Row,
    Select,
    Table,
    func,
    insert,
    select,
    type_coerce,
)

from gridmap.errors import NotAWorkspaceError, StoreError
from gridmap.messages import Message, msg
from gridmap.model.plan import Plan, Scheme
from gridmap.names import CODE, GEOMETRY, WGS84
from gridmap.store import tables
from gridmap.store.frames import typed_frame
from gridmap.store.masking import PHONES, masked
from gridmap.store.migrations import migrate, require_current
from gridmap.store.sqlite.connections import begin_read, begin_write
from gridmap.store.sqlite.geometry import decode
from gridmap.store.sqlite.geopackage import APPLICATION_ID

_SCHEME: Final = TypeAdapter(Scheme)
_SQLITE_MAGIC: Final = b"SQLite format 3\0"
_APPLICATION_ID_AT: Final = slice(68, 72)
_HEADER_BYTES: Final = 100


@dataclass(frozen=True)
class Revision:
    """Where a workspace stands: counts of saved changes, and of those that touched geometry."""

    revision: int
    geometry_revision: int


@dataclass(frozen=True)
class FileStand:
    """Identity, size and times (nanoseconds) of one file."""

    device: int
    inode: int
    size: int
    written_ns: int
    altered_ns: int


@dataclass(frozen=True)
class Stand:
    """What the files of a workspace, and of its write-ahead log, look like without opening them."""

    files: tuple[FileStand, ...]

    @property
    def identity(self) -> tuple[int, int] | None:
        """What the file system knows the workspace by; a file put in its place has another."""
        return (self.files[0].device, self.files[0].inode) if self.files else None

    def altered_within(self, nanoseconds: int, *, now_ns: int) -> bool:
        """Whether one of the files was written or replaced so shortly before `now_ns`."""
        return any(now_ns - max(file.written_ns, file.altered_ns) < nanoseconds for file in self.files)


@dataclass(frozen=True)
class StoredShapes:
    """Geometry by code, EPSG:4326 (longitude, latitude).

    `crs` is the metric CRS of the plan's figures; '' while the workspace has no boundaries.
    """

    units: gpd.GeoSeries
    cells: gpd.GeoSeries
    crs: str


@dataclass(frozen=True)
class Workspace:
    """A workspace file that was found to be one. Holds no connection: each call opens and closes its own."""

    path: Path

    @classmethod
    def create(
        cls,
        path: Path | str,
        *,
        title: str,
        scheme: Scheme | None = None,
        metric_crs: str = "",
        demo_clock: datetime | None = None,
        created_at: datetime | None = None,
        purge_after: datetime | None = None,
    ) -> Workspace:
        """Make a new, empty workspace file; `created_at` is `demo_clock` where it is not given.

        `metric_crs` is '' where the first boundaries are to set it.

        Raises:
            StoreError: something is already at `path` (it is left alone), or the folder cannot be written.
        """
        workspace = cls(Path(path))
        _create_file(workspace.path)
        try:
            migrate(workspace.path)
            with workspace.writing() as connection:
                connection.execute(
                    insert(tables.plan).values(
                        id=1,
                        title=title,
                        scheme=scheme_text(scheme or Scheme()),
                        metric_crs=metric_crs,
                        demo_clock=demo_clock,
                        created_at=created_at or demo_clock,
                        purge_after=purge_after,
                    )
                )
        except BaseException:  # a stopped program too leaves no half of a workspace behind
            workspace.path.unlink(missing_ok=True)
            raise
        return workspace

    @classmethod
    def open(cls, path: Path | str) -> Workspace:
        """Open a workspace; a file that is none is only looked at, never written.

        Raises:
            NotAWorkspaceError: the file is missing, empty, or something else.
            MigrationError: it must be migrated, or a newer program wrote it.
        """
        workspace = cls(Path(path))
        _require_geopackage(workspace.path)
        with workspace.reading() as connection:
            known = connection.exec_driver_sql(
                "SELECT count(*) FROM sqlite_master WHERE name IN ('alembic_version', 'plan', 'event')"
            ).scalar()
        if known != 3:
            raise _no_workspace(
                workspace.path,
                msg("a GeoPackage of another kind; make a workspace with: gridmap demo --out W.gpkg"),
            )
        require_current(workspace.path)
        return workspace

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    @property
    def file_name(self) -> str:
        """What people call the workspace in messages: the file's name."""
        return self.path.name

    def stand(self) -> Stand:
        """What the files of the workspace look like from outside; any write or replacement changes it."""
        log = self.path.with_name(self.path.name + "-wal")
        return Stand(tuple(filter(None, (_file_stand(file) for file in (self.path, log)))))

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that sees one moment of the workspace from its first query on, and cannot write.

        Raises:
            StoreError: the workspace cannot be read.
        """
        return begin_read(self.path)

    def writing(self) -> AbstractContextManager[Connection]:
        """A connection in a transaction that holds the write lock; committed, or undone by any exception.

        Raises:
            StoreError: the workspace cannot be written, or another program kept it locked for five seconds.
        """
        return begin_write(self.path)

    def revision(self) -> Revision:
        """Where the workspace stands now: one cheap query."""
        with self.reading() as connection:
            return read_revision(connection)

    def metric_crs(self) -> str:
        """The system the plan's figures are measured in; '' while there are no boundaries."""
        with self.reading() as connection:
            return str(connection.execute(select(tables.plan.c.metric_crs)).scalar_one())

    def load_plan(self) -> Plan:
        """Everything but geometry, as of one revision; phones are masked. See `Plan` for the frames."""
        with self.reading() as connection:
            plan = _plan_row(connection)
            scheme = _SCHEME.validate_json(plan.scheme)
            frames = {
                name: typed_frame(connection, query) for name, query in _plan_queries(scheme.code).items()
            }
        return Plan(
            workspace=self.name,
            title=plan.title,
            revision=plan.revision,
            geometry_revision=plan.geometry_revision,
            scheme=scheme,
            demo_clock=plan.demo_clock,
            **frames,
        )

    def load_shapes(self) -> StoredShapes:
        """The shapes of all units, and of the cells that `load_plan` gives."""
        with self.reading() as connection:
            plan = _plan_row(connection)
            current = _current_cells(_SCHEME.validate_json(plan.scheme).code)
            return StoredShapes(
                units=_shapes(connection, select(tables.units.c.code, tables.units.c.geom)),
                cells=_shapes(connection, select(tables.cells.c.code, tables.cells.c.geom).where(*current)),
                crs=plan.metric_crs,
            )

    def load_buildings(self, unit_codes: Sequence[str] | None = None) -> gpd.GeoDataFrame:
        """Buildings by id, in EPSG:4326: code, unit_code, cell_code, households, version, geometry.

        `unit_codes` narrows them to those units.
        """
        table = tables.buildings
        facts = select(
            table.c.id,
            table.c.code,
            table.c.unit_code,
            table.c.cell_code,
            table.c.households,
            table.c.version,
        )
        shapes = select(table.c.id, table.c.geom)
        if unit_codes is not None:
            within = table.c.unit_code.in_(list(unit_codes))
            facts, shapes = facts.where(within), shapes.where(within)
        with self.reading() as connection:
            frame = typed_frame(connection, facts.order_by(table.c.id))
            return gpd.GeoDataFrame(frame, geometry=_shapes(connection, shapes), crs=WGS84)

    def count_buildings(self) -> int:
        """How many buildings are stored."""
        with self.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(tables.buildings)).scalar_one())

    def load_used_codes(self) -> pd.DataFrame:
        """Every cell there ever was, of all schemes, retired ones included, by code.

        Columns: parent_code, seq, present (bool: not retired).
        """
        table = tables.cells
        present = table.c.valid_to.is_(None).label("present")
        with self.reading() as connection:
            return typed_frame(connection, select(table.c.code, table.c.parent_code, table.c.seq, present))

    def load_cuts(self) -> pd.DataFrame:
        """The trees of cuts by unit code: tree (JSON text), crs, version."""
        table = tables.cuts
        with self.reading() as connection:
            return typed_frame(
                connection, select(table.c.unit_code, table.c.tree, table.c.crs, table.c.version)
            )


def read_revision(connection: Connection) -> Revision:
    """Where the workspace of a connection stands."""
    row = connection.execute(select(tables.plan.c.revision, tables.plan.c.geometry_revision)).one()
    return Revision(row.revision, row.geometry_revision)


def scheme_text(scheme: Scheme) -> str:
    """A scheme's configuration as the workspace keeps it: JSON."""
    return _SCHEME.dump_json(scheme).decode()


def _plan_row(connection: Connection) -> Row[Any]:
    return connection.execute(select(tables.plan)).one()


def _current_cells(scheme_code: str) -> tuple[ColumnElement[bool], ...]:
    return tables.cells.c.scheme == scheme_code, tables.cells.c.valid_to.is_(None)


def _plan_queries(scheme_code: str) -> dict[str, Select[Any]]:
    """What each frame of a plan is read with; every one is ordered by its key."""
    fields = {
        tables.units: "code name kind level parent_code households population area_m2 version",
        tables.cells: "code name parent_code kind seq households area_m2 compactness feasible active"
        " bounds_note version",
        tables.people: "id name phone title sending_unit unit_code team_id version",
        tables.posts: "id person_id function tier target_kind target_code valid_from valid_to"
        " arrived_at version",
        tables.teams: "id name kind unit_code leader_id",
        tables.checkpoints: "code name kind gate_state unit_code second_unit_code minimum_staff team_id"
        " temp_party_branch emergency_phone geom version",
        tables.contact_sites: "code name kind unit_code cell_code visit_days team_id geom version",
        tables.visits: "id site_code team_id visited_at",
    }
    queries = {table.name: _query(table, names.split()) for table, names in fields.items()}
    queries["cells"] = queries["cells"].where(*_current_cells(scheme_code))
    return queries


def _query(table: Table, names: list[str]) -> Select[Any]:
    columns = [masked(table.c[name]) if name in PHONES else table.c[name] for name in names]
    return select(*columns).order_by(table.c[names[0]])


def _shapes(connection: Connection, query: Select[Any]) -> gpd.GeoSeries:
    """The geometry of `query`, which asks for a key and a geometry, by key."""
    key, geometry = query.selected_columns
    # Blobs are read as they lie and decoded all at once: the type's own processor would go one by one.
    blobs = query.with_only_columns(key, type_coerce(geometry, LargeBinary())).order_by(key)
    rows = connection.execute(blobs).all()
    index = pd.Index([row[0] for row in rows], dtype="str" if key.name == CODE else "int64", name=key.name)
    return gpd.GeoSeries(decode(row[1] for row in rows), index=index, crs=WGS84, name=GEOMETRY)


def _file_stand(file: Path) -> FileStand | None:
    try:
        stat = file.stat()
    except FileNotFoundError:
        return None
    if not stat.st_size:  # a reader makes an empty log
        return None
    return FileStand(stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def _create_file(path: Path) -> None:
    try:
        path.touch(exist_ok=False)
    except FileExistsError as error:
        raise StoreError(
            msg("{file}: already exists and is left alone; choose another name or remove it", file=str(path))
        ) from error
    except OSError as error:
        raise StoreError(
            msg("{file}: cannot be made here ({reason})", file=str(path), reason=error.strerror or "")
        ) from error


def _require_geopackage(path: Path) -> None:
    """Look at the first bytes alone, so that a file of another kind is not opened as a database at all."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except OSError as error:
        raise _no_workspace(path, msg("it cannot be read ({reason})", reason=error.strerror or "")) from error
    if not header:
        raise _no_workspace(path, msg("the file is empty"))
    if not header.startswith(_SQLITE_MAGIC):
        raise _no_workspace(path, msg("the file is no GeoPackage"))
    if int.from_bytes(header[_APPLICATION_ID_AT], "big") != APPLICATION_ID:
        raise _no_workspace(path, msg("the file is an SQLite database but no GeoPackage"))


def _no_workspace(path: Path, reason: Message) -> NotAWorkspaceError:
    return NotAWorkspaceError(msg("{file}: not a gridmap workspace: {reason}", file=str(path), reason=reason))
