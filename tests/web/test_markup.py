"""Our few pieces of HTML: what people have typed stays text in them."""

from __future__ import annotations

import pytest

from gridmap.web.markup import history_table, number_link, person_line

HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("10012345678", "10012345678"),
        ("+86 100-1234-5678", "+8610012345678"),
        ('100"onclick="alert(1)', "1001"),
        ("javascript:alert()", ""),
    ],
)
def test_a_number_is_dialled_by_its_digits(number: str, dialled: str) -> None:
    link = number_link(number)
    assert f'href="tel:{dialled}"' in link
    assert 'onclick="' not in link


def test_a_person_is_shown_masked_or_with_the_number_to_dial() -> None:
    masked = person_line("Ann", "Head", "100****5678")
    assert "<code>100****5678</code>" in masked
    assert "<a" not in masked
    revealed = person_line("Ann", "Head", "100****5678", number="10012345678")
    assert "100****5678" not in revealed
    assert 'href="tel:10012345678"' in revealed
    assert "<code>" not in person_line("Ann", "Head", "")


def test_what_people_typed_stays_text() -> None:
    assert "<img" not in person_line(HOSTILE, HOSTILE, HOSTILE, HOSTILE, number=HOSTILE)
    assert "<img" not in history_table([HOSTILE], [[HOSTILE], [f"{HOSTILE}\n{HOSTILE}"]])


def test_a_row_of_the_history_bears_its_headings_and_small_lines() -> None:
    table = history_table(["What", "Why"], [["3 posts\nAnn, Head", "gap"]])
    assert '<td data-label="What">3 posts<small>Ann, Head</small></td><td data-label="Why">gap</td>' in table
