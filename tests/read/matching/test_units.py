"""Rows and units by their names: inside the parent, on stripped names, and never by likeness alone."""

from __future__ import annotations

import random
import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.read.matching.unit_names import mean_the_same, unit_name
from gridmap.read.matching.units import UnitMatch, UnitQuery, aliases_of, match_units

UNITS = pd.DataFrame(
    [
        ("99", "云泽县", "", "county"),
        ("9901", "寺门村镇", "99", "township"),
        ("9902", "城关街道", "99", "township"),
        ("9903", "河西乡", "99", "township"),
        ("990101", "张家村", "9901", "village"),
        ("990102", "张家社区", "9901", "village"),
        ("990103", "东李村", "9901", "village"),
        ("990104", "西李村", "9901", "village"),
        ("990105", "傅楼村", "9901", "village"),
        ("990201", "幸福社区", "9902", "village"),
        ("990202", "东李村", "9902", "village"),
        ("990301", "大王庄村", "9903", "village"),
        ("990302", "小王庄村", "9903", "village"),
    ],
    columns=["code", "name", "parent_code", "level"],
).set_index("code")
LEVELS = {"village"}


def ask(name: str, parent: str = "", code: str = "") -> UnitMatch | list[str]:
    """The unit found, else the codes suggested."""
    matches = match_units([UnitQuery(1, name, parent, code)], UNITS, levels=LEVELS)
    if 1 in matches.found:
        return matches.found[1]
    return [suggestion.code for suggestion in matches.asked[1].suggestions]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("寺门村镇", "寺门村"),
        ("城关街道", "城关街道办事处"),
        ("城关街道", "城关办事处"),
        ("李村", "李村村委会"),
        ("李村", "李村村民委员会"),
        ("李村", "李村民委员会"),
        ("幸福社区", "幸福社区居委会"),
        ("幸福社区", "幸福居委会"),
        ("张家村", "张家"),
        ("第1社区", "第一社区"),
        ("李 村(新)", "李村"),
        ("河西乡人民政府", "河西乡"),
    ],
)
def test_one_name_written_in_two_ways(one: str, other: str) -> None:
    assert mean_the_same(unit_name(one), unit_name(other))
    assert mean_the_same(unit_name(other), unit_name(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [("张家村", "张家社区"), ("东李村", "西李村"), ("寺门村镇", "寺门镇"), ("河西乡", "河西镇")],
)
def test_two_names(one: str, other: str) -> None:
    assert not mean_the_same(unit_name(one), unit_name(other))


def test_the_parent_tells_units_of_one_name_apart() -> None:
    assert ask("东李村", "寺门村") == UnitMatch("990103", "name")
    assert ask("东李村委会", "城关街道办事处") == UnitMatch("990202", "name")
    assert ask("东李", "9902") == UnitMatch("990202", "stripped")
    assert ask("东李村") == ["990103", "990202"]


def test_units_further_up_are_parents_too() -> None:
    assert ask("大王庄", "云泽县") == UnitMatch("990301", "stripped")
    assert ask("大王庄") == UnitMatch("990301", "stripped")


def test_a_village_and_a_community_of_one_name() -> None:
    assert ask("张家村委会", "寺门村镇") == UnitMatch("990101", "name")
    assert ask("张家", "寺门村镇") == ["990101", "990102"]


def test_likeness_only_suggests() -> None:
    assert ask("付楼村", "寺门村镇") == ["990105"]  # sounds alike
    assert ask("幸福村", "城关街道")[:1] == ["990201"]  # type: ignore[index] # suggestions: another word
    assert ask("赵家村", "寺门村镇") != []


def test_neighbours_are_not_taken_for_one_another() -> None:
    matches = match_units([UnitQuery(1, "南李村", "寺门村镇")], UNITS, levels=LEVELS)
    assert matches.asked[1].clear is None
    assert matches.clear_suggestions() == {}


def test_codes_go_before_names_unless_they_disagree() -> None:
    assert ask("", code="990103") == UnitMatch("990103", "code")
    assert ask("东李村委会", code="990103") == UnitMatch("990103", "code")
    matches = match_units([UnitQuery(1, "西李村", "寺门村", "990103")], UNITS, levels=LEVELS)
    assert str(matches.asked[1].why) == "the code is that of 东李村, and the name is 西李村"
    assert [suggestion.code for suggestion in matches.asked[1].suggestions][:1] == ["990104"]
    assert "990104" in ask("西李村", "寺门村", code="1234")  # type: ignore[operator] # suggestions


def test_an_unknown_parent_is_a_question() -> None:
    matches = match_units([UnitQuery(1, "大王庄村", "河南乡")], UNITS, levels=LEVELS)
    assert str(matches.asked[1].why) == "there is no unit 河南乡 above it"
    assert matches.asked[1].suggestions[0].code == "990301"
    assert matches.asked[1].suggestions[0].name == "河西乡 大王庄村"


def test_leftovers_on_both_sides_and_accepting() -> None:
    queries = [
        UnitQuery("a", "张家村", "寺门村镇"),
        UnitQuery("b", "付楼村", "寺门村镇"),
        UnitQuery("c", "无名村", "河西乡"),
        UnitQuery("d", ""),
    ]
    matches = match_units(queries, UNITS, levels=LEVELS)
    assert str(matches.leftovers) == "8 units have no row; 3 rows match no unit"
    assert matches.clear_suggestions() == {"b": "990105"}
    accepted = matches.accept(matches.clear_suggestions())
    assert accepted.found["b"] == UnitMatch("990105", "accepted")
    assert str(accepted.leftovers) == "7 units have no row; 2 rows match no unit"
    assert "990105" not in accepted.without_row
    assert matches.found.keys() == {"a"}


def test_accepted_names_are_remembered() -> None:
    query = UnitQuery("b", "付楼村", "寺门村镇")
    learnt = aliases_of([query], {"b": "990105"}, UNITS)
    assert learnt == {("9901", "付楼村"): "990105"}
    again = match_units([UnitQuery(7, "付楼村委会", "寺门村")], UNITS, levels=LEVELS, aliases=learnt)
    assert again.found[7] == UnitMatch("990105", "alias")
    elsewhere = match_units([UnitQuery(7, "付楼村", "河西乡")], UNITS, levels=LEVELS, aliases=learnt)
    assert 7 in elsewhere.asked


def test_in_bulk_a_unit_is_not_given_to_two_names() -> None:
    queries = [UnitQuery(1, "付楼村", "寺门村镇"), UnitQuery(2, "富楼村", "寺门村镇")]
    matches = match_units(queries, UNITS, levels=LEVELS)
    assert matches.clear_suggestions() == {}
    same = [UnitQuery(1, "付楼村", "寺门村镇"), UnitQuery(2, "付楼村委会", "寺门村镇")]
    assert match_units(same, UNITS, levels=LEVELS).clear_suggestions() == {1: "990105", 2: "990105"}
    with_row = [*same, UnitQuery(3, "傅楼村", "寺门村镇")]
    taken = match_units(with_row, UNITS, levels=LEVELS)
    assert taken.clear_suggestions() == {}
    assert taken.clear_suggestions(several_rows=True) == {1: "990105", 2: "990105"}


NAMES = ["张家村", "张家", "东李村", "东李", "付楼村", "幸福居委会", "王庄", "大王庄", "无名", ""]
PARENTS = ["", "寺门村", "城关街道", "9903", "河南乡"]


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(PARENTS)), max_size=12),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_and_units_does_not_matter(
    rows: list[tuple[str, str]], chance: random.Random
) -> None:
    queries = [UnitQuery(number, name, parent) for number, (name, parent) in enumerate(rows)]
    first = match_units(queries, UNITS, levels=LEVELS)
    chance.shuffle(queries)
    order = list(UNITS.index)
    chance.shuffle(order)
    second = match_units(queries, UNITS.loc[order], levels=LEVELS)
    assert second.found == first.found
    assert second.asked == first.asked
    assert second.without_row == first.without_row
    assert second.clear_suggestions() == first.clear_suggestions()


def prefecture(townships: int, villages: int) -> pd.DataFrame:
    chance = random.Random(7)
    rows = [("99", "云泽市", "", "prefecture")]
    for number in range(townships):
        township = f"99{number:04d}"
        rows.append((township, f"第{number}镇", "99", "township"))
        names: set[str] = set()
        while len(names) < villages:
            side, family, tail = chance.choice("东西前后大小 "), chance.choice(FAMILIES), chance.choice(TAILS)
            names.add(f"{side}{family}{tail}{chance.choice(['村', '村', '社区'])}".replace(" ", ""))
        rows += [(f"{township}{n:03d}", name, township, "village") for n, name in enumerate(sorted(names))]
    return pd.DataFrame(rows, columns=["code", "name", "parent_code", "level"]).set_index("code")


FAMILIES = "张李王赵刘陈杨黄周吴徐孙马朱胡郭何高林罗郑梁宋谢唐韩曹许邓萧"
TAILS = "庄家屯寨营楼桥坡洼店铺堡"


@pytest.mark.slow
def test_a_prefecture_s_roster_in_seconds() -> None:
    units = prefecture(200, 30)
    chance = random.Random(8)
    villages = units[units["level"] == "village"]
    queries = []
    for number in range(38_000):
        code = chance.choice(villages.index)
        name = str(villages.at[code, "name"])
        if number % 10 == 0:
            name = name[:1] + chance.choice(FAMILIES) + name[2:]
        elif number % 3 == 0:
            name = name.removesuffix("村").removesuffix("社区")
        parent = str(units.at[villages.at[code, "parent_code"], "name"])
        queries.append(UnitQuery(number, name, parent if number % 7 else ""))
    told: list[tuple[int, int]] = []
    started = time.process_time()
    matches = match_units(queries, units, levels=LEVELS, progress=lambda done, of: told.append((done, of)))
    assert time.process_time() - started < 60  # nothing grows with the square
    assert len(matches.found) + len(matches.asked) == 38_000
    assert len(matches.found) > 25_000
    assert told[-1] == (38_000, 38_000)
