"""The sentences in Chinese, as a commander reads them aloud."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gridmap.measure.evaluate import evaluate
from gridmap.measure.registry import indicators
from gridmap.measure.scope import within
from gridmap.messages import render
from tests.plans import NOON, plan, post

MIDNIGHT = datetime(2020, 2, 10)


def duty(person: str, gate: str, day: int, first: int, last: int) -> dict[str, object]:
    start, end = (MIDNIGHT + timedelta(days=day, hours=hour) for hour in (first, last))
    return post(person, "member", "checkpoint", gate, valid_from=start, valid_to=end)


POSTS = [
    post("ann", "head", "unit", "9901", tier=1),
    post("ann", "head", "unit", "S1", tier=2),
    *(post("ann", "member", "cell", f"c{number}") for number in (1, 2, 4, 5)),
    post("bob", "member", "cell", "c6", arrived_at="2020-02-01"),
    *(duty("cai", "k1", day, 0, 24) for day in range(-8, 1)),
    *(duty(person, "k2", 0, 0, 48) for person in ("ann", "bob")),
]


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("cell_coverage", "全县6个网格,5个责任到人,1个无人负责,最多的是North。"),
        ("head_tier1", "2个乡镇街道,1个一级网格长已明确。"),
        ("head_tier2", "3个村(社区),1个已明确,还缺2个。"),
        ("households_per_member", "每名网格员平均服务1050户,最多的1200户。"),
        ("people_over_limit", "1人超过本岗位上限,最多的一人负责4个网格。"),
        ("area_coverage", "网格覆盖辖区100.0%,尚有0.00平方公里未划。"),
        ("manned_now", "应在岗卡口2个,达标1个,空岗0个。"),
        ("gaps_tonight", "今晚1个卡口有空岗,最长的是Gate1,00:00至08:00。"),
        ("continuity_24h", "2个卡口,1个全天不断岗。"),
        ("without_rest", "1人连续值守超过7天,今天安排轮休。"),
        ("arrival", "应到1人,按时到岗1人,未到0人。"),
        ("sites_visited", "联系点3家,已走访1家,共3家次,2家未走到。"),
    ],
)
def test_the_sentence_is_the_one_that_is_agreed(key: str, sentence: str) -> None:
    drawn = plan(POSTS)
    people = drawn.people
    people.loc["bob", "sending_unit"] = "县财政局"
    found = {one.key: one for one in indicators(within(drawn, evaluate(drawn, NOON), "99"))}
    assert render(found[key].sentence, "zh") == sentence
