"""The ledger: its sheets, its totals, and what each audience reads of people."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from gridmap.draw.books.ledger import compose_ledger
from gridmap.draw.books.workbook import Sheet, Value
from gridmap.draw.stamp import Stamp
from gridmap.measure.coverage import active_posts
from gridmap.measure.evaluate import evaluate
from gridmap.measure.registry import indicators
from gridmap.measure.scope import within
from gridmap.messages import Language
from gridmap.model.audience import Audience
from gridmap.model.people import TargetKind
from gridmap.model.plan import Plan
from tests.plans import NOON, plan, post

POSTS = [
    post("ann", "head", "unit", "9901", tier=1),
    post("bob", "head", "unit", "N1", tier=2),
    post("cai", "head", "unit", "N2", tier=1),  # of the wrong tier: N2 still has no head of its own
    post("ann", "head", "cell", "c1"),
    post("bob", "member", "cell", "c1"),
    post("cai", "member", "cell", "c1"),
    post("cai", "adviser", "cell", "c2"),
    post("bob", "member", "cell", "c5", valid_to=NOON),  # ended just now
    post("ann", "member", "checkpoint", "k1"),
]


def ledger(
    audience: Audience = Audience.INTERNAL,
    *,
    drawn: Plan | None = None,
    code: str = "99",
    language: Language = "en",
) -> dict[str, Sheet]:
    known = drawn or plan(POSTS)
    scope = within(known, evaluate(known, NOON), code)
    posts = {kind: active_posts(known, NOON, kind) for kind in TargetKind}
    stamp = Stamp(("County",), NOON, 3, NOON, audience, prepared_by="Office")
    return {sheet.title: sheet for sheet in compose_ledger(scope, indicators(scope), posts, stamp, language)}


def rows_of(sheet: Sheet) -> dict[Value, dict[str, Value]]:
    return {row[0]: dict(zip(sheet.headings, row, strict=True)) for row in sheet.rows}


def everything(sheets: dict[str, Sheet]) -> str:
    cells: list[Sequence[Value]] = []
    for sheet in sheets.values():
        cells += [sheet.notes, sheet.headings, *sheet.rows, sheet.totals]
    return "\n".join(str(value) for row in cells for value in row)


def test_cells_with_their_people() -> None:
    sheet = ledger()["Cells"]
    first = rows_of(sheet)["c1"]
    assert (first["Village or community"], first["Township"], first["Households"]) == ("N1", "North", 100)
    assert first["State"] == "Covered"
    assert first["Grid head"] == "Ann 100****0001"
    assert first["Grid members"] == "Bob 100****0001, Cai 100****0001"
    assert rows_of(sheet)["c2"]["Others"] == "Cai 100****0001"
    assert rows_of(sheet)["c5"]["Grid members"] == ""


def test_totals_are_recomputed_from_the_rows_that_count() -> None:
    inactive = plan(POSTS)
    inactive.cells.loc["c6", "active"] = False
    sheet = ledger(drawn=inactive)["Cells"]
    totals = dict(zip(sheet.headings, sheet.totals, strict=True))
    assert len(sheet.rows) == 6
    assert rows_of(sheet)["c6"]["State"] == "Inactive"
    assert totals["Name of the place"] == "5 cells"
    assert totals["Households"] == 100 + 200 + 300 + 400 + 500
    assert totals["Area, m²"] == 2_500_000
    assert totals["State"] == "4 vacant"
    assert (totals["Grid head"], totals["Grid members"], totals["Others"]) == (1, 2, 1)


def test_heads_by_unit_and_tier() -> None:
    sheet = ledger()["Heads"]
    rows = rows_of(sheet)
    assert list(rows) == ["9901", "9902", "N1", "N2", "S1"]
    assert (rows["9901"]["Tier"], rows["9901"]["Grid head"]) == (1, "Ann 100****0001")
    assert (rows["N1"]["Tier"], rows["N1"]["State"], rows["N1"]["Part of"]) == (2, "In place", "North")
    assert (rows["N2"]["State"], rows["N2"]["Grid head"]) == ("No head", "")
    assert list(sheet.totals)[:2] == ["Total", "2 of 5 in place"]


def test_checkpoints_and_sites() -> None:
    sheets = ledger()
    gates = rows_of(sheets["Checkpoints"])
    assert (gates["k1"]["State"], gates["k1"]["On duty"], gates["k1"]["Minimum"]) == ("Below minimum", 1, 2)
    assert (gates["k1"]["Joint with"], gates["k1"]["People on duty"]) == ("S1", "Ann 100****0001")
    assert gates["k3"]["State"] == "Sealed"
    assert list(sheets["Checkpoints"].totals)[6:] == ["0 of 2 manned", 1, 4]
    sites = rows_of(sheets["Contact sites"])
    assert (sites["s1"]["Visits"], sites["s1"]["Last visit"]) == (
        2,
        pd.Timestamp("2020-02-09").to_pydatetime(),
    )
    assert sites["s3"]["Last visit"] is None
    assert list(sheets["Contact sites"].totals)[6:] == ["1 of 3 visited", 3]


def test_the_summary_has_numerators_and_denominators() -> None:
    sheet = ledger()["Summary"]
    coverage = rows_of(sheet)["Cells covered"]
    assert (coverage["Numerator"], coverage["Denominator"], coverage["Value"]) == (1, 6, "16.7%")
    assert "As of 2020-02-10 12:00" in sheet.notes
    assert "Internal use" in sheet.notes


def test_without_a_denominator_there_is_no_value() -> None:
    empty = plan(checkpoints=plan().checkpoints.iloc[:0])
    assert rows_of(ledger(drawn=empty)["Summary"])["Posts manned now"]["Value"] == "–"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_an_audience_reads(language: Language) -> None:
    told = {audience: everything(ledger(audience, language=language)) for audience in Audience}
    for audience, text in told.items():
        assert ("100****0001" in text) is (audience is Audience.INTERNAL)
        assert ("Ann" in text) is (audience is not Audience.PUBLIC)
    assert not any(name in told[Audience.PUBLIC] for name in ("Bob", "Cai", "****"))


def test_the_public_reads_how_many_there_are() -> None:
    sheets = ledger(Audience.PUBLIC)
    first = rows_of(sheets["Cells"])["c1"]
    assert (first["Grid head"], first["Deputy head"], first["Grid members"]) == (1, 0, 2)
    assert rows_of(sheets["Heads"])["9901"]["Grid head"] == 1
    assert "People on duty" not in sheets["Checkpoints"].headings


def test_a_township_holds_its_own_alone() -> None:
    sheets = ledger(code="9902")
    assert [row[0] for row in sheets["Cells"].rows] == ["c5", "c6"]
    assert [row[0] for row in sheets["Heads"].rows] == ["9902", "S1"]
    assert [row[0] for row in sheets["Checkpoints"].rows] == ["k1", "k3"]
