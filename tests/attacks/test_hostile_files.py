"""Hostile files at every way in: nothing outside is read or called, nothing hangs, one plain line is told.

The files are read by the functions that the pages and the command line call for them; the same files come to
a running server in `test_hostile_uploads.py`.
"""

from __future__ import annotations

import contextlib
import json
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyogrio.raw
import pytest
from click.testing import CliRunner

from gridmap.cli import main
from gridmap.errors import GridmapError
from gridmap.read.files.raw_layers import LayerWish, read_every_layer, read_layers
from gridmap.read.tables.office_tables import read_office_tables
from gridmap.read.vectors.drawings import inspect_drawing, read_drawing
from gridmap.read.vectors.inspection import inspect_vector
from gridmap.read.vectors.points import read_points
from gridmap.web.files.uploads import laid_down
from tests.attacks.hostile_files import CANARY, Outside
from tests.attacks.hostile_list import HOSTILE
from tests.attacks.sound_files import sound_files
from tests.read.drawn_files import geojson, write_gpkg

SECONDS = 180
"""What a starved machine may take; an idle one takes one. The child's own limits end what would hang."""
TABLES = {".csv", ".xlsx", ".xls", ".ods"}
DISARMED = {
    "a trigger",
    "a drawing that refers outside",
    "formulas in CSV",
    "links of a KML",
    "names that climb",
    "names from the root",
    "names of Windows",
    "a KMZ that climbs",
    "an ODS that takes from elsewhere",
    "a workbook of fetching formulas",
    "a workbook of formulas alone",
    "a workbook that refers to another",
    "a number beyond all",
    "a shapefile of false lengths",
    "a virtual data set named .csv",
    "a pipeline named .csv",
    "a php named .csv",
    "a script named .csv",
}
"""What is read all the same, without what is harmful in it."""


@pytest.fixture(scope="module")
def calls() -> Iterator[tuple[str, list[object]]]:
    """An address of this machine, and who has called there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        heard: list[object] = []
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    heard.append(server.accept())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
        over.set()
        thread.join()


@pytest.fixture
def outside(calls: tuple[str, list[object]], tmp_path: Path) -> Outside:
    (tmp_path / "outside").mkdir()
    secret = tmp_path / "outside" / "secret.csv"
    secret.write_text(f"code,name,longitude,latitude\n{CANARY},{CANARY},117,38\n")
    return Outside(secret, calls[0])


def read(path: Path) -> str:
    """All that comes out of a file by every way in that takes its ending."""
    ending = path.suffix.lower()
    if ending in TABLES:
        found = [repr((table.headings, table.frame.to_dict())) for table in read_office_tables(path)]
        if ending == ".csv":
            with contextlib.suppress(GridmapError):
                found.append(repr(read_points(path).points))
        return "\n".join(found)
    if ending == ".dxf":
        layers = [layer.name for layer in inspect_drawing(path).layers]
        linework = read_drawing(path, layers, layers)
        return repr((layers, linework.labels, [line.wkt for line in linework.lines]))
    raw = [repr((layer.layer, layer.notes, layer.table.to_pydict())) for layer in read_every_layer(path)]
    return "\n".join([*raw, repr(inspect_vector(path)), repr(read_layers(path, [LayerWish("polygon")]))])


def told(path: Path, outside: Outside) -> str | None:
    """The line of a refusal, None where the file was read; by either nothing of the server comes out."""
    began = time.monotonic()
    line = None
    try:
        answer = read(path)
    except GridmapError as error:
        answer = line = str(error)
    assert time.monotonic() - began < SECONDS
    assert CANARY not in answer
    if line is not None:
        assert path.name in line
        assert "\n" not in line
        assert "Traceback" not in line
        for inner in (str(outside.secret.parent), str(path.parent), "/tmp/", "gridmap-", ".py"):
            assert inner not in line
        assert len(line) < 600
    return line


def snapshot(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.lstat().st_mtime_ns, path.lstat().st_size) for path in sorted(folder.rglob("*"))}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file(name: str, outside: Outside, calls: tuple[str, list[object]], tmp_path: Path) -> None:
    inner = tmp_path / "inner" / "most"
    inner.mkdir(parents=True)
    path = HOSTILE[name](inner, outside)
    before = snapshot(tmp_path)
    line = told(path, outside)
    assert (line is None) == (name in DISARMED), line
    assert snapshot(tmp_path) == before
    assert calls[1] == []


def test_the_harm_is_real_where_nothing_guards(outside: Outside, tmp_path: Path) -> None:
    """GDAL alone, asked for the file that the pages refuse, hands over another one."""
    path = HOSTILE["a virtual data set named .geojson"](tmp_path, outside)
    _, _, _, columns = pyogrio.raw.read(path, layer="secret")
    assert CANARY in str([column.tolist() for column in columns])


def test_they_are_many() -> None:
    assert len(HOSTILE) >= 100
    assert HOSTILE.keys() >= DISARMED


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_truncated_files_of_every_kind(share: float, outside: Outside, tmp_path: Path) -> None:
    whole = sound_files(tmp_path)
    assert len({path.suffix for path in whole}) == 12
    for path in whole:
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        line = told(path, outside)
        assert line is not None or path.suffix == ".csv", path.name


@dataclass
class Given:
    """An upload as the pages have it."""

    name: str
    content: bytes

    def getvalue(self) -> bytes:
        return self.content


NAMES = [
    "../../../etc/cron.d/a.geojson",
    "/etc/passwd.geojson",
    "..\\..\\windows\\a.geojson",
    "a\0.gpkg.geojson",
    "a\n\x1b[2J\x1b]0;owned\x07.geojson",
    "/vsicurl/http://127.0.0.1:9/a.geojson",
    "/vsizip/a.zip/a.geojson",
    "GPKG:a.gpkg.geojson",
    "-rf --crs.geojson",
    "$(touch x);`id`.geojson",
    "名" * 300 + ".geojson",
    "....geojson",
    "\u202egnp.geojson",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", [b"<?php ?>", json.dumps(geojson()).encode()], ids=["false", "sound"])
def test_names_of_uploads_lead_nowhere(name: str, content: bytes) -> None:
    with laid_down(Given(name, content)) as path:
        assert path.parent.parent == Path(tempfile.gettempdir())
        assert path.resolve() == path
        assert len(path.name.encode()) <= 255
        if content.startswith(b"{") and path.suffix == ".geojson":
            assert len(read_every_layer(path)[0].table) == 2
        else:
            with pytest.raises(GridmapError) as refusal:
                read_every_layer(path)
            assert str(refusal.value).isprintable()
    assert not path.exists()


def test_names_within_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    evil = "a\x1b[2J\x1b]0;owned\x07\nTraceback"
    path = tmp_path / "a.gpkg"
    for layer in (evil, f"{evil} 2"):
        write_gpkg(path, layer=layer)
    for command in (["inspect", str(path)], ["clean", str(path), "--out", str(tmp_path / "o.gpkg")]):
        result = CliRunner(env={"LC_ALL": "C"}).invoke(main, command)
        assert "owned" in result.output
        assert not any(ord(letter) < 32 and letter != "\n" for letter in result.output)
        assert not any(line.startswith("Traceback") for line in result.output.splitlines())
