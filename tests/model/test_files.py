"""Every kind of file is in one table, and all that draw on it know each."""

import pytest
from click.testing import CliRunner

from gridmap.cli import main
from gridmap.model.files import KINDS_OF_FILE
from gridmap.read.tables.field_aliases import import_kind
from gridmap.service.imports.preview import DRAFTS


def test_each_kind_has_fields_and_somebody_who_knows_what_becomes_of_its_rows() -> None:
    assert set(DRAFTS) == set(KINDS_OF_FILE)
    for name in KINDS_OF_FILE:
        assert import_kind(name).fields


@pytest.mark.parametrize("command", ["import", "template"])
def test_the_command_line_offers_each_kind(command: str) -> None:
    told = CliRunner().invoke(main, [command, "--help"]).output
    assert all(name in told for name in KINDS_OF_FILE)
