"""Layers of points on the map: what each shows, how its states look, and whether it is there at first.

A new layer is an entry here. The map, its switches, the legend, the sheet, the command line and the products
draw on this table; the states and texts of its places come with the evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gridmap.draw.looks import CHECKPOINT_LOOKS, SITE_LOOKS, PointLook, PointShape
from gridmap.messages import Message, msg
from gridmap.model.labels import CHECKPOINT_STATES, SITE_STATES
from gridmap.model.people import TargetKind
from gridmap.names import CHECKPOINTS, CONTACT_SITES

if TYPE_CHECKING:
    import pandas as pd

    from gridmap.model.scope import Scope


@dataclass(frozen=True)
class PointLayer:
    """A layer of points.

    Attributes:
        name: of its table and its group of the legend.
        option: how a switch, an option of the command line and an address call it; an identifier.
        rows: its places in a scope, with name, kind, state, lon, lat.
        text: what is written beside a place, by its row.
        states, looks: of its states, in the order of the legend.
        shape: of its symbols; `radius` of them, millimetres of the A3 design.
        shown: whether it is on the map at first.
    """

    name: str
    option: str
    kind: TargetKind
    label: Message
    rows: Callable[[Scope], pd.DataFrame]
    text: Callable[[pd.Series], str]
    states: Mapping[str, Message]
    looks: Mapping[str, PointLook]
    shape: PointShape
    radius: float
    shown: bool


POINT_LAYERS: Final = (
    PointLayer(
        name=CHECKPOINTS,
        option="checkpoints",
        kind=TargetKind.CHECKPOINT,
        label=msg("Checkpoints"),
        rows=lambda scope: scope.checkpoints,
        text=lambda row: f"{row['on_duty']}/{row['minimum']}",
        states=dict[str, Message](CHECKPOINT_STATES.items()),
        looks=dict[str, PointLook](CHECKPOINT_LOOKS.items()),
        shape=PointShape.ROUND,
        radius=1.45,
        shown=True,
    ),
    PointLayer(
        name=CONTACT_SITES,
        option="sites",
        kind=TargetKind.CONTACT_SITE,
        label=msg("Contact sites"),
        rows=lambda scope: scope.sites,
        text=lambda row: str(row["visits"]),
        states=dict[str, Message](SITE_STATES.items()),
        looks=dict[str, PointLook](SITE_LOOKS.items()),
        shape=PointShape.SQUARE,
        radius=1.15,
        shown=False,
    ),
)
"""The first lie on top of the others."""
SHOWN_AT_FIRST: Final = frozenset(layer.name for layer in POINT_LAYERS if layer.shown)
