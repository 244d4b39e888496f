"""A fictional roster as an office keeps it: one sheet of people, each with a post at a cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.random import Generator

from gridmap.demo.people.names import draw_name, phone_number
from gridmap.demo.people.register import BUREAUS
from gridmap.draw.books.workbook import Sheet, write_workbook
from gridmap.messages import Language

HEADINGS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": ("No.", "Name", "Phone", "Unit", "Title", "Cell code", "Cell", "Function", "From", "Until"),
    "zh": ("序号", "姓名", "电话", "单位", "职务", "网格编码", "网格", "职责", "开始", "结束"),
}
_TITLES: Final[Mapping[Language, str]] = {
    "en": "Staff for the grid cells (fictional)",
    "zh": "网格力量花名册(虚构)",
}
_SHEETS: Final[Mapping[Language, str]] = {"en": "Roster", "zh": "花名册"}
_FUNCTIONS: Final[Mapping[Language, tuple[str, str]]] = {
    "en": ("Grid head", "Grid member"),
    "zh": ("网格长", "网格员"),
}
_OFFICES: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": (
        "Parks office", "Water office", "Housing office", "Library service", "Public works",
        "Transport office", "Youth service", "Records office", "Buildings office", "Health office",
    ),
    "zh": BUREAUS,
}  # fmt: skip
_RANKS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": ("Clerk", "Inspector", "Surveyor", "Coordinator", "Engineer", "Section head"),
    "zh": ("科员", "一级科员", "副股长", "股长", "四级主任科员"),
}
_GIVEN: Final = (
    "Ada", "Amos", "Bela", "Cleo", "Dora", "Edwin", "Elsa", "Felix", "Flora", "Gus", "Hattie", "Ida", "Ivor",
    "Jonas", "Juno", "Kit", "Lena", "Linus", "Mabel", "Milo", "Nell", "Orla", "Otis", "Petra", "Quinn",
    "Rhea", "Silas", "Tess", "Una", "Vera", "Wendell", "Zora",
)  # fmt: skip
_FAMILY: Final = (
    "Alder", "Birch", "Brook", "Cedar", "Copper", "Dale", "Ember", "Fenn", "Flint", "Garnet", "Hazel",
    "Heath", "Iris", "Juniper", "Larch", "Linden", "Marsh", "Mill", "North", "Oakes", "Pebble", "Quarry",
    "Reed", "Rowan", "Sedge", "Stone", "Thorn", "Vale", "Willow", "Wren",
)  # fmt: skip
_FIRST_NUMBER: Final = 50_000
"""The people of the demonstration county have the telephone numbers before it."""
_HEADS_SHARE: Final = 2 / 3
_VACANT_EVERY: Final = 40
"""One cell in so many is left without anybody, so that there is something to be found."""


def write_office_roster(
    path: Path,
    cells: Sequence[tuple[str, str]],
    *,
    start: datetime,
    people: int = 600,
    seed: int = 7,
    language: Language = "en",
) -> None:
    """Write a fictional roster over `cells`, pairs of code and name, as an XLSX file.

    Equal calls give equal bytes.

    Two thirds of the people at most are heads, of neighbouring cells where there are more cells than heads;
    the others are members. Nobody is at every fortieth cell. All posts begin at `start` and stay open.
    """
    rng = np.random.default_rng(seed)
    posted = enumerate(_posted(cells, people, rng, language), start=1)
    rows = [(number, *row, start, None) for number, row in posted]
    sheet = Sheet(_SHEETS[language], HEADINGS[language], rows, notes=[_TITLES[language]])
    path.write_bytes(write_workbook([sheet], created=start, title=_TITLES[language]))


def _posted(
    cells: Sequence[tuple[str, str]], people: int, rng: Generator, language: Language
) -> Iterator[tuple[str, ...]]:
    """Who is where as what: heads in the order of cells, then members."""
    staff = [_person(number, rng, language) for number in range(1, people + 1)]
    served = [cell for number, cell in enumerate(cells, start=1) if number % _VACANT_EVERY]
    heads = min(round(people * _HEADS_SHARE), len(served))
    head, member = _FUNCTIONS[language]
    for number, cell in enumerate(served):
        yield *staff[number * heads // len(served)], *cell, head
    for number, person in enumerate(staff[heads:]):
        yield *person, *served[number * len(served) // (people - heads)], member


def _person(number: int, rng: Generator, language: Language) -> tuple[str, ...]:
    """Name, phone, unit and title."""
    offices, ranks = _OFFICES[language], _RANKS[language]
    if language == "zh":
        name = draw_name(rng)
    else:
        name = f"{_GIVEN[int(rng.integers(len(_GIVEN)))]} {_FAMILY[int(rng.integers(len(_FAMILY)))]}"
    office, rank = offices[int(rng.integers(len(offices)))], ranks[int(rng.integers(len(ranks)))]
    return name, phone_number(_FIRST_NUMBER + number), office, rank
