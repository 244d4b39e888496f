"""Labels of fields: every field of an import has one, and is known again by it."""

import pytest

from gridmap.messages import LANGUAGES, Language, render
from gridmap.model.collecting import COLLECTED_KINDS
from gridmap.model.fields import FIELDS, field_label
from gridmap.read.tables.field_aliases import import_kind
from gridmap.read.tables.field_mapping import suggest_mapping

_ON_THE_PAGE_ALONE = {"coordinates"}
"""Its label explains the column on the page; no template has it."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COLLECTED_KINDS)
def test_a_label_is_read_as_its_field(name: str, language: Language) -> None:
    kind = import_kind(name)
    for field in kind.fields:
        heading = render(FIELDS[field.name], language)
        choices = suggest_mapping([heading], kind).choices
        assert field.name in choices or field.name in _ON_THE_PAGE_ALONE, heading
        assert all(choice.is_sure for choice in choices.values()), heading


def test_a_column_without_a_label_is_told_as_it_is_written() -> None:
    assert str(field_label("colour")) == "colour"
