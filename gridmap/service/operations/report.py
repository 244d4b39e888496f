"""The present reading in figures and words: as JSON, Markdown and a workbook, and as text for a chat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gridmap.draw.books.workbook import Sheet, write_workbook
from gridmap.draw.sheet.figure_block import quotient, value_text
from gridmap.messages import Language, Message, msg, render
from gridmap.model.access import User
from gridmap.model.status import Concern, Indicator
from gridmap.service.operations.viewing import MapView, open_map
from gridmap.service.plan_cache import PlanCache

_TIME: Final = "%Y-%m-%d %H:%M"
_WORST: Final = 3
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>|#])")


@dataclass(frozen=True)
class Report:
    """All indicators of a scope at a moment of a revision.

    Attributes:
        scope: unit code, '' for everything; `name` is what it is called.
        demo: whether place and people are fictional.
        concerns: what is worst, worst first.
    """

    revision: int
    as_of: datetime
    scope: str
    name: str
    demo: bool
    indicators: tuple[Indicator, ...]
    concerns: tuple[Concern, ...]

    def to_json(self, language: Language) -> dict[str, Any]:
        """The report as values that JSON knows; texts in `language`."""
        return {
            "revision": self.revision,
            "as_of": self.as_of.isoformat(timespec="seconds"),
            "scope": self.scope,
            "scope_name": self.name,
            "demo": self.demo,
            "indicators": [_plain(indicator, language) for indicator in self.indicators],
        }


def report(cache: PlanCache, *, user: User, scope: str, at: datetime) -> Report:
    """The report of one scope: the figures of its map, taken from it.

    Raises:
        AccessError: the scope is not the user's.
        NotFoundError: there is no such unit.
    """
    return report_of(open_map(cache, user=user, scope=scope, at=at))


def report_of(view: MapView) -> Report:
    """The report of what is on the screen."""
    layers = view.layers
    return Report(
        revision=layers.revision,
        as_of=layers.as_of,
        scope=layers.scope,
        name=layers.total.name,
        demo=layers.demo,
        indicators=tuple(view.indicators.values()),
        concerns=view.concerns,
    )


def reading_text(found: Report, language: Language) -> str:
    """The report in sentences, to be pasted into a chat: one a line, without Markdown.

    Indicators without a denominator are left out, for nothing can be said of them.
    """
    lines = [
        render(msg("As of {time}", time=found.as_of.strftime(_TIME)), language),
        found.name,
        *(render(one.sentence, language) for one in found.indicators if one.value is not None),
    ]
    if found.concerns:
        lines.append(render(msg("Worst first:"), language))
    lines += [
        f"{place}. {concern.name} {render(concern.what, language)}"
        for place, concern in enumerate(found.concerns[:_WORST], 1)
    ]
    if found.demo:
        lines.append(render(msg("Demonstration data, fictional"), language))
    lines.append(render(msg("Revision {revision}", revision=found.revision), language))
    # A name may hold line breaks; a line is a sentence.
    return "\n".join(" ".join(line.split()) for line in lines)


def to_markdown(found: Report, language: Language) -> str:
    """The report as a Markdown document: a table of figures, then the sentences, then what stands behind."""

    def say(message: Message) -> str:
        return _MARKDOWN.sub(r"\\\1", " ".join(render(message, language).split()))

    headings = [say(heading) for heading in (msg("Indicator"), msg("Figures"), msg("Value"))]
    rows = [(say(one.label), quotient(one), value_text(one)) for one in found.indicators]
    lines = [f"# {say(Message('{name}', {'name': found.name}))}", ""]
    lines += [" · ".join(say(fact) for fact in _facts(found)), ""]
    lines += [_row(headings), "|---|--:|--:|", *(_row(row) for row in rows), ""]
    for one in found.indicators:
        if one.value is not None:
            lines += [f"- {say(one.sentence)}", *(f"  - {say(note)}" for note in one.notes)]
    return "\n".join(lines) + "\n"


def to_workbook(found: Report, language: Language, *, made_at: datetime) -> bytes:
    """The report as an XLSX file: one sheet of figures, one of what stands behind them."""

    def say(message: Message) -> str:
        return render(message, language)

    facts = [found.name, *(say(fact) for fact in _facts(found))]
    keyed = (msg("Key"), msg("Indicator"))
    counted = (msg("Numerator"), msg("Denominator"), msg("Value"), msg("In words"))
    figures = Sheet(
        title=say(msg("Figures")),
        notes=facts,
        headings=[say(heading) for heading in (*keyed, *counted)],
        rows=[
            (
                one.key,
                say(one.label),
                one.numerator,
                one.denominator,
                value_text(one),
                say(one.sentence) if one.value is not None else "",
            )
            for one in found.indicators
        ],
    )
    behind = Sheet(
        title=say(msg("Details")),
        notes=facts,
        headings=[say(heading) for heading in (*keyed, msg("Note"))],
        rows=[(one.key, say(one.label), say(note)) for one in found.indicators for note in one.notes],
    )
    return write_workbook([figures, behind], created=made_at, title=found.name)


def _facts(found: Report) -> list[Message]:
    facts = [
        msg("As of {time}", time=found.as_of.strftime(_TIME)),
        msg("Revision {revision}", revision=found.revision),
    ]
    return [*facts, msg("Demonstration data, fictional")] if found.demo else facts


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(indicator: Indicator, language: Language) -> dict[str, Any]:
    return {
        "key": indicator.key,
        "label": render(indicator.label, language),
        "numerator": _count(indicator.numerator),
        "denominator": _count(indicator.denominator),
        "value": indicator.value,
        "unit": indicator.unit,
        "sentence": render(indicator.sentence, language) if indicator.value is not None else None,
        "notes": [render(note, language) for note in indicator.notes],
    }


def _count(figure: float) -> float | int:
    return int(figure) if float(figure).is_integer() else figure
