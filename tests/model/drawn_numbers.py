"""Numbers of nobody as people write them: phones begin with 100, identities with 99, which is no province."""

from __future__ import annotations

from hypothesis import strategies as st

_WIDE = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"}
_BESIDE = st.text(alphabet="周磊村abc,;:()、 \n", max_size=8)


def phones() -> st.SearchStrategy[str]:
    """Eleven digits."""
    return st.from_regex(r"100[1-9][0-9]{7}", fullmatch=True)


@st.composite
def written(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> tuple[str, str]:
    """A mobile as it may stand in a cell, and its digits as they stand there."""
    number = draw(numbers)
    gap = draw(st.sampled_from(["", " ", "-", "–", "·", "  ", "/"]))
    groups = [number[:3], number[3:7], number[7:]]
    if draw(st.booleans()):
        groups = [number[:2], number[2:6], number[6:9], number[9:]]
    text = gap.join(groups)
    before = draw(st.sampled_from(["", "+86", "86", "0086 ", "手机"]))
    if gap and before.endswith("6"):
        before = "+86 "
    after = draw(st.sampled_from(["", ".0", "x", "转3"]))
    if draw(st.booleans()):
        return before + text.translate(_WIDE) + after, number.translate(_WIDE)
    return before + text + after, number


@st.composite
def identities(draw: st.DrawFn) -> tuple[str, str]:
    """An identity number, whole or with a digit missing, and the text it stands as."""
    number = draw(st.from_regex(r"99[0-9]{4}19[0-9]{6}[0-9]{2,3}[0-9X]", fullmatch=True))
    return number, number


@st.composite
def texts(draw: st.DrawFn, numbers: st.SearchStrategy[tuple[str, str]]) -> tuple[str, str]:
    """A text of a cell around a number, and the number's digits."""
    text, number = draw(numbers)
    return draw(_BESIDE) + text + draw(_BESIDE), number
