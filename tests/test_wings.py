"""Every wing says on its face what is in it, so that a stranger finds any thing in a minute."""

import re
from pathlib import Path

import pytest

import gridmap

HOUSE = Path(gridmap.__file__).parent
WINGS = sorted(face.parent for face in HOUSE.rglob("__init__.py") if face.parent.parent.name != "migrations")
"""All but the steps of migrations, which have numbers."""
LARGEST = 20
"""Modules that one folder may hold; with more there is a wing missing."""


def _modules(wing: Path) -> set[str]:
    modules = {file.stem for file in wing.glob("*.py")} - {"__init__", "__main__"}
    return modules | {f"{folder.parent.name}/" for folder in wing.glob("*/__init__.py")}


def _listed(wing: Path) -> set[str]:
    face = (wing / "__init__.py").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z_0-9]+/?)  +\S", face.split('"""')[1], re.MULTILINE))


@pytest.mark.parametrize("wing", WINGS, ids=lambda wing: str(wing.relative_to(HOUSE.parent)))
def test_a_wing_lists_its_modules_a_line_each(wing: Path) -> None:
    assert _listed(wing) == _modules(wing)


@pytest.mark.parametrize("wing", WINGS, ids=lambda wing: str(wing.relative_to(HOUSE.parent)))
def test_no_folder_holds_more_modules_than_can_be_overlooked(wing: Path) -> None:
    assert len(list(wing.glob("*.py"))) - 1 <= LARGEST
