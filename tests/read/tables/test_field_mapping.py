"""Columns of others taken for our fields: suggested, corrected, remembered, saved and loaded."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style

from gridmap.errors import InputError
from gridmap.read.tables.field_aliases import import_kind, known_heading_keys, romanised
from gridmap.read.tables.field_mapping import (
    FieldMapping,
    correct_mapping,
    mapping_from_json,
    mapping_to_json,
    source_signature,
    suggest_mapping,
)

PEOPLE = import_kind("people")
KINDS = ("units", "cells", "households", "people", "checkpoints", "sites", "visits", "issues")
CHINESE = ["序号", "乡镇(街道)", "村名", "姓 名", "联系电话*", "工作单位", "职务"]


def columns(headings: list[str], kind: str = "people") -> dict[str, str]:
    return suggest_mapping(headings, import_kind(kind)).columns


def test_chinese_headings() -> None:
    mapping = suggest_mapping(CHINESE, PEOPLE)
    assert mapping.columns == {
        "person": "姓 名",
        "phone": "联系电话*",
        "title": "职务",
        "sending_unit": "工作单位",
        "township": "乡镇(街道)",
        "village": "村名",
    }
    assert mapping.left_alone == ("序号",)
    assert mapping.unsure == ()
    assert mapping.missing(PEOPLE) == ()


def test_initials_of_another_vendor() -> None:
    assert columns(["wgzxm", "wgzlxdh", "jwh", "xzmc", "OBJECTID"]) == {
        "head_name": "wgzxm",
        "head_phone": "wgzlxdh",
        "village": "jwh",
        "township": "xzmc",
    }
    assert columns(["XQMC", "qhdm", "hs", "rk"], "units") == {
        "code": "qhdm",
        "households": "hs",
        "population": "rk",
    }


def test_whole_pinyin_cut_names_and_english() -> None:
    assert columns(["xingming", "lianxidian", "village_name"]) == {
        "person": "xingming",
        "phone": "lianxidian",
        "village": "village_name",
    }
    assert columns(["Staff ID", "Full name", "Mobile", "Start date"]) == {
        "person_id": "Staff ID",
        "person": "Full name",
        "phone": "Mobile",
        "valid_from": "Start date",
    }


def test_joined_headings_of_two_rows() -> None:
    assert columns(["网格长/姓名", "网格长/联系电话", "网格员/姓名", "网格员/联系电话"]) == {
        "person": "网格员/姓名",
        "phone": "网格员/联系电话",
        "head_name": "网格长/姓名",
        "head_phone": "网格长/联系电话",
    }


def test_two_letters_are_not_sure() -> None:
    (choice,) = suggest_mapping(["xm"], PEOPLE).unsure
    assert (choice.field, choice.found_by) == ("person", "initials")
    assert "county" in choice.others  # 县名 has the same initials


def test_what_is_needed_and_missing_is_told() -> None:
    assert suggest_mapping(["职务"], PEOPLE).missing(PEOPLE) == (("person", "head_name", "person_id"),)


def test_no_column_is_taken_twice_and_order_does_not_matter() -> None:
    for kind in map(import_kind, KINDS):
        headings = [*CHINESE, "电话", "备注", "区划代码", "户数", "经度", "纬度", "问题", "日期"]
        first = suggest_mapping(headings, kind)
        assert len(set(first.columns.values())) == len(first.columns)
        random.Random(kind.name).shuffle(headings)
        assert suggest_mapping(headings, kind).columns == first.columns


def test_every_alias_is_found_for_its_own_field() -> None:
    for kind in map(import_kind, KINDS):
        for field in kind.fields:
            choices = suggest_mapping([field.words[1]], kind).choices
            taken = next(iter(choices.values()))
            assert field.name in (taken.field, *taken.others)


def test_corrections() -> None:
    mapping = suggest_mapping(CHINESE, PEOPLE)
    corrected = correct_mapping(mapping, PEOPLE, CHINESE, {"note": "职务", "phone": ""})
    assert corrected.choices["note"].found_by == "chosen"
    assert corrected.choices["note"].is_sure
    assert "title" not in corrected.columns
    assert "phone" not in corrected.columns
    assert corrected.left_alone == ("序号", "联系电话*")
    with pytest.raises(InputError, match="no column 手机"):
        correct_mapping(mapping, PEOPLE, CHINESE, {"phone": "手机"})
    with pytest.raises(InputError, match="no field fone"):
        correct_mapping(mapping, PEOPLE, CHINESE, {"fone": "职务"})


def test_saved_and_loaded() -> None:
    mapping = correct_mapping(suggest_mapping(CHINESE, PEOPLE), PEOPLE, CHINESE, {"note": "序号"})
    text = mapping_to_json(mapping)
    assert json.loads(text)["columns"]["person"] == "姓 名"
    again = mapping_from_json(text, PEOPLE, [heading.replace(" ", "") for heading in CHINESE])
    assert again.columns == mapping.columns | {"person": "姓名"}
    assert again.signature == mapping.signature


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "no JSON"),
        ("[]", "no mapping"),
        ('{"columns": {}}', "no mapping"),
        ('{"format": "gridmap field mapping", "kind": "units", "columns": {}}', "one of units"),
        ('{"format": "gridmap field mapping", "kind": "people", "columns": {"person": 3}}', "no mapping"),
        ('{"format": "gridmap field mapping", "kind": "people", "columns": {"person": "x"}}', "no column x"),
    ],
)
def test_what_is_no_mapping(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        mapping_from_json(text, PEOPLE, CHINESE)


@given(st.permutations(CHINESE))
def test_the_signature_is_that_of_the_headings_in_any_order(headings: list[str]) -> None:
    assert source_signature(headings) == source_signature([*CHINESE, ""])
    assert source_signature([*headings, "新"]) != source_signature(CHINESE)


def test_unknown_kinds() -> None:
    with pytest.raises(InputError, match="there are: units, cells"):
        import_kind("houses")


def test_characters_of_two_readings_get_both() -> None:
    assert set(romanised("网格长", Style.FIRST_LETTER)) == {"wgz", "wgc"}
    assert romanised("姓名A", Style.NORMAL) == ("xingminga",)
    assert {"姓名", "name", "联系电话"} <= known_heading_keys()
    assert isinstance(suggest_mapping([], PEOPLE), FieldMapping)
