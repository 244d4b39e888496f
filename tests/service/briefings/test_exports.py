"""Taking a scope out: what is in each product, who may have it, what is logged, what is refused."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import update

from gridmap.draw.point_layers import POINT_LAYERS, SHOWN_AT_FIRST
from gridmap.draw.sheet.sheet import Paper
from gridmap.errors import AccessError, InputError, NotFoundError
from gridmap.model.access import Role, User
from gridmap.model.audience import Audience
from gridmap.model.products import PRODUCTS, Product
from gridmap.service.briefings.exports import Exported, export, proof, scopes
from gridmap.service.briefings.request import ExportRequest, file_name
from gridmap.service.briefings.sheets import chosen_points
from gridmap.service.operations.viewing import open_map
from gridmap.service.plan_cache import PlanCache
from gridmap.store import tables
from gridmap.store.history import read_events
from tests.store.drawn_workspace import drawn_workspace

NOON = datetime(2020, 2, 10, 12)
COUNTY, FIRST, SECOND = "990101000000", "990101001000", "990101002000"
COMMANDER = User("wu", "Wu", Role.COMMANDER)
REQUEST = ExportRequest(scope=COUNTY, at=NOON, language="zh", paper=Paper.A4, ending="pdf")
LEDGER = replace(REQUEST, product=Product.LEDGER, ending="xlsx")
POINTS = frozenset(layer.name for layer in POINT_LAYERS)
ALL = [(product, ending) for product, form in PRODUCTS.items() for ending in form.files]


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


def made(cache: PlanCache, request: ExportRequest, user: User = COMMANDER) -> Exported:
    return export(cache, request, user=user, generated_at=NOON)


def words(cache: PlanCache, request: ExportRequest, user: User = COMMANDER) -> str:
    """The text of the exported PDF without white space."""
    data = made(cache, request, user).data
    return "".join(PdfReader(io.BytesIO(data)).pages[0].extract_text().split())


def logged(cache: PlanCache) -> list[dict[str, object]]:
    events = read_events(cache.workspace)
    return [json.loads(after) for after in events[events["action"] == "export"]["after"]]


@pytest.mark.parametrize("checkpoints", [True, False])
@pytest.mark.parametrize("sites", [True, False])
def test_groups_that_are_switched_off_leave_map_and_legend(
    cache: PlanCache, checkpoints: bool, sites: bool
) -> None:
    whole = open_map(cache, user=COMMANDER, scope=COUNTY, at=NOON).layers
    assert {name: len(marks) for name, marks in whole.points.items()} == {
        "checkpoints": 1,
        "contact_sites": 1,
    }
    shown = {name for name, on in (("checkpoints", checkpoints), ("contact_sites", sites)) if on}
    chosen = chosen_points(whole, shown)
    assert {name for name, marks in chosen.points.items() if marks} == shown
    groups = {entry.group for entry in chosen.legend}
    assert groups == {"cells"} | ({"checkpoints"} if checkpoints else set()) | (
        {"contact_sites"} if sites else set()
    )
    assert chosen.cells == whole.cells
    assert replace(chosen, points=whole.points, legend=whole.legend) == whole


def test_the_sheet_says_what_the_screen_says(cache: PlanCache) -> None:
    text = words(cache, replace(REQUEST, prepared_by="网格中心"))
    for part in ("云泽县", "河东镇", "河西镇", "网格中心", "截至2020-02-1012:00", "版本1", "4无人负责共4"):
        assert part in text


@pytest.mark.parametrize(
    ("audience", "mark"),
    [(Audience.INTERNAL, "Internaluse"), (Audience.RESTRICTED, "Restricted"), (Audience.PUBLIC, "")],
)
def test_a_sheet_bears_the_mark_of_its_audience(cache: PlanCache, audience: Audience, mark: str) -> None:
    text = words(cache, replace(REQUEST, language="en", audience=audience))
    for other in ("Internaluse", "Restricted"):
        assert (other in text) is (other == mark)


def test_a_public_map_prints_its_review_number_or_warns(cache: PlanCache) -> None:
    public = replace(REQUEST, audience=Audience.PUBLIC)
    assert "map review" in str(made(cache, public).warnings[0])
    numbered = replace(public, approval_no="GS(2020)1号")
    assert made(cache, numbered).warnings == ()
    assert "审图号:GS(2020)1号" in words(cache, numbered)
    assert made(cache, REQUEST).warnings == ()


@pytest.mark.parametrize("sites", [True, False])
def test_the_legend_on_paper_follows_the_switches(cache: PlanCache, sites: bool) -> None:
    assert ("已走访" in words(cache, replace(REQUEST, points=POINTS if sites else SHOWN_AT_FIRST))) is sites


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, (3508, 2480)), (Paper.SCREEN, (1920, 1080))])
def test_a_picture_has_its_exact_size(cache: PlanCache, paper: Paper, size: tuple[int, int]) -> None:
    data = made(cache, replace(REQUEST, paper=paper, ending="png")).data
    assert Image.open(io.BytesIO(data)).size == size


@pytest.mark.parametrize(("paper", "height"), [(Paper.A4, 565), (Paper.SCREEN, 450)])
def test_a_proof_is_the_sheet_in_small_and_is_not_logged(cache: PlanCache, paper: Paper, height: int) -> None:
    request = replace(REQUEST, paper=paper, audience=Audience.PUBLIC)
    drawn = proof(cache, request, user=COMMANDER, generated_at=NOON, width=800)
    picture = Image.open(io.BytesIO(drawn.data)).convert("RGB")
    assert picture.size == (800, height)
    colours = picture.getcolors(100_000)
    assert colours
    assert any(colour == (0xD5, 0x5E, 0x00) for _, colour in colours), "the vacant cells are not drawn"
    assert len(drawn.warnings) == 1
    assert logged(cache) == []


@pytest.mark.parametrize(("product", "ending"), ALL)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_who_may_only_look_may_not_export(
    cache: PlanCache, role: Role, product: Product, ending: str
) -> None:
    with pytest.raises(AccessError, match="no right to export"):
        made(cache, replace(REQUEST, product=product, ending=ending), User("x", "", role))
    assert logged(cache) == []


def test_a_township_exports_itself_and_nothing_foreign(cache: PlanCache) -> None:
    user = User("li", "", Role.COMMANDER, FIRST)
    text = words(cache, replace(REQUEST, scope=FIRST, points=POINTS), user)
    assert "东村" in text
    assert "西村" not in text
    for scope in (COUNTY, SECOND, ""):
        for product, ending in ALL:
            with pytest.raises(AccessError):
                made(cache, replace(REQUEST, scope=scope, product=product, ending=ending), user)
        with pytest.raises(AccessError):
            proof(cache, replace(REQUEST, scope=scope), user=user, generated_at=NOON, width=100)


@pytest.mark.parametrize(("product", "ending"), ALL)
def test_a_unit_that_is_gone_is_not_found(cache: PlanCache, product: Product, ending: str) -> None:
    request = replace(REQUEST, scope="990101003000", product=product, ending=ending)
    with pytest.raises(NotFoundError):
        made(cache, request)
    assert logged(cache) == []


@pytest.mark.parametrize(("product", "ending"), ALL)
@pytest.mark.parametrize("audience", list(Audience))
def test_files_that_may_hold_names_are_logged(
    cache: PlanCache, audience: Audience, product: Product, ending: str
) -> None:
    before = cache.revision()
    file = made(cache, replace(REQUEST, product=product, ending=ending, audience=audience))
    assert file.name == f"gridmap-{COUNTY}-r1-20200210-1200-{audience}.{ending}"
    assert file.mime == PRODUCTS[product].files[ending].mime
    facts = {
        "product": product, "ending": ending, "audience": audience, "as_of": "2020-02-10T12:00:00",
        "bytes": len(file.data),
    }  # fmt: skip
    assert logged(cache) == ([] if audience is Audience.PUBLIC else [facts])
    assert cache.revision() == before


@pytest.mark.parametrize(("product", "ending"), [pair for pair in ALL if pair[1] != "gpkg"])
def test_equal_requests_give_equal_bytes(cache: PlanCache, product: Product, ending: str) -> None:
    request = replace(REQUEST, product=product, ending=ending)
    assert made(cache, request).data == made(cache, request).data


@pytest.mark.parametrize(
    ("product", "ending"),
    [(Product.SHEET, "xlsx"), (Product.LEDGER, "pdf"), (Product.GEO, "shp"), (Product.GEO, "")],
)
def test_a_form_that_is_not_made_is_refused(cache: PlanCache, product: Product, ending: str) -> None:
    with pytest.raises(InputError, match="choose another ending"):
        made(cache, replace(REQUEST, product=product, ending=ending))


@pytest.mark.parametrize("text", ["Office 10012345678", "Office 100-1234-5678", "Office 100 1234 5678"])
@pytest.mark.parametrize("audience", list(Audience))
def test_a_phone_in_the_imprint_is_refused(cache: PlanCache, text: str, audience: Audience) -> None:
    with pytest.raises(InputError, match="phone"):
        made(cache, replace(REQUEST, prepared_by=text, audience=audience))
    with pytest.raises(InputError, match="phone"):
        made(cache, replace(REQUEST, approval_no="10012345678", audience=audience))


def test_a_name_of_the_plan_is_refused_on_a_public_imprint(cache: PlanCache) -> None:
    with cache.workspace.writing() as connection:
        connection.execute(update(tables.people).where(tables.people.c.id == "ann").values(name="安欣然"))
    request = replace(REQUEST, prepared_by="制图:安欣然", ending="png", paper=Paper.SCREEN)
    assert made(cache, request).data
    with pytest.raises(InputError, match="安欣然"):
        made(cache, replace(request, audience=Audience.PUBLIC))


def test_names_that_look_like_formulas_stay_text(cache: PlanCache) -> None:
    payload = '=HYPERLINK("http://evil.example","安")'
    with cache.workspace.writing() as connection:
        connection.execute(update(tables.people).values(name=payload))
        connection.execute(update(tables.cells).values(name="+1+cmd|' /C calc'!A0"))
    book = openpyxl.load_workbook(io.BytesIO(made(cache, LEDGER).data))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert any(payload in str(cell.value) for cell in cells)
    assert any("calc" in str(cell.value) for cell in cells)
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_codes_in_the_ledger_are_text(cache: PlanCache) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(cache, LEDGER).data))
    cell = book.worksheets[1]["A3"]
    assert (cell.value, cell.data_type) == ("990101001201001", "s")


def test_the_units_to_choose_from_are_the_users_own_in_the_order_of_the_tree(cache: PlanCache) -> None:
    assert list(scopes(cache, COMMANDER).items())[:3] == [
        (COUNTY, "云泽县"),
        (FIRST, "河东镇"),
        ("990101001201", "东村 · 河东镇"),
    ]
    assert len(scopes(cache, COMMANDER)) == 5
    assert list(scopes(cache, replace(COMMANDER, scope=SECOND))) == [SECOND, "990101002201"]


def test_a_file_name_is_ascii_and_no_path() -> None:
    assert file_name(replace(REQUEST, scope=""), 3) == "gridmap-all-r3-20200210-1200-internal.pdf"
    assert file_name(replace(REQUEST, scope="../区"), 3).startswith("gridmap-____-r3")
