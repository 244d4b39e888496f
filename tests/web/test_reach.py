"""The web asks the service for all that is done, and shares with the engines below only their nouns."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import gridmap.web

WEB = Path(gridmap.web.__file__).parent
PAGES = WEB.parents[1] / "pages"
ENGINES = ("read", "geo", "split", "store", "measure", "draw")
RENDERER = "gridmap.draw.screen"
"""What draws for a browser: the web is its only caller, and hands it what the service gave."""


def _reaches() -> Iterator[tuple[str, str, str]]:
    """Modules of the web with what they import of engines: module and name; no name for a whole module."""
    for file in (*WEB.rglob("*.py"), *PAGES.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield from ((file.name, node.module, alias.name) for alias in node.names)
            elif isinstance(node, ast.Import):
                yield from ((file.name, alias.name, "") for alias in node.names)


def test_the_web_takes_nouns_alone_from_below_the_service() -> None:
    engines = tuple(f"gridmap.{engine}" for engine in ENGINES)
    verbs = [
        f"{file}: {module}.{name}"
        for file, module, name in _reaches()
        if (module.startswith(engines) or (module == "gridmap" and name in ENGINES))
        and not module.startswith(RENDERER)
        and not name[:1].isupper()
    ]
    assert verbs == []
