"""Edits of a tessellation: a command in, new cells and what changed out; nothing given is altered.

The cells stay an exact coverage of their units, no unit's border moves, and rows that an edit does not
concern stay the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gridmap.geo.code_scheme import TWELVE_THREE, CodeScheme
from gridmap.geo.frames import Cells, Units
from gridmap.messages import Message
from gridmap.names import CODE
from gridmap.split.edit.areas import merge_cells, redraw, transfer
from gridmap.split.edit.commands import Command, MergeCells, Redraw, SplitByLine, Transfer
from gridmap.split.edit.lines import split_by_line
from gridmap.split.edit.loads import Places, flows_by_area, flows_by_places
from gridmap.split.edit.outcome import Outcome
from gridmap.split.tessellation.borders import redrawn
from gridmap.split.tessellation.exchange import Exchange, exchanged
from gridmap.split.tessellation.numbers import Numbering, code_of_each
from gridmap.split.tessellation.scene import Division, Scene

__all__ = [
    "Command",
    "Edited",
    "Exchange",
    "MergeCells",
    "Redraw",
    "SplitByLine",
    "Transfer",
    "edit",
    "undone",
]


@dataclass(frozen=True)
class Edited:
    """The cells after an edit, and what changed.

    Attributes:
        cells: only the rows of added and changed cells are new, and of touched ones the geometry.
        added, removed, changed: codes, sorted; `changed` cells have another area or other households.
        touched: codes of neighbours that only got vertices where a new border ends on a shared one.
        households_moved: load whose cell has another code than before.
        exchange: the rows taken out and put in.
        notes: what the person should know of how the command was taken.
    """

    cells: Cells
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    touched: tuple[str, ...]
    households_moved: float
    exchange: Exchange
    notes: tuple[Message, ...] = ()

    @property
    def undo(self) -> Exchange:
        """What `undone` needs to restore codes, columns and geometry exactly."""
        return self.exchange.reversed()


def edit(
    cells: Cells,
    command: Command,
    *,
    units: Units | None = None,
    points: Places | None = None,
    locked: frozenset[str] = frozenset(),
    largest: Mapping[str, int] | None = None,
    scheme: CodeScheme = TWELVE_THREE,
) -> Edited:
    """Carry out one command on a tessellation.

    A cell that is split leaves its code to the piece with the larger load (then area); the other pieces get
    the next numbers of the unit, west to east and north to south. Drawn vertices within 5 cm of a corner or
    border are put there; pieces under 1 m², or nowhere 10 cm wide, stay with the cell they are of.

    Args:
        cells: one scheme and level, a valid coverage, in a metric CRS.
        command: its geometry is in the same CRS.
        units: the cells' units; without them a unit is what its cells make together.
        points: (n, 2) places and their loads, at least all in the cells concerned; without them the load of
            a cell is taken as spread evenly over it.
        locked: codes of cells that must not change. A vertex on a border that bends nothing is no change.
        largest: by unit the largest cell number ever used; the present largest where none is told.
        scheme: of the codes.

    Raises:
        InputError: the command cannot be carried out; it says why and what to do.
        TessellationError: no exact coverage was found.
    """
    scene = Scene.of(cells, units, locked)
    division = _division(scene, command, points)
    scene.require_unlocked(division.changed)
    new = redrawn(scene, division)
    codes = {label: scene.codes[division.pieces.get(label, label)] for label in new.labels}
    flows = flows_by_area(scene, division)
    if points is not None:
        flows = flows_by_places(scene, division, new, points, codes)
    loads = {label: flows.after(label) for label in new.shapes}
    named = code_of_each(scene, division, new.shapes, loads, Numbering(cells, largest or {}, scheme))
    if points is not None and division.pieces:  # codes decide about points on borders
        flows = flows_by_places(
            scene, division, new, points, codes | {at: code for at, (code, _) in named.items()}
        )
    return _edited(cells, Outcome(scene, division, new, flows, named, by_places=points is not None))


def undone(cells: Cells, undo: Exchange) -> Cells:
    """The cells as they were before an edit, rows it did not concern as they are now.

    Raises:
        InputError: cells of that edit were edited again since.
    """
    return exchanged(cells, undo)


def _division(scene: Scene, command: Command, points: Places | None) -> Division:
    match command:
        case SplitByLine():
            return split_by_line(scene, command)
        case MergeCells():
            return merge_cells(scene, command)
        case Redraw():
            return redraw(scene, command)
        case Transfer():
            return transfer(scene, command, None if points is None else points[0])


def _edited(cells: Cells, outcome: Outcome) -> Edited:
    exchange = outcome.exchange(cells)
    before, after = set(exchange.before[CODE]), set(exchange.after[CODE])
    touched = set(outcome.touched)
    return Edited(
        exchanged(cells, exchange),
        added=tuple(sorted(after - before)),
        removed=tuple(sorted(before - after)),
        changed=tuple(sorted((after & before) - touched)),
        touched=tuple(sorted(touched)),
        households_moved=outcome.moved,
        exchange=exchange,
        notes=outcome.division.notes,
    )
