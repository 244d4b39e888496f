"""The columns of a roster file: how they are headed in both languages, and what a row of them says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from gridmap.messages import LANGUAGES, Message, msg, render
from gridmap.model.faults import FaultKind
from gridmap.model.fields import FIELDS
from gridmap.model.labels import FUNCTIONS
from gridmap.model.people import Function
from gridmap.read.values.dates import Moment
from gridmap.read.values.parsed import RefusedValueError

PERSON_ID: Final = "person_id"
PERSON: Final = "person"
NAME: Final = "name"
PHONE: Final = "phone"
TITLE: Final = "title"
SENDING_UNIT: Final = "sending_unit"
UNIT_CODE: Final = "unit_code"
POST_ID: Final = "post_id"
PLACE_CODE: Final = "place_code"
PLACE: Final = "place"
FUNCTION: Final = "function"
TIER: Final = "tier"
START: Final = "valid_from"
END: Final = "valid_to"
ARRIVED: Final = "arrived_at"

HEADINGS: Final[Mapping[str, Message]] = {
    PERSON_ID: FIELDS["person_id"],
    PERSON: FIELDS["person"],
    NAME: FIELDS["person_name"],
    **{
        column: FIELDS[column]
        for column in (
            PHONE, TITLE, SENDING_UNIT, UNIT_CODE, POST_ID, PLACE_CODE, PLACE, FUNCTION, TIER, START, END,
            ARRIVED,
        )
    },
}  # fmt: skip
"""How the columns are headed in a file that is written."""

_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    PERSON_ID: ("person id", "人员编号", "id", "编号", "工号", "staff id"),
    PERSON: ("person", "人员"),
    NAME: ("name", "姓名", "名字", "full name", "xm"),
    PHONE: (
        "phone", "手机", "手机号", "手机号码", "电话", "联系电话", "电话号码", "联系方式", "mobile",
        "telephone", "phone number", "lxdh", "sjh",
    ),
    TITLE: ("title", "职务", "职务职级", "职称", "job title", "zw"),
    SENDING_UNIT: (
        "sending unit", "派出单位", "单位", "工作单位", "所在单位", "单位名称", "unit", "organisation",
        "organization", "department", "dw",
    ),
    UNIT_CODE: ("unit code", "所属单位代码", "所属区划代码", "单位代码", "区划代码"),
    POST_ID: ("post id", "岗位编号", "任职编号"),
    PLACE_CODE: ("place code", "cell code", "网格编码", "网格代码", "网格编号", "地点编码", "grid code"),
    PLACE: ("place", "网格", "网格名称", "地点", "责任网格", "place name", "cell", "cell name", "wgmc"),
    FUNCTION: ("function", "职责", "岗位", "网格职务", "角色", "岗位职责", "role"),
    TIER: ("tier", "层级", "网格层级"),
    START: (
        "from", "开始", "开始日期", "开始时间", "起始日期", "任职时间", "上岗日期", "start", "start date",
    ),
    END: ("until", "结束", "结束日期", "结束时间", "截止", "截止日期", "终止日期", "to", "end", "end date"),
    ARRIVED: ("arrived", "到岗", "到岗时间", "到岗日期", "报到时间", "arrived at", "arrival"),
}  # fmt: skip
POST_COLUMNS: Final = (POST_ID, PLACE_CODE, PLACE, FUNCTION, TIER, START, END, ARRIVED)

_SYNONYMS: Final[Mapping[str, Function]] = {
    "网格长": Function.HEAD,
    "格长": Function.HEAD,
    "副网格长": Function.DEPUTY,
    "网格员": Function.MEMBER,
    "专职网格员": Function.MEMBER,
    "兼职网格员": Function.MEMBER,
    "指导员": Function.ADVISER,
    "网格指导员": Function.ADVISER,
    "包联干部": Function.LINKED_CADRE,
    "包片干部": Function.LINKED_CADRE,
    "带班领导": Function.DUTY_LEADER,
    "特派员": Function.OFFICER,
    "驻企特派员": Function.OFFICER,
    "志愿者": Function.VOLUNTEER,
}
_TIER: Final = re.compile(r"(?:tier\s*|第)?([1-9一二三四五])\s*(?:级|tier)?", re.IGNORECASE)
_TIERED: Final = re.compile(r"([1-9一二三四五])级(.+)|tier\s*([1-9])\s+(.+)", re.IGNORECASE)
_CHINESE_DIGITS: Final = "一二三四五"


@cache
def known_columns() -> Mapping[str, tuple[str, ...]]:
    """Spellings of each column, in files of others too; the surest first."""
    return {
        column: (*(render(HEADINGS[column], language) for language in LANGUAGES), *spellings)
        for column, spellings in _SPELLINGS.items()
    }


@cache
def _functions() -> Mapping[str, Function]:
    """Functions by what they are called, in lower case."""
    labels = {render(FUNCTIONS[f], language).casefold(): f for f in Function for language in LANGUAGES}
    keys = {function.value.replace("_", " "): function for function in Function}
    return dict(_SYNONYMS) | labels | keys | {function.value: function for function in Function}


@dataclass(frozen=True)
class RosterLine:
    """A row of a roster file, its cells read; an empty one is '' or None and leaves things as they are.

    Attributes:
        phone: digits of a whole number; `masked` is one such as 100****5678, which changes nothing.
        person, place: labels of the lists that a written file offers.
        has_post: it says something of a post.
    """

    sheet: str
    number: int
    person_id: str = ""
    person: str = ""
    name: str = ""
    phone: str = ""
    masked: str = ""
    title: str = ""
    sending_unit: str = ""
    unit_code: str = ""
    post_id: str = ""
    place_code: str = ""
    place: str = ""
    function: Function | None = None
    tier: int | None = None
    start: Moment | None = None
    end: Moment | None = None
    arrived: Moment | None = None

    @property
    def place_in_file(self) -> str:
        """Its number, led by its sheet where that has a name."""
        return f"{self.sheet} {self.number}".strip()

    @property
    def has_post(self) -> bool:
        """Whether it says something of a post."""
        place = self.post_id or self.place_code or self.place
        return bool(place or self.function or self.tier or self.start or self.end or self.arrived)


def function_called(text: str) -> tuple[Function, int | None] | None:
    """The function of a label, and the tier where that says one, such as 二级网格长; None for no function."""
    plain, tier = text.casefold(), None
    if tiered := _TIERED.fullmatch(plain):
        plain, tier = tiered[2] or tiered[4], _digit(tiered[1] or tiered[3])
    function = _functions().get(plain.strip())
    return None if function is None else (function, tier)


def function_in(text: str) -> tuple[Function | None, int | None]:
    """The function that a cell names, and its tier where the label says one; nothing for an empty cell.

    Raises:
        RefusedValueError: the text is no function.
    """
    if not text:
        return None, None
    found = function_called(text)
    if found is None:
        there = msg(
            "there is no such function; there are: {functions}",
            functions=[FUNCTIONS[known] for known in Function],
        )
        raise _refused(FaultKind.FUNCTION_UNKNOWN, text, there)
    return found


def missing_function() -> Message:
    """What is said where a post has no function."""
    return msg(
        "the function is missing: give a column with one of {functions}",
        functions=[FUNCTIONS[known] for known in Function],
    )


def tier_called(text: str) -> int | None:
    """The number of a tier such as 2, 二级 or tier 2; None for what is none."""
    found = _TIER.fullmatch(text)
    return None if found is None else _digit(found[1])


def tier_in(text: str) -> int | None:
    """The tier that a cell names; None for an empty one.

    Raises:
        RefusedValueError: the text is no tier.
    """
    tier = tier_called(text) if text else None
    if text and tier is None:
        raise _refused(FaultKind.NUMBER_FORM, text, msg("a tier is a number such as 1, 2 or 3"))
    return tier


def _refused(kind: FaultKind, text: str, why: Message) -> RefusedValueError:
    return RefusedValueError(kind, msg("{value}: {why}", value=text[:60], why=why), msg("Correct the cell."))


def _digit(text: str) -> int:
    return _CHINESE_DIGITS.index(text) + 1 if text in _CHINESE_DIGITS else int(text)


def require_order(line: RosterLine) -> None:
    """A post ends after it begins; a last day given without an hour is served to its end.

    Raises:
        RefusedValueError: it ends before.
    """
    if line.start and line.end and last_moment(line.end) <= line.start.at:
        raise RefusedValueError(
            FaultKind.DATE_FORM,
            msg(
                "It ends at {end}, before it starts at {start}",
                end=f"{line.end.at:%Y-%m-%d %H:%M}",
                start=f"{line.start.at:%Y-%m-%d %H:%M}",
            ),
            msg("Correct one of the two dates."),
        )


def last_moment(end: Moment) -> datetime:
    """When a post ends: a last day without an hour is served to midnight."""
    return end.at + timedelta(days=1) if end.whole_day else end.at
