"""Figures as text: each beside the bar it is held against, and the peers side by side."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import shapely

from benchmarks.splitting.measures import Figures

_PACKAGES: Final = ("gridmap", "shapely", "geopandas", "numpy", "pandas")
_PEERS: Final = ("spopt", "pymetis", "gerrychain", "kahip", "scikit-learn")
_MISSING: Final = "—"


@dataclass(frozen=True)
class Line:
    """A figure.

    Attributes:
        label: what it is.
        value: as measured.
        form: how it is written, a format of one field.
        bar: what it must be, as text; empty where nothing is asked.
        held: whether it is; None where nothing is asked.
    """

    label: str
    value: object
    form: str = "{}"
    bar: str = ""
    held: bool | None = None

    def text(self) -> str:
        """One line: label, value, bar, verdict."""
        value = _MISSING if self.value is None else self.form.format(self.value)
        verdict = "" if self.held is None else ("holds" if self.held else "SHORT")
        return f"  {self.label:<44} {value:>14}  {self.bar:<22} {verdict}".rstrip()


def at_most(label: str, value: float | None, bar: float, form: str = "{:,.2f}") -> Line:
    """A figure that must not be above its bar."""
    return Line(label, value, form, "at most " + form.format(bar), value is not None and value <= bar)


def at_least(label: str, value: float | None, bar: float, form: str = "{:,.2f}") -> Line:
    """A figure that must not be below its bar."""
    return Line(label, value, form, "at least " + form.format(bar), value is not None and value >= bar)


def yes(label: str, value: object) -> Line:
    """A fact that must be so."""
    return Line(label, "yes" if value else "no", "{}", "yes", bool(value))


def print_block(title: str, lines: Sequence[Line]) -> None:
    """A title and its figures."""
    print(f"\n{title}")
    for line in lines:
        print(line.text())


def print_machine() -> None:
    """What was measured with, and on what."""
    print(", ".join(f"{name} {_version(name)}" for name in _PACKAGES))
    print(
        f"GEOS {shapely.geos_version_string}, Python {platform.python_version()}, {platform.system()}",
        end=", ",
    )
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print("peers: " + ", ".join(f"{name} {_version(name)}" for name in _PEERS))


def print_peers(title: str, ways: Sequence[Figures]) -> None:
    """A table of gridmap and its peers on the same units."""
    print(f"\n{title}")
    print(
        f"  {'':<44}{'units':>8}{'cells':>7}{'in range':>10}{'mean dev.':>11}{'broken':>8}"
        f"{'compact':>9}{'valid':>7}{'ms a cell':>11}"
    )
    for way in ways:
        print(_peer_line(way))


def _peer_line(way: Figures) -> str:
    done = f"{way['units_done']}/{way['units']}"
    if not way["units_done"]:
        return f"  {way['title']:<44}{done:>8}  none finished in its time"
    return (
        f"  {way['title']:<44}{done:>8}{way['cells']:>7}{100 * way['in_range']:>8.1f} %"
        f"{100 * way['mean_abs_dev']:>9.1f} %{way['broken']:>8}{way['compactness']:>9.3f}"
        f"{'yes' if way['valid'] else 'no':>7}{1000 * way['cpu'] / way['cells']:>11.2f}"
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
