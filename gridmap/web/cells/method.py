"""How units are cut: the method with its options, and the files that its cuts follow."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import astuple, dataclass, field
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gridmap.messages import Message, msg
from gridmap.read.files.answers import FileAnswers
from gridmap.read.vectors.lines import ShapesFile
from gridmap.service.cell_files.materials import MEMBERS, Followed, ReadFiles, read_followed
from gridmap.service.cells.loads import PointsPreview
from gridmap.split.rule import Method, SplitRule
from gridmap.web.drawings.field import vector_field
from gridmap.web.files.asking import read_asking
from gridmap.web.files.desk import KeptFile, files_desk
from gridmap.web.files.look import AskedFile
from gridmap.web.files.uploads import laid_down
from gridmap.web.i18n import say
from gridmap.web.markup import show_notes

Options = Mapping[str, float | int]
Named = tuple[str, ShapesFile]
_AUTOMATIC: Final = -1
_FINEST: Final = 15
_LABELS: Final[Mapping[Method, Message]] = {
    Method.BISECT: msg("Straight cuts"),
    Method.BLOCKS: msg("Street blocks"),
    Method.TABLE: msg("By a list"),
    Method.ADOPT: msg("Cells drawn elsewhere"),
    Method.SQUARE: msg("Squares"),
    Method.HEX: msg("Hexagons"),
    Method.H3: msg("H3 grid"),
}
_EXPLAINED: Final[Mapping[Method, Message]] = {
    Method.BISECT: msg("Halves a unit again and again until every part is one cell of equal load."),
    Method.BLOCKS: msg("Puts whole blocks or parcels together; only one that is too large is divided."),
    Method.TABLE: msg("Every point says which cell it belongs to; borders run halfway between."),
    Method.ADOPT: msg("Takes cells from CAD or another program, fitted to the boundaries exactly."),
    Method.SQUARE: msg("One square grid, cut by the boundaries; loads differ from cell to cell."),
    Method.HEX: msg("One hexagonal grid, cut by the boundaries; loads differ from cell to cell."),
    Method.H3: msg("Cells of the worldwide H3 grid, cut by the boundaries; loads differ from cell to cell."),
}


@dataclass(frozen=True)
class ChosenMethod:
    """A method.

    Attributes:
        options: named as in `SplitRule`.
        files: what its cuts follow.
        key: what tells it from others.
    """

    method: Method = Method.BISECT
    options: Options = field(default_factory=dict)
    files: ReadFiles = field(default_factory=ReadFiles)
    key: tuple[Hashable, ...] = ()

    def rule(self, size: tuple[float, float, float]) -> SplitRule:
        """The rule of this method.

        Raises:
            InputError: the sizes do not rise.
        """
        target, minimum, maximum = size
        return SplitRule(
            target,
            minimum,
            maximum,
            method=self.method,
            edge=float(self.options.get("edge", 0.0)),
            resolution=int(self.options.get("resolution", _AUTOMATIC)),
            sliver=float(self.options.get("sliver", SplitRule.sliver)),
            balance=float(self.options.get("balance", SplitRule.balance)),
        )


@dataclass(frozen=True)
class _Given:
    """A file on the page: its digest, '' for none, and what was read of it, None where it was refused."""

    digest: str = ""
    read: Named | None = None

    @property
    def refused(self) -> bool:
        """Whether there is a file that could not be read."""
        return bool(self.digest) and self.read is None


_NONE: Final = _Given()


def choose_method(points: PointsPreview | None) -> ChosenMethod | None:
    """The method; None while something that it needs is missing.

    Args:
        points: the file that the load comes from, if it is one: its columns may name the cells.
    """
    method = Method(
        st.selectbox(
            say(msg("Method")),
            [one.value for one in Method],
            format_func=lambda one: say(_LABELS[Method(one)]),
            key="split_method",
        )
    )
    st.caption(say(_EXPLAINED[method]))
    match method:
        case Method.BISECT:
            return _with_lines()
        case Method.BLOCKS:
            return _with_blocks()
        case Method.TABLE:
            return _with_members(points)
        case Method.ADOPT:
            return _with_drawn_cells()
        case Method.SQUARE | Method.HEX:
            edge, sliver = st.columns(2)
            return _chosen(method, {"edge": _edge(edge, method), "sliver": _sliver(sliver)})
        case Method.H3:
            resolution, sliver = st.columns(2)
            return _chosen(method, {"resolution": _resolution(resolution), "sliver": _sliver(sliver)})


def _with_lines() -> ChosenMethod | None:
    if not st.checkbox(say(msg("Natural lines: prefer to cut along roads and rivers")), key="natural_lines"):
        return _chosen(Method.BISECT, {})
    lines = _given(Followed.LINES, say(msg("Roads, rivers, railways")), "line")
    return None if lines.refused else _chosen(Method.BISECT, {}, lines=lines)


def _with_blocks() -> ChosenMethod | None:
    areas, borders = st.columns(2)
    with areas:
        blocks = _given(Followed.BLOCKS, say(msg("Blocks or parcels as areas")), "polygon")
    with borders:
        lines = _given(Followed.LINES, say(msg("or roads and rivers that bound the blocks")), "line")
    balance = st.slider(
        say(msg("From compact cells (0) to equal loads (1)")),
        0.0,
        1.0,
        value=SplitRule.balance,
        step=0.1,
        key="method_balance",
        width=520,
    )
    if blocks.refused or lines.refused or (blocks.read is None and lines.read is None):
        return None
    return _chosen(Method.BLOCKS, {"balance": balance}, blocks=blocks, lines=lines)


def _with_members(points: PointsPreview | None) -> ChosenMethod | None:
    if points is None:
        st.info(say(msg("Choose households as points of a file above; one of its columns names the cells.")))
        return None
    titles = points.titles
    usual = [title for name in MEMBERS for title in titles if title.lower() == name]
    members = st.selectbox(
        say(msg("Column that names the cell of each point")),
        titles,
        index=titles.index(usual[0]) if usual else None,
        key=f"members-{'-'.join(titles)}",
    )
    if members is None:
        return None
    return ChosenMethod(Method.TABLE, {}, ReadFiles(members=members), (Method.TABLE, members))


def _with_drawn_cells() -> ChosenMethod | None:
    drawn = _given(Followed.DRAWN, say(msg("Cells drawn elsewhere, as areas")), "polygon")
    sliver = _sliver(st.columns(2)[0])
    return None if drawn.read is None else _chosen(Method.ADOPT, {"sliver": sliver}, drawn=drawn)


def _edge(place: DeltaGenerator, method: Method) -> float:
    label = msg("Side of a square, m") if method is Method.SQUARE else msg("Width of a hexagon, m")
    edge: float = place.number_input(
        say(label),
        min_value=0.0,
        value=0.0,
        step=50.0,
        format="%.0f",
        key=f"method_edge_{method}",
        help=say(msg("0: the width that gives a cell the target load on average.")),
    )
    return edge


def _resolution(place: DeltaGenerator) -> int:
    resolution: int = place.selectbox(
        say(msg("Resolution of the H3 grid")),
        range(_AUTOMATIC, _FINEST + 1),
        format_func=lambda one: say(msg("by the target load")) if one == _AUTOMATIC else str(one),
        key="method_resolution",
    )
    return resolution


def _sliver(place: DeltaGenerator) -> float:
    share: float = place.number_input(
        say(msg("Pieces below this share of a cell join a neighbour")),
        min_value=0.0,
        max_value=1.0,
        value=SplitRule.sliver,
        step=0.05,
        key="method_sliver",
    )
    return share


def _given(followed: Followed, label: str, geometry: str) -> _Given:
    """An upload field and what is in its file; a refusal is told with what can be answered of the file."""
    slot = followed.value
    file = vector_field(slot, label, drawings=geometry != "line")
    if file is None:
        # Of a drawing that lies in the field it is still to be said what to take.
        return _Given("drawing") if slot in files_desk().files else _NONE
    asked = AskedFile(slot, file)
    found = read_asking(asked, geometry, lambda answers: (file.name, _read(file, answers, followed)))
    digest = "-".join([file.digest, *map(str, astuple(asked.answers))])
    if found is None:
        return _Given(digest)
    show_notes(found[1].notes)
    return _Given(digest, found)


def _read(file: KeptFile, answers: FileAnswers, followed: Followed) -> ShapesFile:
    with laid_down(file) as path:
        return read_followed(followed, path, answers)


def _chosen(
    method: Method, options: Options, *, lines: _Given = _NONE, blocks: _Given = _NONE, drawn: _Given = _NONE
) -> ChosenMethod:
    files = ReadFiles(lines=lines.read, blocks=blocks.read, drawn=drawn.read)
    key = (method, *options.values(), lines.digest, blocks.digest, drawn.digest)
    return ChosenMethod(method, options, files, key)
