"""The export of a map: what is on it, and who may have it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from gridmap.draw.sheet import Kind, Paper
from gridmap.errors import AccessError, NotFoundError
from gridmap.model.access import Role, User
from gridmap.service.plan_cache import PlanCache
from gridmap.service.snapshots import SnapshotRequest, chosen_points, export_map
from gridmap.service.viewing import open_map
from tests.store.drawn_workspace import drawn_workspace

NOON = datetime(2020, 2, 10, 12)
COUNTY, FIRST, SECOND = "990101000000", "990101001000", "990101002000"
COMMANDER = User("wu", "Wu", Role.COMMANDER)
REQUEST = SnapshotRequest(scope=COUNTY, at=NOON, language="zh", paper=Paper.A4, kind="pdf")


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


def words(cache: PlanCache, request: SnapshotRequest, user: User = COMMANDER) -> str:
    """The text of the exported PDF without white space."""
    data = export_map(cache, request, user=user, generated_at=NOON).data
    return "".join(PdfReader(io.BytesIO(data)).pages[0].extract_text().split())


@pytest.mark.parametrize("checkpoints", [True, False])
@pytest.mark.parametrize("sites", [True, False])
def test_groups_that_are_switched_off_leave_map_and_legend(
    cache: PlanCache, checkpoints: bool, sites: bool
) -> None:
    whole = open_map(cache, user=COMMANDER, scope=COUNTY, at=NOON).layers
    assert len(whole.checkpoints) == len(whole.contact_sites) == 1
    chosen = chosen_points(whole, checkpoints=checkpoints, sites=sites)
    assert (len(chosen.checkpoints), len(chosen.contact_sites)) == (int(checkpoints), int(sites))
    groups = {entry.group for entry in chosen.legend}
    assert groups == {"cells"} | ({"checkpoints"} if checkpoints else set()) | (
        {"contact_sites"} if sites else set()
    )
    assert chosen.cells == whole.cells
    assert (
        replace(chosen, checkpoints=whole.checkpoints, contact_sites=whole.contact_sites, legend=whole.legend)
        == whole
    )


def test_the_sheet_says_what_the_screen_says(cache: PlanCache) -> None:
    text = words(cache, replace(REQUEST, prepared_by="网格中心"))
    for part in ("云泽县", "河东镇", "河西镇", "网格中心", "截至2020-02-1012:00", "版本1", "4无人负责共4"):
        assert part in text


@pytest.mark.parametrize("sites", [True, False])
def test_the_legend_on_paper_follows_the_switches(cache: PlanCache, sites: bool) -> None:
    assert ("已走访" in words(cache, replace(REQUEST, sites=sites))) is sites


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, (3508, 2480)), (Paper.SCREEN, (1920, 1080))])
def test_a_picture_has_its_exact_size(cache: PlanCache, paper: Paper, size: tuple[int, int]) -> None:
    request = replace(REQUEST, paper=paper, kind="png")
    data = export_map(cache, request, user=COMMANDER, generated_at=NOON).data
    assert Image.open(io.BytesIO(data)).size == size


@pytest.mark.parametrize("kind", ["pdf", "png"])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_who_may_only_look_may_not_export(cache: PlanCache, role: Role, kind: Kind) -> None:
    with pytest.raises(AccessError, match="no right to export"):
        export_map(cache, replace(REQUEST, kind=kind), user=User("x", "", role), generated_at=NOON)


def test_a_township_exports_itself_and_nothing_foreign(cache: PlanCache) -> None:
    user = User("li", "", Role.COMMANDER, FIRST)
    text = words(cache, replace(REQUEST, scope=FIRST, sites=True), user)
    assert "东村" in text
    assert "西村" not in text
    for scope in (COUNTY, SECOND, ""):
        with pytest.raises(AccessError):
            export_map(cache, replace(REQUEST, scope=scope), user=user, generated_at=NOON)


def test_a_unit_that_is_gone_is_not_found(cache: PlanCache) -> None:
    with pytest.raises(NotFoundError):
        export_map(cache, replace(REQUEST, scope="990101003000"), user=COMMANDER, generated_at=NOON)
