"""The README quotes the counts that the generator states."""

import re

import pytest

from gridmap.demo.county import County
from tests.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def quoted(row: str) -> int:
    found = re.search(rf"^\| {row}[^|]*\| (\d+) \|$", README, re.MULTILINE)
    assert found, row
    return int(found.group(1))


@pytest.mark.slow
def test_the_known_faults_of_the_readme_are_those_of_the_county(full: County) -> None:
    faults = full.faults
    assert quoted("cells with nobody responsible") == faults.vacant_cells
    assert quoted("overloaded cells") == faults.overloaded_cells
    assert f"held by {faults.overloaded_people} people" in README
    assert quoted("villages without a tier-2 head") == faults.villages_without_head
    assert quoted("checkpoints empty at this hour") == faults.empty_checkpoints
    assert quoted("checkpoints below their minimum staff") == faults.short_checkpoints
    assert quoted("checkpoints empty for some of the night") == faults.empty_tonight
    assert quoted("people on duty for a week or more") == faults.people_without_rest
    assert quoted("people sent by the county who have not arrived") == faults.people_not_arrived
    assert quoted("contact sites never visited") == faults.unvisited_sites
    assert quoted("contact sites whose visit is overdue") == faults.overdue_sites
    active = int(full.cells["active"].sum())
    assert f"{active} active grid cells" in README
    assert f"{(full.units['level'] == 'village').sum()} villages and communities" in README
