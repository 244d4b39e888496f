"""Calls are readable: who is given much is given it by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

SOURCES = [
    path
    for path in [*sorted((ROOT / "gridmap").rglob("*.py")), *sorted((ROOT / "pages").glob("*.py"))]
    if "versions" not in path.parts
]
"""Without the steps of the store's migration: what they did stays as it was."""
MOST = 5
"""Arguments that may be given by position."""


def _named(tree: ast.AST) -> Iterator[str]:
    """Classes, and functions that take no list of arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) or (isinstance(node, ast.FunctionDef) and not node.args.vararg):
            yield node.name


OWN = {name for path in SOURCES for name in _named(ast.parse(path.read_text(encoding="utf-8")))}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_call_of_ours_has_more_than_five_arguments_by_position(path: Path) -> None:
    long = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and len(node.args) > MOST:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in OWN or called == "cls":
                long.append(f"{path.name}:{node.lineno} {called}: {len(node.args)}")
    assert not long
