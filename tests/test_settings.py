"""The example of settings lists them all, each with its default; the settings of the tests themselves."""

import hypothesis

from gridmap.settings import Settings
from tests.paths import ROOT

EXAMPLE = ROOT / ".env.example"


def test_the_example_lists_every_setting_with_its_default() -> None:
    lines = [line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    listed = dict(line.split("=", 1) for line in lines)
    known = {f"GRIDMAP_{name.upper()}": str(field.default) for name, field in Settings.model_fields.items()}
    assert listed == known


def test_no_search_is_held_to_a_clock() -> None:
    assert hypothesis.settings().deadline is None
