"""Every product of the demonstration county unpacked and searched for what its audience may not have."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ContentStream

from gridmap.draw.sheet.sheet import Paper
from gridmap.geo.coverage.topology import coverage_is_valid
from gridmap.messages import LANGUAGES, Language
from gridmap.model.audience import Audience
from gridmap.model.products import PRODUCTS, Product
from gridmap.service.accounts import OPERATOR
from gridmap.service.briefings.exports import export
from gridmap.service.briefings.request import ExportRequest
from gridmap.service.plan_cache import PlanCache
from gridmap.service.workspaces import open_workspace
from tests.prepared import demo_in

COUNTY = "990101000000"
UNMASKED = re.compile(r"(?<!\d)100\d{8}(?!\d)")
MASKED = re.compile(r"\d{0,3}\*{4}\d{2,4}")
FORMS = [(product, ending) for product, form in PRODUCTS.items() for ending in form.files]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> PlanCache:
    made = demo_in(tmp_path_factory.mktemp("searched"))
    return PlanCache(open_workspace(made.path))


def pdf_text(data: bytes) -> str:
    """Text of the pages, set glyph by glyph, and everything the document says of itself."""
    reader = PdfReader(io.BytesIO(data))
    pages = "".join(page.extract_text() for page in reader.pages)
    raw = b"".join(ContentStream(page["/Contents"].get_object(), reader).get_data() for page in reader.pages)
    about = f"{reader.metadata} {reader.xmp_metadata} {[page.get('/Annots') for page in reader.pages]}"
    return "".join(pages.split()) + about + raw.decode("latin-1")


def png_text(data: bytes) -> str:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return str(picture.info)


def xlsx_text(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        parts = [archive.read(name).decode() for name in archive.namelist()]
    return unescape("\n".join([*archive.namelist(), *parts]))


def gpkg_text(data: bytes) -> str:
    """All values of all tables, and the bytes between them."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(data)
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = [connection.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in names]
    return f"{rows} {data.decode('utf-8', errors='ignore')}"


READ: Final[dict[str, Callable[[bytes], str]]] = {
    "pdf": pdf_text,
    "png": png_text,
    "xlsx": xlsx_text,
    "gpkg": gpkg_text,
    "geojson": bytes.decode,
}


def made(cache: PlanCache, product: Product, ending: str, audience: Audience, language: Language) -> bytes:
    at = cache.plan().demo_clock
    assert at
    request = ExportRequest(
        COUNTY,
        at,
        language,
        product,
        ending,
        Paper.A4,
        points=frozenset({"checkpoints", "contact_sites"}),
        audience=audience,
        prepared_by="网格中心",
    )
    return export(cache, request, user=OPERATOR, generated_at=at).data


def names_in(text: str, names: Iterator[str]) -> set[str]:
    return {name for name in names if name in text}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("product", "ending"), FORMS)
def test_no_audience_finds_what_it_may_not_have(
    cache: PlanCache, product: Product, ending: str, language: Language
) -> None:
    plan = cache.plan()
    people = set(plan.people["name"])
    places = "\n".join(
        name
        for table in (plan.units, plan.cells, plan.checkpoints, plan.contact_sites)
        for name in table["name"]
    )
    posted = set(plan.people["name"].loc[plan.posts["person_id"]])
    assert len(posted) > 50
    assert not names_in(places, iter(people)), (
        "a place is called as a person is: the search would say nothing"
    )
    for audience in Audience:
        text = READ[ending](made(cache, product, ending, audience, language))
        assert len(text) > 100
        assert not UNMASKED.findall(text)
        found, masked = names_in(text, iter(people)), MASKED.findall(text)
        tells_of_people = product is not Product.SHEET
        assert bool(masked) is (tells_of_people and audience is Audience.INTERNAL)
        assert bool(found) is (tells_of_people and audience is not Audience.PUBLIC)
        assert set(masked) <= set(plan.people["phone"])


def test_the_search_would_find_them() -> None:
    """What is searched for is found where it is: in the readers themselves nothing is lost."""
    assert UNMASKED.findall("电话10012345678。") == ["10012345678"]
    assert not UNMASKED.findall("990100123456780 100.12345678")
    assert MASKED.findall("安100****5678") == ["100****5678"]


@pytest.mark.parametrize("ending", ["gpkg", "geojson"])
def test_the_cells_are_still_an_exact_coverage(cache: PlanCache, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"cells.{ending}"
    path.write_bytes(made(cache, Product.GEO, ending, Audience.INTERNAL, "zh"))
    cells = gpd.read_file(path, layer="cells").set_index("code")
    assert coverage_is_valid(cells.geometry.to_numpy())
    stored = cache.shapes().cells
    assert set(cells.index) == set(stored.index)
    there = gpd.GeoSeries(stored.reindex(cells.index))
    moved = shapely.hausdorff_distance(np.asarray(cells.geometry), np.asarray(there))
    assert moved.max() <= (0 if ending == "gpkg" else 1e-8)  # a millimetre
    plan = cache.plan()
    assert cells["households"].sum() == plan.cells["households"].sum()
