"""A file that is looked into: its sheets or layers, and the one that is read, or why it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from gridmap.errors import InputError, LayerChoiceError
from gridmap.messages import Message
from gridmap.model.access import User
from gridmap.read.files.kinds import KINDS
from gridmap.read.tables.office_tables import OfficeTable
from gridmap.read.vectors.inspection import LayerReport
from gridmap.service.boundaries.present import layers_beside_units
from gridmap.service.imports.roster.file import RosterPreview, read_roster
from gridmap.service.imports.source import Reading, Source, is_roster_template, read_source, tables_in
from gridmap.service.plan_cache import PlanCache, PlanKey
from gridmap.service.returns.stamp import TemplateStamp, stamp_in
from gridmap.web.files.desk import KeptFile
from gridmap.web.files.uploads import laid_down


@dataclass(frozen=True, eq=False)
class Look:
    """What a file was found to hold.

    Attributes:
        sheets, told: the sheets of a workbook, and a line for each.
        layers: of a vector file.
        source: the sheet or layer that is brought in; None where it could not be read.
        trouble: why not; `must_choose` where a sheet or layer has to be named.
        stamp: of a template that was sent out.
        roster: set where the file is a roster as it is written to be filled in: its columns need no mapping.
    """

    sheets: tuple[str, ...] = ()
    told: tuple[Message, ...] = ()
    layers: tuple[LayerReport, ...] = ()
    source: Source | None = None
    trouble: Message | None = None
    must_choose: bool = False
    roster: RosterPreview | None = None
    stamp: TemplateStamp | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of its sheets or layers."""
        return self.sheets or tuple(layer.name for layer in self.layers)

    @property
    def layer(self) -> LayerReport | None:
        """The layer that is brought in, as far as it is known."""
        named = self.source.table.sheet if self.source is not None else None
        fitting = [one for one in self.layers if named is None or one.name == named]
        return fitting[0] if len(fitting) == 1 else None


@dataclass(frozen=True)
class LookRequest:
    """A file to look into, and what was said of it."""

    file: KeptFile
    kind: str
    reading: Reading
    plan: PlanKey

    @property
    def key(self) -> tuple[object, ...]:
        """What another look would depend on; of a table the place of its points does not matter yet."""
        said = self.reading
        if not is_vector(self.file.name):
            said = Reading(sheet=said.sheet, encoding=said.encoding)
        # A roster that was written to be filled in is held against the plan at once.
        plan = self.plan if self.kind == "people" else None
        return (self.file.digest, self.file.name, self.kind, said, plan)


def is_vector(name: str) -> bool:
    """Whether a file of that name is a vector file and no table."""
    return Path(name).suffix.lower() in KINDS


def looked_at(request: LookRequest, cache: PlanCache, *, user: User, at: datetime) -> Look:
    """Look into a file.

    Raises:
        InputError: it cannot be opened at all.
    """
    with laid_down(request.file) as path:
        tables: tuple[OfficeTable, ...] = ()
        if not is_vector(path.name):
            tables = tables_in(path, request.reading.encoding)
        look = _sheets(tables) if tables else _layers(path, request, cache)
        if request.kind == "people" and is_roster_template(tables):
            return replace(look, roster=read_roster(path, cache=cache, user=user, at=at, tables=tables))
        try:
            source = read_source(path, request.kind, request.reading, tables=tables)
        except LayerChoiceError as error:
            return replace(look, trouble=error.message, must_choose=len(look.parts) > 1)
        except InputError as error:
            return replace(look, trouble=error.message)
    return replace(look, source=source)


def _sheets(tables: Sequence[OfficeTable]) -> Look:
    return Look(
        sheets=tuple(table.sheet for table in tables),
        told=tuple(table.summary for table in tables),
        stamp=stamp_in(tables),
    )


def _layers(path: Path, request: LookRequest, cache: PlanCache) -> Look:
    return Look(layers=layers_beside_units(cache, path, request.reading.encoding))
