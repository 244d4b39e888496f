"""Every text a person sees: an English template that is also its catalog id, and parameters.

Lower floors make a `Message`; `web`, `cli` and `draw` render it in a language passed in. Templates use
`str.format` fields. Catalogs are Babel's `.po` files in `gridmap/locale`, compiled in memory at first use,
so that no binary has to be kept in step with its source.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_CATALOGS: Mapping[Language, str] = {"zh": "zh_CN"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_LOCALE_FOLDER = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Message:
    """A text to be rendered later; `params` may hold further messages.

    Where `plural` is set, `params["n"]` chooses between `text` (one) and `plural`.
    """

    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None

    def __str__(self) -> str:
        """The English rendering, for logs and tracebacks."""
        return render(self, "en")

    def filled(self, **params: object) -> Message:
        """The text with parameters bound, more than it names if need be."""
        return replace(self, params={**self.params, **params})


def msg(text: str, /, **params: object) -> Message:
    """Mark `text` for the catalogs and bind its parameters."""
    return Message(text, params)


def msg_n(singular: str, plural: str, /, *, n: int, **params: object) -> Message:
    """Mark a text whose English form depends on the count `n`; `n` is a parameter of both forms."""
    return Message(singular, {"n": n, **params}, plural)


def render(message: Message, language: Language) -> str:
    """Write `message` in `language`; numbers and lists are written as it does."""
    catalog = _catalog(language)
    if message.plural is None:
        template = catalog.gettext(message.text)
    else:
        count = message.params["n"]
        assert isinstance(count, int)
        template = catalog.ngettext(message.text, message.plural, count)
    return template.format(**{name: _write(value, language) for name, value in message.params.items()})


def words_n(singular: str, plural: str, /) -> Message:
    """Mark a text of a table whose English form depends on the count `n`, filled in where it is told."""
    return Message(singular, {}, plural)


def told_of(words: Message, /, *, most: int, **listed: Iterable[object]) -> list[Message]:
    """A text about some things, with `n` and the first `most` of them; none where there are no things.

    Args:
        words: what is said of them; `filled` with all that it names but these.
        most: how many are named.
        listed: the things, by the name that the text has for them.
    """
    ((name, items),) = listed.items()
    found = list(items)
    return [words.filled(n=len(found), **{name: shortened(found, most)})] if found else []


def counted(words: Message, n: int) -> list[Message]:
    """A text about `n` things; none where there are no things."""
    return [words.filled(n=n)] if n else []


def shortened(items: Iterable[object], most: int) -> list[object]:
    """The first `most` of some items, and an ellipsis where there are more: a list for a message."""
    listed = list(items)
    return [*listed[:most], "…"] if len(listed) > most else listed


def language_of(locale: str | None) -> Language:
    """The supported language nearest to a locale such as `zh-CN`, `zh_CN.UTF-8` or `en-GB`."""
    return "zh" if (locale or "").lower().startswith("zh") else "en"


def _write(value: object, language: Language) -> object:
    if isinstance(value, Message):
        return render(value, language)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}" if abs(value) >= 10_000 or language == "en" else str(value)
    if isinstance(value, (list, tuple)):
        sentences = any(isinstance(item, Message) for item in value)
        joint = {"zh": ";" if sentences else "、", "en": "; " if sentences else ", "}[language]
        return joint.join(str(_write(item, language)) for item in value)
    # Names out of files: a terminal obeys control characters, and a message is one line.
    return _CONTROL.sub(" ", value) if isinstance(value, str) else value


@cache
def _catalog(language: Language) -> gettext.NullTranslations:
    folder = _CATALOGS.get(language)
    if folder is None:
        return gettext.NullTranslations()
    # Babel parses the catalog once a process; imported here because English needs none of it.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with (_LOCALE_FOLDER / folder / "LC_MESSAGES" / "gridmap.po").open("rb") as file:
        catalog = read_po(file, locale=folder)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
