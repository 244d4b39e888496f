"""The report as JSON holds no number of a person, whatever text of the file it stands in."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmap.messages import LANGUAGES, Message
from gridmap.service.imports.preview import ImportPreview
from gridmap.service.imports.report import report_json, report_workbook
from gridmap.service.imports.source import read_source
from gridmap.service.plan_cache import PlanCache
from tests.model.drawn_numbers import identities, phones, texts, written
from tests.service.imports.drawn_imports import larger_county, look, table
from tests.store.drawn_workspace import MORNING

LIST = ("乡镇", "村名", "姓名", "联系电话", "职责", "任职时间", "备注 10012345678")
DAMAGED = "1001234567x"
IDENTITY = "99010519491231002X"
NUMBERS = ("10012345678", "1001234567", IDENTITY, "99010519491231002")


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> ImportPreview:
    """Faults, questions, refusals and leftovers out of a file with numbers in every column."""
    return look(county := larger_county(tmp_path_factory.mktemp("report")), "people", office_list(county))


def office_list(cache: PlanCache) -> Path:
    return table(
        cache,
        LIST,
        ("河东镇", "东村", "周磊", DAMAGED, "网格员", "", ""),
        ("河东镇", "东村10012345678", "李娜", "10012345678", "网格员", "", ""),
        ("河东镇", "扬家庄村", "何静 100-1234-5678", "100123456789", "网格员", "2月31日", ""),
        ("河东镇", "东村", f"吴{IDENTITY}", "99010519491231002", "网格员", "", IDENTITY),
        ("河东镇", "东村", "钱多 10012345678", "", "厨师10012345678", IDENTITY, ""),
        ("", "扬家村", "何静", "10012345678", "网格员", "10012345678", ""),
        name="名单10012345678.xlsx",
    )


def told(preview: ImportPreview, language: str = "en") -> str:
    plain = report_json(preview, language)  # type: ignore[arg-type] # one of LANGUAGES
    return json.dumps(plain, ensure_ascii=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_of_the_file_is_whole(preview: ImportPreview, language: str) -> None:
    report = told(preview, language)
    assert preview.refused
    assert preview.faults
    assert preview.place_questions
    for number in NUMBERS:
        assert number not in re.sub(r"[\s\-]", "", report), number
    assert "100****5678" in report
    assert "990101001" in report, "codes of places stay"


def test_the_lines_of_rows_are_masked_as_well(preview: ImportPreview) -> None:
    lines = "\n".join(str(row.told) for row in preview.rows)
    for number in NUMBERS:
        assert number not in re.sub(r"[\s\-]", "", lines)


def test_the_annotated_workbook_is_the_users_own_file(tmp_path: Path) -> None:
    cache = larger_county(tmp_path)
    path = office_list(cache)
    source = read_source(path, "people")
    out = tmp_path / "out.xlsx"
    data = report_workbook([source.table], look(cache, "people", path), language="en", created=MORNING)
    out.write_bytes(data)
    book = openpyxl.load_workbook(out)
    assert book["r"]["D2"].value == DAMAGED
    assert book["r"]["G5"].value == IDENTITY


def planted(value: Any, text: str) -> Any:
    """`value` with `text` behind every text in it, but for codes, ids and what is no text of the file."""
    if isinstance(value, str) and type(value) is str:
        return f"{value} {text}"
    if isinstance(value, Message):
        return replace(value, params={name: planted(one, text) for name, one in value.params.items()})
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(planted(one, text) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"code", "id", "kind"}
        changed = {
            one.name: planted(getattr(value, one.name), text) for one in fields(value) if one.name not in kept
        }
        return replace(value, **changed)
    return value


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.one_of(texts(written(phones())), texts(identities())))
def test_whatever_stands_in_any_text_is_masked(preview: ImportPreview, number: tuple[str, str]) -> None:
    text, digits = number
    names = ("file", "rows", "faults", "place_questions", "who_questions", "notes", "left_alone")
    everywhere = replace(preview, **{name: planted(getattr(preview, name), text) for name in names})
    columns = {field: planted(heading, text) for field, heading in preview.memory.columns.items()}
    everywhere = replace(everywhere, memory=replace(preview.memory, columns=columns))
    assert text in str(everywhere.rows[0].who)
    report = told(everywhere).replace("\\n", "\n")
    assert digits not in report
    assert digits not in re.sub(r"[^\d*X\"]", "", report)
