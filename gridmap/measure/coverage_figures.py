"""Figures about cells, the heads of units, and the people who answer for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from gridmap.measure.coverage import active_posts, answering
from gridmap.measure.figures import Figures
from gridmap.measure.membership import among
from gridmap.messages import Message, msg, msg_n
from gridmap.model.people import Function, TargetKind
from gridmap.model.places import Level, UnitKind
from gridmap.model.scope import Scope
from gridmap.model.status import CellState
from gridmap.names import AREA, HOUSEHOLDS, KIND, LEVEL, NAME, PARENT_CODE

_WHOLE: Final[Mapping[str, Message]] = {
    UnitKind.PREFECTURE: msg("the prefecture"),
    UnitKind.COUNTY: msg("the county"),
    UnitKind.TOWNSHIP: msg("the township"),
    UnitKind.TOWN: msg("the town"),
    UnitKind.SUBDISTRICT: msg("the subdistrict"),
    UnitKind.COMMUNITY: msg("the community"),
    UnitKind.VILLAGE: msg("the village"),
}
"""What a scope is called as a whole, by the kind of its unit."""


def counted_cells(scope: Scope) -> pd.DataFrame:
    """The active cells of a scope: inactive ones are in no denominator."""
    return scope.cells[scope.cells["state"] != CellState.INACTIVE.value]


def cell_coverage(scope: Scope) -> Figures:
    """Cells with somebody responsible, of all active ones."""
    cells = counted_cells(scope)
    total, vacant = len(cells), int((cells["state"] == CellState.VACANT.value).sum())
    if (cells["state"] == CellState.NO_DATA.value).any():
        nobody = msg_n(
            "{n} cell; nobody has been posted yet.", "{n} cells; nobody has been posted yet.", n=total
        )
        return Figures(0, total, nobody)
    if vacant == 0:
        everywhere = msg_n(
            "The one cell has somebody responsible.", "All {n} cells have somebody responsible.", n=total
        )
        return Figures(total, total, everywhere)
    return Figures(total - vacant, total, _vacancies(scope, vacant, total))


def _vacancies(scope: Scope, vacant: int, total: int) -> Message:
    counts = {"vacant": vacant, "cells": total, "covered": total - vacant, "whole": _whole(scope)}
    if worst := _worst_part(scope):
        return msg(
            "{vacant} of {cells} cells have nobody responsible, most of them in {place}; "
            "{covered} cells of {whole} have somebody.",
            place=worst,
            **counts,
        )
    return msg(
        "{vacant} of {cells} cells have nobody responsible; {covered} cells of {whole} have somebody.",
        **counts,
    )


def _whole(scope: Scope) -> Message:
    kind = str(scope.units[KIND].get(scope.code, ""))
    return _WHOLE.get(kind, msg("this area"))


def _worst_part(scope: Scope) -> str:
    """Name of the unit one step below the scope with the most vacant cells; '' where there is none."""
    parts = scope.units[scope.units[PARENT_CODE] == scope.code] if scope.code else scope.units
    parts = parts[parts["vacant"] > 0].sort_values(["vacant", NAME], ascending=[False, True])
    return str(parts[NAME].iloc[0]) if len(parts) > 0 else ""


def head_tier1(scope: Scope) -> Figures:
    """Townships and subdistricts that have their head."""
    there, total = _headed(scope, Level.TOWNSHIP)
    sentence = msg_n(
        "{n} township, {heads} tier-1 heads in place.",
        "{n} townships, {heads} tier-1 heads in place.",
        n=total,
        heads=there,
    )
    return Figures(there, total, sentence)


def head_tier2(scope: Scope) -> Figures:
    """Villages and communities that have their head."""
    there, total = _headed(scope, Level.VILLAGE)
    sentence = msg_n(
        "{n} village or community, {heads} tier-2 heads in place, {missing} missing.",
        "{n} villages and communities, {heads} tier-2 heads in place, {missing} missing.",
        n=total,
        heads=there,
        missing=total - there,
    )
    return Figures(there, total, sentence)


def _headed(scope: Scope, level: Level) -> tuple[int, int]:
    units = scope.units[(scope.units[LEVEL] == level.value) & scope.units["needed"]]
    return int(units["headed"].sum()), len(units)


def households_per_member(scope: Scope) -> Figures:
    """Households of active cells a grid member; the members are people, however many cells they hold."""
    cells = counted_cells(scope)
    posts = active_posts(scope.plan, scope.evaluation.at, TargetKind.CELL)
    members = posts[(posts["function"] == Function.MEMBER.value) & among(posts["target_code"], cells.index)]
    households, people = float(cells[HOUSEHOLDS].sum()), int(members["person_id"].nunique())
    held = members.drop_duplicates(["person_id", "target_code"])
    served = cells[HOUSEHOLDS].reindex(held["target_code"]).groupby(held["person_id"].to_numpy()).sum()
    mean, most = (round(households / people), round(float(served.max()))) if people else (0, 0)
    sentence = msg(
        "Each grid member serves {mean} households on average, at most {most}.", mean=mean, most=most
    )
    return Figures(households, people, sentence)


def people_over_limit(scope: Scope) -> Figures:
    """People who hold more cells than the scheme allows, of all who answer for cells here."""
    cells = counted_cells(scope)
    posts = answering(
        active_posts(scope.plan, scope.evaluation.at, TargetKind.CELL),
        scope.plan.scheme.rule(Level.CELL).needs,
    )
    here = posts[among(posts["target_code"], cells.index)]
    keys = pd.MultiIndex.from_frame(here[["person_id", "function"]]).unique()
    loads = scope.evaluation.loads.reindex(keys)
    over = loads[loads["over"].fillna(value=False).astype(bool)]
    people = over.index.get_level_values("person_id").nunique()
    answer_here = here["person_id"].nunique()
    if people == 0:
        return Figures(0, answer_here, msg("Nobody is over the limit of their post."))
    sentence = msg_n(
        "{n} person is over the limit of the post and holds {most} cells.",
        "{n} people are over the limit of their post, the most loaded holds {most} cells.",
        n=people,
        most=int(over["cells"].max()),
    )
    return Figures(people, answer_here, sentence)


def area_coverage(scope: Scope) -> Figures:
    """Area of active cells over that of the lowest units, in km² to the square metre."""
    cells = counted_cells(scope)
    parents = scope.units[PARENT_CODE]
    leaves = scope.units[~scope.units.index.isin(parents)]
    covered, total = (round(float(part[AREA].sum()) / 1e6, 6) for part in (cells, leaves))
    left = f"{max(0.0, total - covered):.2f}"
    percent = 100 * covered / total if total else 0
    # What is not cut yet must not hide in a rounded hundred.
    share = f"{percent if float(left) == 0 else min(percent, 99.9):.1f}"
    sentence = msg("Cells cover {share}% of the area; {left} km² are not cut yet.", share=share, left=left)
    return Figures(covered, total, sentence, (msg("Areas are in square kilometres."),) if total else ())
