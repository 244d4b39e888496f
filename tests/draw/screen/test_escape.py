"""No string of a workspace runs: neither in markup nor in script."""

import json
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.draw.screen.escape import safe, script_json

PAYLOADS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "`+alert(1)+`",
    "${alert(1)}",
    "{{ 7*7 }}",
    "{% raw %}",
    "{{{ 7*7 }}}",
    "{# comment",
    "\\u003cimg src=x onerror=alert(1)\\u003e",
    "\\x3cscript\\x3e",
    "\u2028alert(1)\u2029",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_holds_no_character_that_could_end_the_text_around_it(payload: str) -> None:
    escaped = safe(payload)
    assert not set("<>\"'`${}\\") & set(escaped)
    assert unescape(escaped) == payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_script_holds_nothing_that_ends_a_script_or_a_template_string(payload: str) -> None:
    text = script_json({"name": payload, payload: [payload]})
    assert not set("<>&'`$\u2028\u2029") & set(text)
    assert not {"{{", "{%", "{#"} & {text[i : i + 2] for i in range(len(text))}
    assert json.loads(text) == {"name": payload, payload: [payload]}


@given(st.text())
def test_escaped_text_reads_back_as_it_was(text: str) -> None:
    assert json.loads(script_json(text)) == text
    assert not set("<>\"'`${}\\") & set(safe(text))
    assert "{{" not in script_json([text, {text: {text: text}}])


def test_numbers_json_cannot_write_are_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        script_json(float("nan"))
