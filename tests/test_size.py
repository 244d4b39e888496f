"""Modules and functions stay so small that they can be read at once."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

SOURCES = [*sorted((ROOT / "gridmap").rglob("*.py")), *sorted((ROOT / "pages").glob("*.py"))]
LINES_OF_A_MODULE, LINES_OF_A_FUNCTION = 400, 50
LONGER = {"_create_places", "_bulk_bar", "choose_export"}
"""A step of the store's migration, which stays as it was, and two of the pages that are still to be cut."""
_NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}


def _lines_with_code(text: str) -> set[int]:
    """Lines that hold more than blanks and comments."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {
        line
        for token in tokens
        if token.type not in _NO_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _docstring(function: ast.FunctionDef) -> set[int]:
    first = function.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return set(range(first.lineno, (first.end_lineno or first.lineno) + 1)) if told else set()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_are_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LINES_OF_A_MODULE
    code = _lines_with_code(text)
    long = {}
    for function in _functions(ast.parse(text)):
        body = set(range(function.lineno, (function.end_lineno or function.lineno) + 1))
        size = len((body & code) - _docstring(function))
        if size > LINES_OF_A_FUNCTION and function.name not in LONGER:
            long[f"{path.name}:{function.lineno} {function.name}"] = size
    assert not long
