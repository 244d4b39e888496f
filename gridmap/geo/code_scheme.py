"""Schemes of cell codes: how a code is made of its unit's code and the cell's number, and checked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Final

from gridmap.errors import InputError
from gridmap.geo.codes import is_division_code
from gridmap.messages import Message, msg, told_of, words_n

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without I and O, which are read as 1 and 0."""
_PER_LETTER: Final = 99
_WIDTH: Final = re.compile(r"0(\d)d")
_FIELDS: Final = frozenset({"unit", "seq", "letter", "number"})
_NUMBERED: Final = re.compile(r"(?P<separator>\D*)(?P<number>\d{2,9})")
_SHOWN: Final = 8
_TWICE: Final = words_n("{n} code is there twice ({codes})", "{n} codes are there twice ({codes})")
_STRANGE: Final = words_n(
    "{n} code is not as the scheme {pattern} makes it ({codes})",
    "{n} codes are not as the scheme {pattern} makes them ({codes})",
)


@dataclass(frozen=True)
class CodeScheme:
    """A way to make cell codes.

    Attributes:
        pattern: text with the fields {unit} (the unit's code), {seq:03d} (the cell's number, with its digits)
            or, in place of it, {letter}{number:02d} (A01 to A99, then B01).
        plain: the pattern for units whose code is no 12-digit division code; as `pattern` where empty.

    Raises:
        InputError: a pattern without unit or number, or with anything else in braces.
    """

    pattern: str
    plain: str = ""

    def __post_init__(self) -> None:
        for pattern in filter(None, (self.pattern, self.plain)):
            _require_fields(pattern)

    def code(self, unit: str, seq: int) -> str:
        """The code of the cell number `seq`, from 1, of a unit.

        Raises:
            InputError: the number does not fit.
        """
        pattern = self.pattern if not self.plain or is_division_code(unit) else self.plain
        largest = _largest(pattern)
        if not 1 <= seq <= largest:
            raise InputError(
                msg(
                    "Unit {code} would need cell number {seq}, but numbers run from 1 to {largest}. "
                    "Raise the target, or divide the unit first.",
                    code=unit,
                    seq=seq,
                    largest=largest,
                )
            )
        letter, number = divmod(seq - 1, _PER_LETTER)
        sector = _LETTERS[letter] if letter < len(_LETTERS) else ""
        return pattern.format(unit=unit, seq=seq, letter=sector, number=number + 1)

    def faults(self, codes: Sequence[str], units: Sequence[str], seqs: Sequence[int]) -> list[Message]:
        """What is wrong with the codes of cells: twice the same, or not as the scheme makes them."""
        seen: set[str] = set()
        twice = sorted({code for code in codes if code in seen or seen.add(code)})  # type: ignore[func-returns-value]  # the set grows as it is asked
        strange = [
            code
            for code, unit, seq in zip(codes, units, seqs, strict=True)
            if not self.makes(code, unit, seq)
        ]
        return [
            *told_of(_TWICE, most=_SHOWN, codes=twice),
            *told_of(_STRANGE.filled(pattern=self.pattern), most=_SHOWN, codes=strange),
        ]

    def makes(self, code: str, unit: str, seq: int) -> bool:
        """Whether the cell number `seq` of a unit has that code by this scheme."""
        try:
            return self.code(unit, int(seq)) == code
        except InputError:
            return False


def code_scheme(name: str) -> CodeScheme:
    """The scheme of that name, or one of the user's own, given as its pattern.

    Raises:
        InputError: neither a name nor a pattern.
    """
    if name in SCHEMES:
        return SCHEMES[name]
    if "{" not in name:
        raise InputError(
            msg(
                "There is no scheme of codes {name}. Take one of {names}, or write a pattern such as "
                "{example}.",
                name=name,
                names=list(SCHEMES),
                example="{unit}-{seq:03d}",
            )
        )
    return CodeScheme(name)


@dataclass(frozen=True)
class FoundScheme:
    """The scheme that codes are of.

    Attributes:
        scheme: that with a name, or one derived from the codes, which makes most of them.
        share: of the codes that it makes; 0 where none is known, and the scheme is the usual one.
    """

    scheme: CodeScheme
    share: float


def scheme_of(codes: Sequence[str], units: Sequence[str], seqs: Sequence[int]) -> FoundScheme:
    """Find the scheme that made codes of cells, so that new cells are coded alike.

    The first scheme that makes all is taken: those with a name, then a unit's code, some separator and the
    number with leading zeros. Where none makes all, it is the one that makes most.

    `units` and `seqs` are the code of each cell's unit and its number.
    """
    if not codes:
        return FoundScheme(TWELVE_THREE, 0.0)
    best, most = TWELVE_THREE, 0
    for scheme in (*SCHEMES.values(), *_derived(codes, units, seqs)):
        made = sum(map(scheme.makes, codes, units, seqs))
        if made > most:
            best, most = scheme, made
        if most == len(codes):
            break
    return FoundScheme(best, most / len(codes))


def _derived(codes: Sequence[str], units: Sequence[str], seqs: Sequence[int]) -> Iterator[CodeScheme]:
    """The schemes that codes look like: the unit's code, a separator, the number with leading zeros."""
    forms: Counter[tuple[str, int]] = Counter()
    for code, unit, seq in zip(codes, units, seqs, strict=True):
        found = _NUMBERED.fullmatch(code.removeprefix(unit)) if code.startswith(unit) else None
        if found is not None and int(found["number"]) == seq:
            forms[found["separator"], len(found["number"])] += 1
    for (separator, width), _ in forms.most_common():
        literal = separator.replace("{", "{{").replace("}", "}}")
        yield CodeScheme(f"{{unit}}{literal}{{seq:0{width}d}}")


def _require_fields(pattern: str) -> None:
    try:
        fields = {name: spec or "" for _, name, spec, _ in Formatter().parse(pattern) if name is not None}
    except ValueError:
        fields = {}
    numbered = {"seq"} if "seq" in fields else {"letter", "number"}
    fits = {"unit", *numbered} == set(fields) <= _FIELDS
    widths = [fields[name] for name in ("seq", "number") if name in fields]
    if not fits or not all(_WIDTH.fullmatch(spec) for spec in widths):
        raise InputError(
            msg(
                "The pattern of codes {pattern} must name the unit and the cell's number, such as {example}.",
                pattern=pattern,
                example="{unit}-{seq:03d}",
            )
        )


def _largest(pattern: str) -> int:
    for _, name, spec, _ in Formatter().parse(pattern):
        if name == "seq":
            width = _WIDTH.fullmatch(spec or "")
            assert width is not None
            return int("9" * int(width.group(1)))
    return len(_LETTERS) * _PER_LETTER


TWELVE_THREE: Final = CodeScheme("{unit}{seq:03d}", "{unit}-{seq:03d}")
"""12 digits of the unit and 3 of the cell, the usual practice; a hyphen where the unit's code is another."""
MICRO: Final = CodeScheme("{unit}-{seq:02d}")
"""A micro-grid of a cell: the cell's code, a hyphen, two digits."""
SCHEMES: Final[Mapping[str, CodeScheme]] = {
    "12+3": TWELVE_THREE,
    "12+2": CodeScheme("{unit}{seq:02d}", "{unit}-{seq:02d}"),
    "sector": CodeScheme("{unit}-{letter}{number:02d}"),
    "micro": MICRO,
}
