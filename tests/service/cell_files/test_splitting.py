"""Splitting and checking files, on drawn units and on the real tracts of Boston."""

import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely import box

from gridmap.errors import FaultsError, GridmapError, InputError
from gridmap.geo.coverage.topology import coverage_is_valid
from gridmap.service.cell_files.splitting import CheckRequest, SplitRequest, check_file, split_file
from gridmap.split.rule import SplitRule
from tests.paths import BOSTON

TRACTS = BOSTON
TOWNS = TRACTS.with_name("towns.gpkg")
RESIDENTS = SplitRule(target=1200, minimum=900, maximum=1500)


def village_file(folder: Path, **columns: object) -> Path:
    shapes = [box(116.8, 38.3, 116.82, 38.31), box(116.82, 38.3, 116.84, 38.31)]
    table = columns or {"code": ["990101100201", "990101100202"], "households": [1200, 550]}
    path = folder / "villages.gpkg"
    gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326").to_file(path, layer="units")
    return path


def test_a_file_is_split_and_checks(tmp_path: Path) -> None:
    source, out = village_file(tmp_path), tmp_path / "cells.gpkg"
    told: list[tuple[int, int]] = []
    report = split_file(SplitRequest(source, out), progress=lambda done, all_: told.append((done, all_)))
    assert (report.units, report.cells, report.households) == (2, 4, 1750)
    assert report.crs == "EPSG:4548"
    assert report.infeasible_units == ("990101100202",)
    assert told[-1] == (2, 2)
    assert json.loads(json.dumps(report.to_json()))["cells"] == 4
    quality = check_file(CheckRequest(out, source))
    assert quality.passed
    assert quality.crs == "EPSG:4548"
    assert quality.infeasible_units == ("990101100202",)


def test_the_cells_file_is_as_agreed(tmp_path: Path) -> None:
    out = tmp_path / "cells.gpkg"
    split_file(SplitRequest(village_file(tmp_path), out))
    assert dict(pyogrio.list_layers(out)) == {"cells": "Polygon", "cuts": None}
    cells = pyogrio.read_dataframe(out, layer="cells")
    assert cells.crs == "EPSG:4326"
    assert cells["code"].tolist()[0] == "990101100201001"
    cuts = pyogrio.read_dataframe(out, layer="cuts", read_geometry=False)
    assert cuts["crs"].unique().tolist() == ["EPSG:4548"]
    with sqlite3.connect(out) as connection:
        kinds = dict(connection.execute("select table_name, data_type from gpkg_contents").fetchall())
    connection.close()
    assert kinds == {"cells": "features", "cuts": "attributes"}


def test_several_processes_give_the_same_cells(tmp_path: Path) -> None:
    source = village_file(tmp_path)
    for workers in (1, 2):
        split_file(SplitRequest(source, tmp_path / f"{workers}.gpkg", workers=workers))
    one, two = (pyogrio.read_dataframe(tmp_path / f"{n}.gpkg", layer="cells") for n in (1, 2))
    assert one.equals(two)


def test_points_give_the_load(tmp_path: Path) -> None:
    points = tmp_path / "p.csv"
    rows = [f"{116.8005 + 0.001 * i},{38.3005 + 0.001 * j},30" for i in range(38) for j in range(8)]
    points.write_text("lon,lat,n\n" + "\n".join([*rows, "0,0,9"]))
    source, out = village_file(tmp_path), tmp_path / "cells.gpkg"
    report = split_file(SplitRequest(source, out, points=points, weight="n"))
    assert report.households == 30 * len(rows)
    assert report.points_outside == 1
    assert "1 point lies in no unit" in str(report.notes[0])
    quality = check_file(CheckRequest(out, source, points=points, weight="n"))
    assert quality.points_without_cell == 1
    assert not quality.passed


class TestRefusals:
    """A bad input leaves an existing output as it is."""

    @pytest.mark.parametrize(
        "columns",
        [
            {"code": ["A", "A"], "households": [400, 400]},
            {"code": ["A", "B"], "households": [400, -1]},
            {"code": ["A", "B"]},
        ],
    )
    def test_the_output_stays(self, columns: dict[str, list[object]], tmp_path: Path) -> None:
        out = tmp_path / "cells.gpkg"
        out.write_text("precious")
        with pytest.raises(GridmapError):
            split_file(SplitRequest(village_file(tmp_path, **columns), out))
        assert out.read_text() == "precious"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["cells.gpkg", "villages.gpkg"]

    def test_the_output_must_not_be_the_input(self, tmp_path: Path) -> None:
        source = village_file(tmp_path)
        with pytest.raises(InputError, match="would replace the input"):
            split_file(SplitRequest(source, source))

    def test_another_ending(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"ending in \.gpkg"):
            split_file(SplitRequest(village_file(tmp_path), tmp_path / "cells.shp"))

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="cannot be written"):
            split_file(SplitRequest(village_file(tmp_path), tmp_path / "nowhere" / "cells.gpkg"))

    def test_a_weight_that_is_nowhere(self, tmp_path: Path) -> None:
        source, out = village_file(tmp_path), tmp_path / "cells.gpkg"
        split_file(SplitRequest(source, out))
        with pytest.raises(InputError, match="POP"):
            check_file(CheckRequest(out, source, weight="POP"))

    def test_units_for_cells(self, tmp_path: Path) -> None:
        with pytest.raises(FaultsError, match="no column parent_code"):
            check_file(CheckRequest(village_file(tmp_path)))


def damaged(cells_file: Path, statement: str) -> Path:
    """Change the cells of a file in its metric-free columns or rows."""
    frame = pyogrio.read_dataframe(cells_file, layer="cells")
    changed = cells_file.with_name("damaged.gpkg")
    frame.query(statement).to_file(changed, layer="cells")
    return changed


def test_a_lost_cell_fails_the_check(tmp_path: Path) -> None:
    source, out = village_file(tmp_path), tmp_path / "cells.gpkg"
    split_file(SplitRequest(source, out))
    quality = check_file(CheckRequest(damaged(out, "seq != 2"), source))
    assert quality.gap_m2 is not None
    assert quality.gap_m2 > 1e5
    assert not quality.passed


@pytest.fixture(scope="module")
def boston_cells(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("boston") / "cells.gpkg"
    split_file(SplitRequest(TRACTS, out, weight="POP", rule=RESIDENTS))
    return out


def test_boston_passes_its_check(boston_cells: Path) -> None:
    quality = check_file(CheckRequest(boston_cells, TRACTS, size=RESIDENTS))
    assert quality.passed, quality
    assert quality.crs == "EPSG:32619"
    assert quality.units == 506
    assert len(quality.infeasible_units) == 17
    assert quality.feasible_in_range_share is not None
    assert quality.feasible_in_range_share >= 0.995
    assert quality.mean_abs_dev is not None
    assert quality.mean_abs_dev <= 0.01
    assert quality.worst_unit_m2 <= 1e-4


def test_boston_shuffled_is_the_same_to_the_byte(boston_cells: Path, tmp_path: Path) -> None:
    tracts = pyogrio.read_dataframe(TRACTS)
    source, out = tmp_path / "shuffled.gpkg", tmp_path / "cells.gpkg"
    tracts.sample(frac=1, random_state=8).to_file(source, layer="units")
    split_file(SplitRequest(source, out, weight="POP", rule=RESIDENTS))
    before, after = (pyogrio.read_dataframe(path, layer="cells") for path in (boston_cells, out))
    assert before["code"].tolist() == after["code"].tolist()
    assert shapely.to_wkb(before.geometry).tolist() == shapely.to_wkb(after.geometry).tolist()
    cuts = [pyogrio.read_dataframe(path, layer="cuts", read_geometry=False) for path in (boston_cells, out)]
    pd.testing.assert_frame_equal(cuts[0], cuts[1])


def test_the_tracts_and_towns_of_boston_fit() -> None:
    tracts, towns = pyogrio.read_dataframe(TRACTS), pyogrio.read_dataframe(TOWNS)
    assert (len(tracts), len(towns)) == (506, 92)
    assert set(tracts["parent_code"]) == set(towns["code"])
    assert coverage_is_valid(tracts.geometry.to_numpy())
    assert coverage_is_valid(towns.geometry.to_numpy())
    assert tracts["POP"].sum() == towns["population"].sum() == 2_702_002
    own = set(map(tuple, shapely.get_coordinates(tracts.geometry.to_numpy())))
    assert set(map(tuple, shapely.get_coordinates(towns.geometry.to_numpy()))) <= own
