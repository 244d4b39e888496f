"""CSV files of points: any encoding and delimiter, every column as text, harm refused in one line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gridmap.errors import UnreadableFileError
from gridmap.read.vectors.csv_rows import read_csv_rows

ROWS = ["code,名称,lon", "001,寺门村,116.8", '002,"郝村,\n东",116.9']


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_texts_stay_texts(encoding: str, end: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(end.join(ROWS).encode(encoding))
    frame = read_csv_rows(path)
    assert frame.columns.tolist() == ["code", "名称", "lon"]
    assert frame["code"].tolist() == ["001", "002"]
    assert frame["名称"].tolist() == ["寺门村", "郝村,\n东"]


def test_semicolons_and_titles_that_repeat(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;a;b\n1;;3\n")
    assert read_csv_rows(path).to_dict("records") == [{"a": "1", "a (2)": "", "b": "3"}]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no comma-separated values"),
        (b"a,b\n1,2,3\n", "Expected 2 columns, got 3"),
        (b"\0" * 500, "its content is not a CSV table"),
        (b"%PDF-1.7\n\xff\xfe\0\0", "its content is not a CSV table"),
    ],
)
def test_what_is_no_table(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError) as refusal:
        read_csv_rows(path)
    assert words in str(refusal.value)
    assert str(tmp_path) not in str(refusal.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no such file"):
        read_csv_rows(tmp_path / "a.csv")


@pytest.mark.slow
def test_a_million_rows_in_seconds(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("lon,lat,units\n" + "".join(f"116.{n},38.{n},{n % 7}\n" for n in range(1_000_000)))
    began = time.process_time()
    assert len(read_csv_rows(path)) == 1_000_000
    assert time.process_time() - began < 60  # it takes two: nothing grows with the square
