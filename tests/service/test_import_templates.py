"""Files to be filled in: read back as they are they change nothing, in both languages."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from gridmap.errors import AccessError, InputError
from gridmap.messages import LANGUAGES, Language
from gridmap.model.access import Role, User
from gridmap.service.import_rows import RowState
from gridmap.service.import_templates import TEMPLATES, write_template
from gridmap.service.plan_cache import PlanCache
from tests.service.drawn_imports import larger_county, look, save, what
from tests.store.drawn_workspace import EAST, MORNING, PLANNER, WEST

BY_MAPPING = [kind for kind in TEMPLATES if kind != "people"]


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return larger_county(tmp_path)


def written(cache: PlanCache, kind: str, language: Language = "zh", scope: str = "") -> Path:
    path = cache.workspace.path.with_name(f"{kind}.xlsx")
    path.write_bytes(write_template(cache, kind, user=PLANNER, scope=scope, at=MORNING, language=language))
    return path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", BY_MAPPING)
def test_nothing_changes_where_nothing_is_filled_in(cache: PlanCache, kind: str, language: Language) -> None:
    preview = look(cache, kind, written(cache, kind, language))
    rows = {"households": 4, "checkpoints": 1, "sites": 1}[kind]
    assert preview.counts == {
        RowState.ADDED: 0,
        RowState.CHANGED: 0,
        RowState.UNCHANGED: rows,
        RowState.REFUSED: 0,
    }
    assert not preview.left_alone


def test_what_is_filled_in_comes_back(cache: PlanCache) -> None:
    path = written(cache, "households")
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    first = next(row for row in page.iter_rows() if row[0].value == EAST)
    first[3].value = 512
    book.save(path)
    preview = look(cache, "households", path)
    changed = [row for row in preview.rows if row.state is RowState.CHANGED]
    assert [what(row) for row in changed] == [["Households: – → 512"]]
    save(cache, preview)
    assert cache.plan().units.at[EAST, "households"] == 512


def test_lists_to_choose_from(cache: PlanCache) -> None:
    page = openpyxl.load_workbook(written(cache, "checkpoints", "en")).worksheets[0]
    offered = [rule.formula1 for rule in page.data_validations.dataValidation]
    assert any("Sealed gate" in str(one) for one in offered)


def test_a_scope_is_kept(cache: PlanCache) -> None:
    path = written(cache, "households", scope="990101002000")
    codes = {row[0].value for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()}
    assert EAST in codes
    assert WEST not in codes
    west = User("wu", "Wu", Role.PLANNER, WEST)
    with pytest.raises(AccessError):
        write_template(cache, "sites", user=west, scope="", at=MORNING, language="zh")


def test_other_kinds_are_not_written(cache: PlanCache) -> None:
    with pytest.raises(InputError, match="no file to fill in"):
        write_template(cache, "visits", user=PLANNER, scope="", at=MORNING, language="zh")
