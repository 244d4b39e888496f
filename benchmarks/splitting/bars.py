"""What each case must show, and how its figures are laid out."""

from __future__ import annotations

from benchmarks.splitting.measures import Figures
from benchmarks.splitting.table import Line, at_least, at_most, yes


def points_lines(figures: Figures) -> list[Line]:
    """Buildings in many villages: every bar there is."""
    return [
        *_size(figures),
        at_least("households", figures["households"], 8e6, "{:,.0f}"),
        at_least(
            "feasible units' cells in range", _percent(figures["feasible_in_range_share"]), 99.5, "{:.2f} %"
        ),
        at_most("mean deviation", _percent(figures["mean_abs_dev"]), 1, "{:.2f} %"),
        at_least("mean compactness", figures["compactness_mean"], 0.60, "{:.3f}"),
        Line("  of the units that were divided", figures["unit_compactness"], "{:.3f}"),
        *_cost(figures, 2),
        at_most("peak memory, MB", figures["peak"], 2_048, "{:,.0f}"),
        *_exactness(figures),
        at_most("households in no cell or in two", figures["households_lost"], 1e-3, "{:.0e}"),
    ]


def plain_lines(figures: Figures) -> list[Line]:
    """Buildings in other boundaries: nothing is asked but exactness."""
    return [
        *_size(figures),
        Line("feasible units' cells in range", _percent(figures["feasible_in_range_share"]), "{:.2f} %"),
        Line("mean deviation", _percent(figures["mean_abs_dev"]), "{:.2f} %"),
        Line("mean compactness", figures["compactness_mean"], "{:.3f}"),
        Line("  of the units that were divided", figures["unit_compactness"], "{:.3f}"),
        Line("CPU of the split, ms a cell", 1000 * figures["cpu"] / figures["cells"], "{:.2f}"),
        Line("peak memory, MB", figures["peak"], "{:,.0f}"),
        *_exactness(figures),
    ]


def many_lines(figures: Figures, checked: Figures) -> list[Line]:
    """As many cells as a prefecture has."""
    return [
        at_least("cells", figures["cells"], 70_000, "{:,}"),
        Line("units", figures["units"], "{:,}"),
        at_most("CPU of the split, s", figures["cpu"], 150, "{:.1f}"),
        Line("CPU of the split, ms a cell", 1000 * figures["cpu"] / figures["cells"], "{:.2f}"),
        Line("feasible units' cells in range", _percent(figures["feasible_in_range_share"]), "{:.2f} %"),
        Line("mean deviation", _percent(figures["mean_abs_dev"]), "{:.2f} %"),
        Line("peak memory, MB", figures["peak"], "{:,.0f}"),
        at_most("checked in, s of CPU", checked["told"], 3, "{:.2f}"),
        Line("  with every building located, s of CPU", checked["located"], "{:.2f}"),
        *_exactness(figures),
    ]


def area_lines(figures: Figures) -> list[Line]:
    """Area alone: the load of a cell is its share of the unit's area."""
    return [
        *_size(figures),
        at_most("mean area deviation", _percent(figures["mean_abs_dev"]), 1.5, "{:.2f} %"),
        Line("mean compactness", figures["compactness_mean"], "{:.3f}"),
        Line("CPU of the split, ms a cell", 1000 * figures["cpu"] / figures["cells"], "{:.2f}"),
        *_exactness(figures),
    ]


def blocks_lines(figures: Figures) -> list[Line]:
    """Whole blocks."""
    return [
        *_size(figures),
        at_least(
            "feasible units' cells in range", _percent(figures["feasible_in_range_share"]), 99, "{:.2f} %"
        ),
        Line("mean deviation", _percent(figures["mean_abs_dev"]), "{:.2f} %"),
        at_least("mean compactness", figures["compactness_mean"], 0.54, "{:.3f}"),
        Line("  of the units that were divided", figures["unit_compactness"], "{:.3f}"),
        *_cost(figures, 3),
        *_exactness(figures),
    ]


def stability_lines(shuffled: Figures, estate: Figures, growth: Figures, only: Figures) -> list[Line]:
    """Another order of rows, another load, one village alone."""
    grown = f"{growth['units']} villages grown by 3 %"
    return [
        yes("rows shuffled: codes, shapes, loads identical", shuffled["same"]),
        Line(f"a county of {estate['units']} villages grows by 3 %, all in one:", "", "{}"),
        at_most("  households that change cell", _percent(estate["moved"]), 3, "{:.2f} %"),
        Line("  where all is split afresh", _percent(estate["moved_fresh"]), "{:.2f} %"),
        at_most("  mean deviation", _percent(estate["mean_abs_dev"]), 1, "{:.2f} %"),
        at_most("  codes that change in other villages", estate["codes_elsewhere"], 0, "{}"),
        at_most("  area that a cell elsewhere changes, m²", estate["elsewhere"], 1e-3, "{:.0e}"),
        Line(f"{grown}, each by an estate:", "", "{}"),
        at_most("  their households that change cell", _percent(growth["moved"]), 3, "{:.2f} %"),
        at_most("  mean deviation", _percent(growth["mean_abs_dev"]), 1, "{:.2f} %"),
        Line("  cells in range", _percent(growth["in_range"]), "{:.2f} %"),
        Line("  ways", ", ".join(f"{way} {count}" for way, count in growth["ways"].items())),
        Line(f"one village of {only['cells']:,} cells alone:", "", "{}"),
        at_most("  ms, median", only["median"], 100, "{:.1f}"),
        Line("  ms, the first call", only["first"], "{:.1f}"),
        at_most("  ms, slowest", only["slowest"], 100, "{:.1f}"),
        at_most("  area that a cell elsewhere changes, m²", only["elsewhere"], 1e-3, "{:.0e}"),
        at_most("  codes that change elsewhere", only["codes_elsewhere"], 0, "{}"),
    ]


def workers_lines(one: Figures, two: Figures) -> list[Line]:
    """Two processes against one, by the clock."""
    return [
        Line("one, s", one["wall"], "{:.1f}"),
        Line("two, s", two["wall"], "{:.1f}"),
        at_least("times as fast", one["wall"] / two["wall"], 1.5, "{:.2f}"),
        Line("  on idle cores, by the CPU of both steps", one["busiest"] / two["busiest"], "{:.2f}"),
        yes("codes, shapes, loads identical", one["same"] and two["same"]),
    ]


def _size(figures: Figures) -> list[Line]:
    return [
        Line("units", figures["units"], "{:,}"),
        Line("  of which infeasible", figures["infeasible_units"], "{:,}"),
        Line("cells", figures["cells"], "{:,}"),
    ]


def _cost(figures: Figures, bar: float) -> list[Line]:
    milliseconds = 1000 * figures["cpu"] / figures["cells"]
    return [
        at_most("CPU of the split, ms a cell", milliseconds, bar),
        Line("CPU of the split, s", figures["cpu"], "{:.1f}"),
    ]


def _exactness(figures: Figures) -> list[Line]:
    lines = [
        yes("valid coverage", figures["valid_coverage"]),
        at_most("broken cells", figures["multipart"] + figures["empty"], 0, "{}"),
        at_most("gap, overlap, outside in a unit, m²", figures["worst_unit_m2"], 1e-3, "{:.0e}"),
    ]
    if figures["points_without_cell"] is not None:
        lines.append(at_most("buildings in no cell", figures["points_without_cell"], 0, "{}"))
    return lines


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
