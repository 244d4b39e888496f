"""Numbers of people in texts: however they are written none is told whole, and codes stay."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.messages import msg
from gridmap.model.masking import masked_message, masked_phone, masked_text, masked_values
from tests.model.drawn_numbers import identities, phones, texts, written


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1001234567x", "100****4567x"),
        ("1001234567", "100****4567"),
        ("1001234567.0", "100****4567.0"),
        ("周磊100123456789村", "周磊100****6789村"),
        ("1O01234S678, 1OO12345678", "1O01234S678, 1OO****5678"),
        ("row 1, 10012345678", "row 1, 100****5678"),
        ("+86 100 1234 5678", "+86 100****5678"),
        ("8610012345678", "86100****5678"),
        ("100.1234.5678", "100****5678"),
        ("99010519491231002", "990105****1002"),
        ("990105 19491231 002X", "990105****002X"),
        ("9901 0519 4912 3100 2X", "9901****2X"),
        ("6222021234567890123", "622202****0123"),
        ("1002 0086 100 1000 0000", "100****6 100****0000"),
    ],
)
def test_damaged_numbers_are_masked_too(text: str, told: str) -> None:
    assert masked_text(text) == told
    assert masked_text(told) == told


@pytest.mark.parametrize(
    "text",
    [
        "990101001000", "130981001201", "150102001000", "990101001201 990101001202", "990101001201001",
        "116.507247, 38.123456", "116.50724712 38.12345678", "39512345.12, 4412345.67", "411", "2020-02-10",
        "2020-02-10T18:00:00", "households-20200210-990101001000", "5551234",
    ],
)  # fmt: skip
def test_codes_places_and_moments_stay(text: str) -> None:
    assert masked_text(text) == text


@given(texts(written(phones())))
def test_no_phone_is_whole(planted: tuple[str, str]) -> None:
    text, number = planted
    for told in (masked_text(text), masked_phone(text)):
        assert number not in re.sub(r"[^\d*]", "", told)


@given(texts(identities()))
def test_no_identity_is_whole(planted: tuple[str, str]) -> None:
    text, number = planted
    assert number not in masked_text(text)


@given(st.text(alphabet="0123456789 -.xX,;年", max_size=40))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = masked_text(text)
    assert masked_text(once) == once


def test_messages_and_values_are_masked_at_any_depth() -> None:
    inner = msg("{who} has {n}", who="周磊 10012345678", n=10012345)
    told = masked_message(msg("{a}; {b}", a=inner, b=["10012345678", inner]))
    assert str(told).count("100****5678") == 3
    assert "10,012,345" in str(told)
    plain = {"a": ["10012345678", {"b": "10012345678", "code": "10012345678"}], "n": 7, "x": None}
    assert masked_values(plain, plain=frozenset({"code"})) == {
        "a": ["100****5678", {"b": "100****5678", "code": "10012345678"}],
        "n": 7,
        "x": None,
    }
