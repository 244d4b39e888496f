"""The reader that keeps the places of features reads what Python's own does, and refuses what it does."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

import gridmap.read

PARSE = runpy.run_path(str(Path(gridmap.read.__file__).parent / "isolated" / "geojson.py"))["_parse"]
TEXTS = st.text('ab1é村"\\{}[],: \u3000\n', max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
COLLECTIONS = st.builds(
    lambda members, features: {**members, "features": features},
    st.dictionaries(TEXTS, VALUES, max_size=3),
    st.lists(VALUES, max_size=4),
)


def outcome(parse: Callable[[str], tuple[Any, ...]], text: str) -> tuple[Any, ...]:
    """What a text says and where it ends; nothing where it is refused."""
    try:
        found = parse(text)
    except ValueError:
        return ()
    return found[0], found[-1]


def decoded(text: str) -> tuple[Any, ...]:
    """What Python's own decoder gives, which does not pass over spaces at the beginning."""
    return json.JSONDecoder().raw_decode(text, len(text) - len(text.lstrip(" \t\n\r")))


@given(COLLECTIONS, st.sampled_from([None, 0, 2]), st.booleans())
@example({"features": []}, None, True)
def test_values_and_places(plain: dict[str, Any], indent: int | None, ascii_only: bool) -> None:
    text = "\n" + json.dumps(plain, indent=indent, ensure_ascii=ascii_only) + " "
    found, places, end = PARSE(text)
    assert found == plain
    assert [json.loads(text[begin:stop]) for begin, stop in places] == plain["features"]
    assert end == len(text) - 1


@given(COLLECTIONS, st.integers(0), st.sampled_from(["", ",", "]", "}", '"', " ", ":", "1"]))
@example({"features": [1]}, 14, ",")
@example({"features": []}, 0, " ")
def test_a_changed_text_is_read_alike_or_refused(plain: dict[str, Any], place: int, put: str) -> None:
    text = json.dumps(plain)
    place %= len(text)
    changed = text[:place] + put + text[place + 1 :]
    assert outcome(PARSE, changed) == outcome(decoded, changed)
    inserted = text[:place] + put + text[place:]
    assert outcome(PARSE, inserted) == outcome(decoded, inserted)
