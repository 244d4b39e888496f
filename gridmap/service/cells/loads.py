"""Where the load of cells comes from: a column of the units, stored buildings, the points of a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from gridmap.errors import InputError
from gridmap.geo.frames import Points, check_points, converted
from gridmap.messages import Message, msg
from gridmap.names import GEOMETRY, HOUSEHOLDS, WEIGHT
from gridmap.read.files.answers import NOTHING_SAID, FileAnswers
from gridmap.read.vectors.points import COORDINATES, read_points
from gridmap.service.boundaries.preview import number_columns
from gridmap.service.cells.ground import Ground

_MOSTLY: Final = 0.5
"""Share of rows with a number from which a column may be the load; gaps are told when it is used."""


@dataclass(frozen=True)
class ColumnLoad:
    """A column of the units, taken as spread evenly over each."""

    column: str


@dataclass(frozen=True)
class StoredBuildings:
    """The households of the buildings that are in the workspace."""


@dataclass(frozen=True)
class PointsLoad:
    """The points of a file, which take the place of the buildings stored in the units that are cut."""

    file: str
    points: Points = field(repr=False)


Load = ColumnLoad | StoredBuildings | PointsLoad


@dataclass(frozen=True, eq=False)
class PointsPreview:
    """What is in a file of points; `usual` is the column of the load where none is named."""

    file: str
    count: int
    columns: tuple[str, ...]
    usual: str | None
    notes: tuple[Message, ...]
    points: Points = field(repr=False)

    @property
    def titles(self) -> tuple[str, ...]:
        """All columns of the file that say something of a point."""
        return tuple(str(title) for title in self.points.columns if title not in {WEIGHT, GEOMETRY})

    def load(self, column: str | None) -> PointsLoad:
        """The points with their load: a column of theirs, or 1 each.

        Raises:
            FaultsError: the column has values that are no finite numbers from 0 up.
        """
        frame = self.points.assign(**{WEIGHT: 1.0 if column is None else self.points[column]})
        return PointsLoad(self.file, check_points(gpd.GeoDataFrame(frame), source=self.file))


def preview_points(path: Path, answers: FileAnswers = NOTHING_SAID) -> PointsPreview:
    """Read a file of points and tell what is in it.

    Raises:
        InputError: the file cannot be read as points.
    """
    read = read_points(path, answers)
    places = [name for name in read.points.columns if str(name).strip().lower() in COORDINATES]
    facts = read.points.drop(columns=[WEIGHT, GEOMETRY, *places])
    numbers = pd.DataFrame({name: pd.to_numeric(facts[name], errors="coerce") for name in facts.columns})
    columns = number_columns(numbers.loc[:, numbers.notna().mean() > _MOSTLY])
    usual = HOUSEHOLDS if HOUSEHOLDS in facts else None
    return PointsPreview(
        file=path.name,
        count=len(read.points),
        columns=columns,
        usual=usual,
        notes=read.notes,
        points=read.points,
    )


def load_points(load: Load, ground: Ground) -> tuple[Points | None, int]:
    """The places of load in the units that are cut, and how many lie in no unit at all.

    Raises:
        InputError: there are none.
    """
    if isinstance(load, ColumnLoad):
        return None, 0
    if isinstance(load, StoredBuildings):
        stored = ground.buildings
        if stored.empty:
            raise InputError(msg("No buildings are stored in this workspace. Give a file of points."))
        places = stored.rename(columns={HOUSEHOLDS: WEIGHT}).reset_index(drop=True)
    else:
        places = converted(gpd.GeoDataFrame(load.points), ground.system)
    unit = ground.unit_of(places)
    inside = places[unit.isin(ground.codes)]
    if inside.empty:
        raise InputError(
            msg(
                "None of the {n} points lies in a unit that is cut. "
                "See on the map whether both files name their coordinate system rightly.",
                n=len(places),
            )
        )
    return check_points(inside.reset_index(drop=True)), int((unit == "").sum())
