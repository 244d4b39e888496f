"""The list of traps beside this file names tests that exist, and something for every row of traps."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
ROWS = 13
"""Kinds of sources with traps of their own in the description of the field."""
_LINE = re.compile(r"\| (?P<trap>[^|]+) \| (?P<file>\w+): (?:(?P<group>\w+)\.)?(?P<test>\w+) \|")


def test_every_test_that_is_named_exists() -> None:
    text = (HERE / "README.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| **")][1:]
    assert len(lines) > 70
    for line in lines:
        found = _LINE.fullmatch(line)
        assert found, line
        code = (HERE / f"test_office_{found['file']}.py").read_text(encoding="utf-8")
        inside = code.split(f"class {found['group']}:")[1].split("\nclass ")[0] if found["group"] else code
        assert f"def {found['test']}(" in inside, line


def test_every_kind_of_source_has_its_traps() -> None:
    parts = (HERE / "README.md").read_text(encoding="utf-8").split("\n| **")[1:]
    assert len(parts) >= ROWS
    assert all(len(part.splitlines()) >= 2 for part in parts)
