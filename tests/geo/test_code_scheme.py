from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import InputError
from gridmap.geo.code_scheme import MICRO, SCHEMES, TWELVE_THREE, CodeScheme, code_scheme

VILLAGE = "130981100201"


@pytest.mark.parametrize(
    ("name", "unit", "seq", "code"),
    [
        ("12+3", VILLAGE, 7, "130981100201007"),
        ("12+3", "0401", 12, "0401-012"),
        ("12+2", VILLAGE, 7, "13098110020107"),
        ("sector", VILLAGE, 99, "130981100201-A99"),
        ("sector", VILLAGE, 100, "130981100201-B01"),
        ("sector", VILLAGE, 8 * 99 + 1, "130981100201-J01"),
        ("micro", "130981100201007", 3, "130981100201007-03"),
        ("G{unit}/{seq:04d}", "X", 5, "GX/0005"),
    ],
)
def test_codes_as_the_scheme_makes_them(name: str, unit: str, seq: int, code: str) -> None:
    assert code_scheme(name).code(unit, seq) == code


@pytest.mark.parametrize(
    ("name", "largest"), [("12+3", 999), ("12+2", 99), ("micro", 99), ("sector", 24 * 99)]
)
def test_numbers_that_do_not_fit_are_refused_with_the_unit(name: str, largest: int) -> None:
    scheme = SCHEMES[name]
    assert scheme.code(VILLAGE, largest)
    for seq in (0, largest + 1):
        with pytest.raises(InputError, match=rf"{VILLAGE} .* {largest:,}"):
            scheme.code(VILLAGE, seq)


@pytest.mark.parametrize(
    "pattern",
    ["{unit}", "{seq:03d}", "{unit}{seq}", "{unit.__class__}{seq:03d}", "{unit}{seq:03d}{x}", "{unit",
     "{0}{seq:02d}",
     "{unit}{letter}", "{unit}{seq:03d}{number:02d}", "{unit}{seq:9999999d}"],
)  # fmt: skip
def test_patterns_that_are_none(pattern: str) -> None:
    with pytest.raises(InputError, match="pattern"):
        CodeScheme(pattern)


def test_a_name_that_is_none() -> None:
    with pytest.raises(InputError, match="12\\+3"):
        code_scheme("13+3")


def test_the_checker_names_doubles_and_strangers() -> None:
    codes = ["130981100201001", "130981100201001", "13098110020102"]
    faults = [str(fault) for fault in TWELVE_THREE.faults(codes, [VILLAGE] * 3, [1, 1, 2])]
    assert faults == [
        "1 code is there twice (130981100201001)",
        "1 code is not as the scheme {unit}{seq:03d} makes it (13098110020102)",
    ]


@given(st.sampled_from(list(SCHEMES.values())), st.lists(st.integers(1, 99), unique=True, max_size=30))
def test_what_a_scheme_makes_it_also_takes(scheme: CodeScheme, seqs: list[int]) -> None:
    codes = [scheme.code("U", seq) for seq in seqs]
    assert scheme.faults(codes, ["U"] * len(seqs), seqs) == []
    assert len(set(codes)) == len(codes)


def test_micro_grids_of_two_cells_never_meet() -> None:
    assert MICRO.code("130981100201001", 2) != MICRO.code("130981100201002", 1)
