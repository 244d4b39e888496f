"""Every state has one look, the same on the screen and on paper, and no other place spells it."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import gridmap.web
from gridmap.draw.looks import (
    ALARM,
    CELL_LOOKS,
    CHECKPOINT,
    CHECKPOINT_LOOKS,
    CONTACT_SITE,
    LOAD_LOOKS,
    POINT_LOOKS,
    SITE_LOOKS,
    VACANCY_RAMP,
    PointSign,
)
from gridmap.draw.screen.chunks import build_chunks
from gridmap.draw.screen.webmap import status_document
from gridmap.draw.sheet.board import PAPER
from gridmap.draw.sheet.symbols import SYMBOLS
from gridmap.model.status import CellState, CheckpointState, LoadState, SiteState
from gridmap.names import CHECKPOINTS, CONTACT_SITES
from tests.drawn_county import drawn_county, drawn_layers

DRAWN = drawn_county()
CHUNKS = build_chunks(DRAWN.shapes, DRAWN.units, DRAWN.cells)
HOUSE = Path(gridmap.__file__).parent
COLOURS = {look.fill for look in CELL_LOOKS.values()} | {look.ink for look in POINT_LOOKS.values()}
DEUTERANOPIA = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
"""Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB."""


def test_every_state_has_a_look() -> None:
    assert set(CELL_LOOKS) == set(CellState)
    assert set(CHECKPOINT_LOOKS) == set(CheckpointState)
    assert set(SITE_LOOKS) == set(SiteState)
    assert set(LOAD_LOOKS) == set(LoadState)


@pytest.mark.parametrize("state", list(POINT_LOOKS))
def test_a_point_has_the_same_colour_on_the_screen_and_on_paper(state: CheckpointState | SiteState) -> None:
    group = CHECKPOINTS if isinstance(state, CheckpointState) else CONTACT_SITES
    document = json.loads(json.dumps(status_document(drawn_layers(DRAWN), CHUNKS, "en")))
    on_screen = document["looks"]["points"][state.value]
    on_paper = {ink for stroke in SYMBOLS[group, state] for ink in (stroke.face, stroke.edge)}
    assert on_paper - {"none", PAPER} == {on_screen["ink"]}
    shape = SYMBOLS[group, state][0]
    assert (shape.face == on_screen["ink"]) == (on_screen["sign"] == PointSign.FULL)


@pytest.mark.parametrize(
    "file", sorted((HOUSE / "web" / "static").glob("gridmap-*.js")), ids=lambda f: f.name
)
def test_the_browser_is_told_colours_of_states(file: Path) -> None:
    if file.name in {"gridmap-edit.js", "gridmap-preview.js"}:
        told = {ALARM, CELL_LOOKS[CellState.COVERED].fill}  # what is drawn, and plain ground: no states
        assert spelled(file) & COLOURS <= told
        return
    assert not spelled(file) & (COLOURS - {"#FFFFFF"})


@pytest.mark.parametrize(
    "file",
    sorted(
        file for wing in ("draw", "web") for file in (HOUSE / wing).rglob("*.py") if file.name != "looks.py"
    ),
    ids=lambda file: str(file.relative_to(HOUSE)),
)
def test_no_other_module_spells_a_colour_of_a_state(file: Path) -> None:
    assert not spelled(file) & (COLOURS | set(VACANCY_RAMP)) - {"#FFFFFF"}


def spelled(file: Path) -> set[str]:
    return {found.upper() for found in re.findall(r"#[0-9A-Fa-f]{6}", file.read_text(encoding="utf-8"))}


def seen_with_deuteranopia(colour: str) -> np.ndarray:
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    seen: np.ndarray = np.clip(DEUTERANOPIA @ linear, 0, 1) ** (1 / 2.2) * 255
    return seen


@pytest.mark.parametrize(("one", "other"), list(combinations((CHECKPOINT, CONTACT_SITE, ALARM), 2)))
def test_kinds_of_points_stay_apart_for_everybody(one: str, other: str) -> None:
    assert np.linalg.norm(seen_with_deuteranopia(one) - seen_with_deuteranopia(other)) > 40
