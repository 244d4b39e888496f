"""Messages: parameters, plurals, lists, languages."""

import pytest

from gridmap.messages import language_of, msg, msg_n, render, shortened, told_of, words_n


def test_parameters_and_nested_messages_are_rendered() -> None:
    inner = msg("{n} cells", n=12)
    assert render(msg("{what} in {place}", what=inner, place="North"), "en") == "12 cells in North"


def test_plural_follows_the_count() -> None:
    assert [str(msg_n("one row", "{n} rows", n=n)) for n in (1, 2)] == ["one row", "2 rows"]


def test_lists_are_joined_as_the_language_does() -> None:
    names = msg("{names}", names=["A", "B"])
    assert (render(names, "en"), render(names, "zh")) == ("A, B", "A、B")
    faults = msg("{faults}", faults=(msg("x"), msg("y")))
    assert (render(faults, "en"), render(faults, "zh")) == ("x; y", "x;y")


def test_braces_in_a_parameter_stay_as_they_are() -> None:
    assert str(msg("{name}", name="{0.__class__}")) == "{0.__class__}"


@pytest.mark.parametrize(("most", "told"), [(0, "…"), (2, "A, B, …"), (3, "A, B, C"), (9, "A, B, C")])
def test_a_long_list_is_shortened(most: int, told: str) -> None:
    assert str(msg("{codes}", codes=shortened((code for code in "ABC"), most))) == told


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-CN", "zh"), ("zh_TW.UTF-8", "zh"), ("en-GB", "en"), ("fr", "en"), (None, "en"), ("", "en")],
)
def test_a_locale_finds_its_language(locale: str | None, language: str) -> None:
    assert language_of(locale) == language


def test_what_is_said_of_things_names_the_first_and_counts_all() -> None:
    words = words_n("{n} code of {file} is odd ({codes})", "{n} codes of {file} are odd ({codes})")
    (told,) = told_of(words.filled(file="a.csv"), most=2, codes=iter("xyz"))
    assert str(told) == "3 codes of a.csv are odd (x, y, …)"
    assert str(told_of(words.filled(file="a.csv"), most=2, codes=["x"])[0]) == "1 code of a.csv is odd (x)"
    assert told_of(words, most=2, codes=[]) == []
