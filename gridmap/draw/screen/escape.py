"""Escaping: every string of a workspace passes one of these two on its way into HTML or script.

Names of people and places come from other people's files; folium writes some of them into templates where
they would run. `safe` is for markup, `script_json` for values inside a script.
"""

from __future__ import annotations

import json
from typing import Final

_MARKUP: Final = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "'": "&#39;",
        "`": "&#96;",  # folium puts markup between backticks, where ${…} would run
        "$": "&#36;",
        "{": "&#123;",  # a Jinja template reads {{…}} and {%…%}
        "}": "&#125;",
        "\\": "&#92;",  # an escape sequence of the template string around the markup
    }
)
_SCRIPT: Final = str.maketrans(
    {character: f"\\u{ord(character):04x}" for character in "&<>'`$%#\u2028\u2029"}
)
"""None of these stands outside the strings of a JSON text, so a plain replacement keeps its meaning."""


def safe(text: object) -> str:
    """Write `text` so that it is only text in HTML, in an attribute, and in a template string around them."""
    return str(text).translate(_MARKUP)


def script_json(value: object) -> str:
    """Write `value` as JSON that can stand inside a script element, a template string or a Jinja template.

    `</script`, `<!--`, a backtick, `${`, the line separators U+2028 and U+2029 and Jinja's `{{`, `{%`, `{#`
    cannot occur in the result (branca compiles what a template has written as a template again, so a name
    could otherwise run in the server); parsed, it equals `value`.

    Raises:
        ValueError: the value holds a number that JSON cannot write (nan, infinity).
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Compact JSON has two braces in a row only inside strings.
    return text.translate(_SCRIPT).replace("{{", "\\u007b\\u007b")
