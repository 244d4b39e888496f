"""Rows matched to units by code and name: inside their parent, by stripped names; the rest is suggested.

Nothing is matched by likeness alone: a suggestion counts once a person accepted it, one by one or in bulk.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import pandas as pd
from pypinyin import Style, lazy_pinyin
from rapidfuzz import fuzz, process

from gridmap.messages import Message, msg, msg_n
from gridmap.model.faults import FaultKind
from gridmap.names import CODE, LEVEL, NAME, PARENT_CODE
from gridmap.read.matching.unit_names import UnitName, mean_the_same, unit_name

Progress = Callable[[int, int], None]
"""Called with how many rows are done, and how many there are."""
AliasKey = tuple[str, str]
"""The code of the parent, empty where none was given, and the whole name."""
_SUGGESTED: Final = 3
_LEAST: Final = 0.4
_SURE: Final = 0.8
_APART: Final = 0.1
_OTHER_WORD: Final = 0.95
_SOUNDS_ALIKE: Final = 0.9
_OTHER_SIDE: Final = 0.6
_TOLD_APART: Final = frozenset("东西南北中前后上下大小老新内外左右一二三四五六七八九十")
"""Characters that tell neighbouring villages apart: 东李村 and 西李村 are two, however alike."""
_LOOKED_AT: Final = 12
_STEP: Final = 500


@dataclass(frozen=True)
class UnitQuery:
    """What a row says of its unit. `parent` is the code or the name of a unit above it."""

    row: Hashable
    name: str
    parent: str = ""
    code: str = ""


@dataclass(frozen=True)
class UnitMatch:
    """A unit found; by `code`, `name`, `stripped`, `alias` or `accepted`."""

    code: str
    found_by: str


@dataclass(frozen=True)
class UnitSuggestion:
    """A unit that may be meant, with a score from 0 to 1."""

    code: str
    name: str
    score: float


@dataclass(frozen=True)
class UnitQuestion:
    """A row that a person must decide, why, and what may be meant, the likeliest first."""

    query: UnitQuery
    why: Message
    suggestions: tuple[UnitSuggestion, ...] = ()

    @property
    def kind(self) -> FaultKind:
        """Whether several units fit wholly, or none does."""
        several = sum(suggestion.score == 1 for suggestion in self.suggestions) > 1
        return FaultKind.UNIT_AMBIGUOUS if several else FaultKind.UNIT_UNKNOWN

    @property
    def clear(self) -> UnitSuggestion | None:
        """The suggestion that stands out, for accepting in bulk."""
        if not self.suggestions or self.suggestions[0].score < _SURE:
            return None
        rival = self.suggestions[1].score if len(self.suggestions) > 1 else 0.0
        return self.suggestions[0] if self.suggestions[0].score - rival >= _APART else None


@dataclass(frozen=True)
class UnitMatches:
    """Rows and units as they belong together.

    Attributes:
        found: by row.
        asked: rows that match no unit, or several.
        without_row: codes of the units looked among that no row was found for.
    """

    found: Mapping[Hashable, UnitMatch]
    asked: Mapping[Hashable, UnitQuestion]
    without_row: tuple[str, ...]

    @property
    def leftovers(self) -> Message:
        """What is left over on both sides, in a line."""
        units, rows = len(self.without_row), len(self.asked)
        return msg(
            "{units}; {rows}",
            units=msg_n("{n} unit has no row", "{n} units have no row", n=units),
            rows=msg_n("{n} row matches no unit", "{n} rows match no unit", n=rows),
        )

    def accept(self, chosen: Mapping[Hashable, str]) -> UnitMatches:
        """With units that a person chose for rows that were asked."""
        accepted = {row: UnitMatch(code, "accepted") for row, code in chosen.items() if row in self.asked}
        left = {row: question for row, question in self.asked.items() if row not in accepted}
        taken = {match.code for match in accepted.values()}
        without = tuple(code for code in self.without_row if code not in taken)
        return replace(self, found=dict(self.found) | accepted, asked=left, without_row=without)

    def clear_suggestions(self, *, several_rows: bool = False) -> dict[Hashable, str]:
        """Suggestions that stand out, to be accepted in bulk.

        Where rows of different names would take one unit, they stay for a person; and so do those of a unit
        that has its row already, unless a unit may have `several_rows`, as in a roster.
        """
        clear = {row: question.clear for row, question in self.asked.items()}
        names: dict[str, set[str]] = defaultdict(set)
        for row, suggestion in clear.items():
            if suggestion is not None:
                names[suggestion.code].add(unit_name(self.asked[row].query.name).whole)
        free = set(self.without_row)
        return {
            row: suggestion.code
            for row, suggestion in clear.items()
            if suggestion is not None
            and (several_rows or suggestion.code in free)
            and len(names[suggestion.code]) == 1
        }


def match_units(
    queries: Sequence[UnitQuery],
    units: pd.DataFrame,
    *,
    levels: Collection[str] = (),
    aliases: Mapping[AliasKey, str] | None = None,
    progress: Progress | None = None,
) -> UnitMatches:
    """Match rows to units; the order of neither matters.

    Args:
        queries: the rows.
        units: `code` as index or column, `name`, `parent_code`, and `level` where `levels` are given.
        levels: the units that rows may mean; all where none is given. Parents may be of any level.
        aliases: names accepted before, see `aliases_of`.
        progress: told now and then.
    """
    index = _UnitIndex(units, levels, aliases or {})
    answers: dict[tuple[str, str, str], UnitMatch | UnitQuestion] = {}
    found: dict[Hashable, UnitMatch] = {}
    asked: dict[Hashable, UnitQuestion] = {}
    for number, query in enumerate(queries):
        key = (query.code, query.name, query.parent)
        answer = answers.get(key) or answers.setdefault(key, index.answer(query))
        if isinstance(answer, UnitMatch):
            found[query.row] = answer
        else:
            asked[query.row] = replace(answer, query=query)
        if progress is not None and (number + 1) % _STEP == 0:
            progress(number + 1, len(queries))
    taken = {match.code for match in found.values()}
    return UnitMatches(found, asked, tuple(code for code in index.codes if code not in taken))


def aliases_of(
    queries: Iterable[UnitQuery], chosen: Mapping[Hashable, str], units: pd.DataFrame
) -> dict[AliasKey, str]:
    """What a person's choices teach: names to be found the next time, within the same parent."""
    index = _UnitIndex(units, (), {})
    return {
        (index.parent_of(query.parent) or "", unit_name(query.name).whole): chosen[query.row]
        for query in queries
        if query.row in chosen
    }


class _UnitIndex:
    """Units by their names, within each unit above them."""

    def __init__(self, units: pd.DataFrame, levels: Collection[str], aliases: Mapping[AliasKey, str]) -> None:
        table = units.reset_index() if CODE not in units else units
        codes = [str(code) for code in table[CODE]]
        self._names = dict(zip(codes, map(str, table[NAME]), strict=True))
        self._forms = {code: unit_name(name) for code, name in self._names.items()}
        parents = table[PARENT_CODE].fillna("").astype(str) if PARENT_CODE in table else [""] * len(table)
        self._parents = dict(zip(codes, parents, strict=True))
        wanted = table[LEVEL].astype(str).isin(set(levels)) if levels else [True] * len(table)
        self.codes = sorted(code for code, is_wanted in zip(codes, wanted, strict=True) if is_wanted)
        self._aliases = aliases
        self._inside: dict[str, list[str]] = defaultdict(list)
        self._by_whole: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._by_bare: dict[tuple[str, str], list[str]] = defaultdict(list)
        for code in self.codes:
            for above in ["", *self._above(code)]:
                self._inside[above].append(code)
                self._by_whole[above, self._forms[code].whole].append(code)
                self._by_bare[above, self._forms[code].bare].append(code)
        self._any_by_form: dict[str, list[str]] = defaultdict(list)
        for code, form in sorted(self._forms.items()):
            for key in {form.whole, form.bare}:
                self._any_by_form[key].append(code)
        self._resolved: dict[str, str | None] = {}

    def answer(self, query: UnitQuery) -> UnitMatch | UnitQuestion:
        """The unit of a row, or the question to be asked."""
        form = unit_name(query.name) if query.name else None
        if query.code:
            return self._of_code(query, form)
        if form is None:
            return UnitQuestion(query, msg("the row names no unit"))
        parent = self.parent_of(query.parent) if query.parent else ""
        if parent is None:
            why = msg("there is no unit {parent} above it", parent=query.parent)
            return UnitQuestion(query, why, self._suggest(form, "", self._named("", form)))
        return self._of_name(query, form, parent)

    def parent_of(self, text: str) -> str | None:
        """The unit above that a code or a name means, None where there is none or several."""
        if text in self._names or not text:
            return text or None
        if text not in self._resolved:
            form = unit_name(text)
            fitting = [c for c in self._any_by_form.get(form.whole, []) if c in self._inside]
            fitting += [c for c in self._any_by_form.get(form.bare, []) if c in self._inside]
            alike = {c for c in fitting if self._forms[c].whole == form.whole}
            close = alike or {c for c in fitting if mean_the_same(self._forms[c], form)}
            self._resolved[text] = next(iter(close)) if len(close) == 1 else None
        return self._resolved[text]

    def _of_code(self, query: UnitQuery, form: UnitName | None) -> UnitMatch | UnitQuestion:
        if query.code not in self._names:
            why = msg("there is no unit with the code {code}", code=query.code)
            suggestions = self._suggest(form, self.parent_of(query.parent) or "", []) if form else ()
            return UnitQuestion(query, why, suggestions)
        if form is None or mean_the_same(self._forms[query.code], form):
            return UnitMatch(query.code, "code")
        why = msg(
            "the code is that of {unit}, and the name is {name}",
            unit=self._names[query.code],
            name=query.name,
        )
        own = UnitSuggestion(query.code, self._names[query.code], self._likeness(form, query.code))
        others = self._suggest(form, self.parent_of(query.parent) or "", [])
        return UnitQuestion(query, why, _best([own, *others]))

    def _of_name(self, query: UnitQuery, form: UnitName, parent: str) -> UnitMatch | UnitQuestion:
        remembered = self._aliases.get((parent, form.whole))
        if remembered in self._names:
            return UnitMatch(str(remembered), "alias")
        whole = self._by_whole.get((parent, form.whole), [])
        if len(whole) == 1:
            return UnitMatch(whole[0], "name")
        named = whole or self._named(parent, form)
        if len(named) == 1:
            return UnitMatch(named[0], "stripped")
        if named:
            return UnitQuestion(
                query,
                msg("{n} units are called {name}", n=len(named), name=query.name),
                _best([UnitSuggestion(code, self._told(code), 1.0) for code in named]),
            )
        inside = self._names[parent] if parent else ""
        why = msg("nothing in {parent} is called {name}", name=query.name, parent=inside)
        return UnitQuestion(
            query, why if inside else msg("nothing here is called {name}", name=query.name),
            self._suggest(form, parent, []),
        )  # fmt: skip

    def _named(self, parent: str, form: UnitName) -> list[str]:
        """Units of a parent whose name is the same but for a word that one of them leaves away."""
        close = [*self._by_whole.get((parent, form.bare), []), *self._by_bare.get((parent, form.whole), [])]
        return [code for code in dict.fromkeys(close) if mean_the_same(self._forms[code], form)]

    def _suggest(self, form: UnitName, parent: str, named: Sequence[str]) -> tuple[UnitSuggestion, ...]:
        """The likeliest units inside a parent; of the whole where it is empty."""
        candidates = self._inside.get(parent, [])
        if len(candidates) > _LOOKED_AT:
            choices = {code: self._forms[code].bare for code in candidates}
            near = process.extract(form.bare, choices, scorer=fuzz.ratio, limit=_LOOKED_AT)
            same = [*self._by_bare.get((parent, form.bare), []), *self._sounding(parent, form)]
            candidates = [*named, *same, *(code for _, _, code in near)]
        scored = [
            UnitSuggestion(code, self._told(code), round(self._likeness(form, code), 3))
            for code in dict.fromkeys(candidates)
        ]
        return _best([suggestion for suggestion in scored if suggestion.score >= _LEAST])

    def _sounding(self, parent: str, form: UnitName) -> list[str]:
        if not parent:
            return []
        sound = _sound(form.bare)
        return [code for code in self._inside[parent] if _sound(self._forms[code].bare) == sound]

    def _likeness(self, form: UnitName, code: str) -> float:
        """How alike a name and that of a unit are, 0 to 1."""
        other = self._forms[code]
        if mean_the_same(form, other):
            return 1.0
        if form.bare == other.bare:
            return _OTHER_WORD
        score = max(fuzz.ratio(form.whole, other.whole), fuzz.ratio(form.bare, other.bare)) / 100
        if _sound(form.bare) == _sound(other.bare):
            score = max(score, _SOUNDS_ALIKE)
        apart = (Counter(form.bare) - Counter(other.bare)) + (Counter(other.bare) - Counter(form.bare))
        return score * _OTHER_SIDE if _TOLD_APART & apart.keys() else score

    def _told(self, code: str) -> str:
        """The name of a unit, led by that of the one above it."""
        return " ".join(filter(None, (self._names.get(self._parents[code], ""), self._names[code])))

    def _above(self, code: str) -> list[str]:
        above: list[str] = []
        parent = self._parents[code]
        while parent and parent not in above:
            above.append(parent)
            parent = self._parents.get(parent, "")
        return above


def _best(suggestions: Iterable[UnitSuggestion]) -> tuple[UnitSuggestion, ...]:
    unique = {suggestion.code: suggestion for suggestion in suggestions}
    return tuple(sorted(unique.values(), key=lambda s: (-s.score, s.code))[:_SUGGESTED])


@lru_cache(maxsize=65_536)
def _sound(text: str) -> str:
    """A name as it sounds, without tones: people choose the wrong character of those that sound alike."""
    return " ".join(lazy_pinyin(text, style=Style.NORMAL))
