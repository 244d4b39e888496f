"""What of the workspace is cut: everything, some units, or only cells out of range."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd
import streamlit as st

from gridmap.messages import Message, msg
from gridmap.service.cells.choice import RELIEF, Extent
from gridmap.web.i18n import say
from gridmap.web.session import services

_LABELS: Final[Mapping[Extent, Message]] = {
    Extent.ALL: msg("All units"),
    Extent.UNCUT: msg("Units without cells"),
    Extent.CHOSEN: msg("Chosen units"),
    Extent.OVERLOADED: msg("Divide overloaded cells"),
    Extent.UNDERLOADED: msg("Merge underloaded cells"),
    Extent.RELIEF: msg("Both: divide and merge"),
}
_EXPLAINED: Final[Mapping[Extent, Message]] = {
    Extent.ALL: msg("Every unit; codes, names and posts go with households."),
    Extent.UNCUT: msg("Units that have cells stay as they are."),
    Extent.CHOSEN: msg("All other units stay as they are."),
    Extent.OVERLOADED: msg("Only cells with too many households are divided; all others stay."),
    Extent.UNDERLOADED: msg(
        "Only cells with too few households are merged with a neighbour; all others stay."
    ),
    Extent.RELIEF: msg("Cells with too many households are divided, those with too few merged; others stay."),
}


@dataclass(frozen=True)
class ChosenExtent:
    """What is cut.

    Attributes:
        units: codes, where they are chosen one by one.
        keep: whether cells that still fit stay.
    """

    extent: Extent = Extent.ALL
    units: frozenset[str] = frozenset()
    keep: bool = True

    @property
    def is_relief(self) -> bool:
        """Whether only cells out of range are touched, so that no method is asked for."""
        return self.extent in RELIEF

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What tells it from others."""
        return self.extent, self.units, self.keep


def choose_extent() -> ChosenExtent | None:
    """What of the workspace's units is cut; None while no unit is chosen."""
    plan = services().cache.plan()
    if plan.cells.empty:
        return ChosenExtent()
    lowest = plan.units[~plan.units.index.isin(plan.units["parent_code"])]
    is_uncut = ~lowest.index.isin(plan.cells["parent_code"])
    options = [one for one in Extent if one is not Extent.UNCUT or is_uncut.any()]
    extent: Extent = st.radio(
        say(msg("What to cut")),
        options,
        format_func=lambda one: say(_LABELS[one]),
        key=f"extent-{len(options)}",
        horizontal=True,
    )
    st.caption(say(_EXPLAINED[extent]))
    if extent not in {Extent.ALL, Extent.CHOSEN}:
        return ChosenExtent(extent)
    units = _choose_units(lowest["name"]) if extent is Extent.CHOSEN else frozenset[str]()
    keep = st.checkbox(
        say(msg("Leave cells that still fit as they are")),
        value=True,
        key="extent_keep",
        help=say(msg("Without it all is cut afresh, for example along roads that were given since.")),
    )
    return None if units is None else ChosenExtent(extent, units, keep)


def _choose_units(lowest: pd.Series[str]) -> frozenset[str] | None:
    """Codes of some units; None while there is none."""
    names = {str(code): str(name) for code, name in lowest.items()}
    codes = st.multiselect(
        say(msg("Units to cut, by name or code")),
        list(names),
        format_func=lambda code: f"{names.get(code, '')} {code}",
        key="extent_units",
        placeholder=say(msg("Type a name or a code")),
    )
    return frozenset(codes) or None
