"""Cells of office tables: every trap that was met is read with a note, or refused with its reason."""

from __future__ import annotations

import contextlib
import time
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.geo.systems.datum import Datum
from gridmap.model.faults import FaultKind
from gridmap.read.matching.unit_names import unit_name
from gridmap.read.values.codes import parse_code
from gridmap.read.values.dates import Moment, parse_moment
from gridmap.read.values.numbers import Count, chinese_number, parse_count
from gridmap.read.values.parsed import RefusedValueError
from gridmap.read.values.people import read_people
from gridmap.read.values.phones import PhoneKind, parse_phones
from gridmap.read.values.points import Bounds, LonLat, parse_datum, parse_point
from gridmap.read.values.texts import heading_key, plain_name, tidy_lines, tidy_text


class _Wide(dict[str, str]):
    """Texts in the full-width letters that input methods of Chinese write."""

    def __missing__(self, text: str) -> str:
        return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


WIDE = _Wide()


def kinds(notes: object) -> list[FaultKind]:
    return [note.kind for note in notes]  # type: ignore[attr-defined] # notes of what was parsed


# Texts


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        (WIDE["138(a)"], "138(a)"),
        ("\u3000李\u3000村\u3000", "李 村"),
        ("李\u200b村\ufeff", "李村"),
        ("李\r\n村", "李 村"),
    ],
)
def test_texts_are_made_plain(text: str, tidy: str) -> None:
    assert tidy_text(text) == tidy


def test_lines_stay_where_they_matter() -> None:
    assert tidy_lines(" 安 \r\n\n\u3000鲍\u200b ") == "安\n鲍"


@pytest.mark.parametrize(
    ("text", "name"),
    [("张 伟", "张伟"), ("张\n伟", "张伟"), ("欧阳 伟", "欧阳伟"), ("John Smith", "John Smith")],
)
def test_names_set_wide_or_broken(text: str, name: str) -> None:
    assert plain_name(text) == name


# Codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("130981100201", "130981100201"),
        ("130981100201.0", "130981100201"),
        (WIDE["130981100201"], "130981100201"),
        ("'130981100201", "130981100201"),
        ("1309 8110\u30000201", "130981100201"),
        ("1.30981100201E+11", "130981100201"),
        ("990101001201001-02", "990101001201001-02"),
        ("0012", "0012"),
        ("99010100120100100", "99010100120100100"),
        ("990101001201001001", "990101001201001001"),
        ("", ""),
    ],
)
def test_codes(text: str, code: str) -> None:
    assert parse_code(text).value == code


@pytest.mark.parametrize(
    "text",
    [
        "1.30981E+11",
        "9.90101001201001E+17",
        "9.90101001201000E+17",
        "990101001201001000",
        "99010100120100100000",
    ],
)
def test_codes_whose_digits_are_lost(text: str) -> None:
    with pytest.raises(RefusedValueError, match="last digits are lost") as refusal:
        parse_code(text)
    assert refusal.value.kind is FaultKind.CODE_LOST
    assert "Make the column text" in str(refusal.value.remains)


def test_a_repaired_code_is_noted() -> None:
    (note,) = parse_code("130981100201.0").notes
    assert note.kind is FaultKind.CODE_REPAIRED
    assert str(note.message) == "written as a decimal number; read as 130981100201"
    assert parse_code("130981100201").notes == ()


def test_codes_of_another_length() -> None:
    assert parse_code("990101001201", lengths={12, 15}).value == "990101001201"
    assert parse_code("", lengths={12}).value == ""
    with pytest.raises(RefusedValueError, match="has 11 characters, and a code here has 12, 15"):
        parse_code("99010100120", lengths={12, 15})


@given(st.from_regex(r"[1-9][0-9]{11}", fullmatch=True))
def test_a_code_survives_what_spreadsheets_do_to_it(code: str) -> None:
    written = (code, f"{code}.0", f" {code}\u3000", f"'{code}", repr(float(code)), f"{float(code):.11E}")
    assert {parse_code(text).value for text in written} == {code}


# Counts


@pytest.mark.parametrize(
    ("text", "value", "approximate"),
    [
        ("320", 320, False),
        (WIDE["320"], 320, False),
        ("320户", 320, False),
        ("320.0", 320, False),
        ("1,234", 1234, False),
        ("1.2万", 12_000, False),
        ("三十二户", 32, False),
        ("约320户", 320, True),
        ("约 320 户", 320, True),
        ("320余户", 320, True),
        ("300多", 300, True),
        ("1,000+", 1000, True),
        ("1万余", 10_000, True),
        ("近500人", 500, True),
        ("≥51", 51, True),
        ("二十余人", 20, True),
        ("830,000+", 830_000, True),
        ("320左右", 320, True),
    ],
)
def test_counts(text: str, value: int, *, approximate: bool) -> None:
    parsed = parse_count(text)
    assert parsed.value == Count(value, is_approximate=approximate)
    assert kinds(parsed.notes) == ([FaultKind.NUMBER_APPROXIMATE] if approximate else [])


@pytest.mark.parametrize("text", ["", " ", "-", "—", "/", "无", "N/A"])
def test_nothing_is_no_number(text: str) -> None:
    assert parse_count(text).value is None


@pytest.mark.parametrize("text", ["320.5", "-3", "300-320", "3O2", "见附表", "1,23", "1.23E+05"])
def test_no_counts(text: str) -> None:
    with pytest.raises(RefusedValueError) as refusal:
        parse_count(text)
    assert refusal.value.kind is FaultKind.NUMBER_FORM


@given(
    st.integers(min_value=0, max_value=10**9),
    st.sampled_from(["{}", "{:,}", "{}户", "{}.0", "约{}人", "{}+"]),
)
def test_a_count_is_read_as_it_was_written(number: int, form: str) -> None:
    parsed = parse_count(form.format(number))
    assert parsed.value is not None
    assert parsed.value.value == number
    assert parsed.value.is_approximate == (form[0] == "约" or form[-1] == "+")


@pytest.mark.parametrize(
    ("text", "number"),
    [("十", 10), ("二十", 20), ("一百零五", 105), ("两万三千", 23_000), ("二〇二〇", 2020), ("万", 10_000)],
)
def test_chinese_numerals(text: str, number: int) -> None:
    assert chinese_number(text) == number


# Dates


@pytest.mark.parametrize(
    "text",
    [
        "2020-03-05",
        "2020.3.5",
        "2020/3/5",
        "2020年3月5日",
        "2020年 3月 5号",
        "二〇二〇年三月五日",
        "20200305",
        WIDE["2020-03-05"],
        "43895",
        "43895.0",
    ],
)
def test_dates(text: str) -> None:
    assert parse_moment(text).value == Moment(datetime(2020, 3, 5), whole_day=True)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2020-03-05 08:30", datetime(2020, 3, 5, 8, 30)),
        ("2020-03-05T08:30:00", datetime(2020, 3, 5, 8, 30)),
        ("2020年3月5日8时30分", datetime(2020, 3, 5, 8, 30)),
        ("2020.3.5 下午3点", datetime(2020, 3, 5, 15)),
        ("2020-03-05 24:00", datetime(2020, 3, 6)),
        ("43895.354166667", datetime(2020, 3, 5, 8, 30)),
    ],
)
def test_dates_with_an_hour(text: str, at: datetime) -> None:
    assert parse_moment(text).value == Moment(at, whole_day=False)


@pytest.mark.parametrize("text", ["3月5日", "3/5", "三月五日", "3-5"])
def test_a_date_without_a_year_needs_one(text: str) -> None:
    with pytest.raises(RefusedValueError) as refusal:
        parse_moment(text)
    assert refusal.value.kind is FaultKind.DATE_WITHOUT_YEAR
    parsed = parse_moment(text, year=2020)
    assert parsed.value == Moment(datetime(2020, 3, 5), whole_day=True)
    assert kinds(parsed.notes) == [FaultKind.DATE_REPAIRED]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2020-02-30", "no such day"),
        ("2020-02-10 25:00", "no such day or hour"),
        ("20.3.5", "cannot be told apart"),
        ("5/3/2020", "cannot be told apart"),
        ("3.5", "no date"),
        ("2020年3月", "no date"),
        ("近日", "no date"),
        ("20201340", "no such day"),
    ],
)
def test_no_dates(text: str, why: str) -> None:
    with pytest.raises(RefusedValueError, match=why) as refusal:
        parse_moment(text, year=2020)
    assert refusal.value.kind is FaultKind.DATE_FORM


@given(
    st.dates(min_value=datetime(1900, 3, 1).date(), max_value=datetime(2099, 12, 31).date()),
    st.sampled_from(
        ["{:%Y-%m-%d}", "{:%Y.%m.%d}", "{0.year}/{0.month}/{0.day}", "{0.year}年{0.month}月{0.day}日"]
    ),
)
def test_a_date_is_read_as_it_was_written(day: datetime, form: str) -> None:
    expected = Moment(datetime(day.year, day.month, day.day), whole_day=True)
    assert parse_moment(form.format(day)).value == expected
    serial = (expected.at - datetime(1899, 12, 30)) // timedelta(days=1)
    if serial >= 10_000:
        assert parse_moment(str(serial)).value == expected


# Phones


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("10012345678", ["10012345678"]),
        ("100 1234 5678", ["10012345678"]),
        ("100-1234-5678", ["10012345678"]),
        (WIDE["10012345678"], ["10012345678"]),
        ("+86 10012345678", ["10012345678"]),
        ("8610012345678", ["10012345678"]),
        ("10012345678.0", ["10012345678"]),
        ("手机:10012345678", ["10012345678"]),
        ("10012345678/10087654321", ["10012345678", "10087654321"]),
        ("10012345678、10012345678", ["10012345678"]),
        ("10012345678 10087654321", ["10012345678", "10087654321"]),
        ("10012345678\n0317-1234567", ["10012345678", "03171234567"]),
        ("(0317)1234567", ["03171234567"]),
        ("0317 1234567", ["03171234567"]),
        ("2123456", ["2123456"]),
        ("666123", ["666123"]),
        ("100****5678", ["100****5678"]),
        ("100xxxx5678", ["100****5678"]),
        ("", []),
        ("无", []),
    ],
)
def test_phones(text: str, numbers: list[str]) -> None:
    assert [phone.number for phone in parse_phones(text).value] == numbers


def test_phones_have_kinds_and_notes() -> None:
    assert [p.kind for p in parse_phones("10012345678/0317-1234567/666123/100****5678").value] == [
        PhoneKind.MOBILE,
        PhoneKind.LANDLINE,
        PhoneKind.SHORT,
        PhoneKind.MASKED,
    ]
    assert kinds(parse_phones("10012345678").notes) == []
    assert kinds(parse_phones("100 1234 5678").notes) == [FaultKind.PHONE_REPAIRED]
    assert kinds(parse_phones("100****5678").notes) == [FaultKind.PHONE_MASKED]
    assert kinds(parse_phones("666123").notes) == [FaultKind.PHONE_SHORT]
    assert parse_phones("0317-1234567转801").value[0].extension == "801"


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("1.00123E+10", FaultKind.PHONE_LOST, "digits are lost"),
        ("1001234567", FaultKind.PHONE_FORM, "has 11 digits, and this one has 10"),
        ("100123456789", FaultKind.PHONE_FORM, "this one has 12"),
        ("张三", FaultKind.PHONE_FORM, "no phone number"),
        ("10012345678、见附表", FaultKind.PHONE_FORM, "no phone number"),
    ],
)
def test_no_phones(text: str, kind: FaultKind, why: str) -> None:
    with pytest.raises(RefusedValueError, match=why) as refusal:
        parse_phones(text)
    assert refusal.value.kind is kind


@given(
    st.from_regex(r"100[0-9]{8}", fullmatch=True),
    st.sampled_from(["{}", "+86{}", "{}.0", " {}\u3000", "电话:{}", "{0:.3}-{0}"]),
)
def test_a_phone_is_read_as_it_was_written(number: str, form: str) -> None:
    text = f"{number[:3]}-{number[3:7]}-{number[7:]}" if "-" in form else form.format(number)
    (phone,) = parse_phones(text).value
    assert (phone.number, phone.kind) == (number, PhoneKind.MOBILE)


# People


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张伟", ["张伟"]),
        ("张伟、李强/王芳;赵敏", ["张伟", "李强", "王芳", "赵敏"]),
        ("张伟,李强", ["张伟", "李强"]),
        (f"张伟{WIDE[';']}李强", ["张伟", "李强"]),
        (f"张伟{WIDE['(组长)']}", ["张伟"]),
        ("张伟\n李强", ["张伟", "李强"]),
        ("张伟 李强", ["张伟", "李强"]),
        ("张\n伟", ["张伟"]),
        ("张 伟、李  强", ["张伟", "李强"]),
        ("网格长:张伟", ["张伟"]),
        ("张伟(组长)", ["张伟"]),
        ("John Smith", ["John Smith"]),
        ("张伟、张伟", ["张伟"]),
        ("无", []),
    ],
)
def test_several_people_in_one_cell(text: str, names: list[str]) -> None:
    assert [one.name for one in read_people(text).value] == names


def test_people_and_their_phones_go_together() -> None:
    parsed = read_people("张伟\n李强", "10012345678\n10012345679")
    assert [(p.name, [n.number for n in p.phones]) for p in parsed.value] == [
        ("张伟", ["10012345678"]),
        ("李强", ["10012345679"]),
    ]
    assert FaultKind.SEVERAL_PEOPLE in kinds(parsed.notes)
    beside = read_people("张伟(10012345678)、李强 10012345679").value
    assert [(p.name, p.phones[0].number) for p in beside] == [
        ("张伟", "10012345678"),
        ("李强", "10012345679"),
    ]
    both = read_people("张伟", "10012345678、0317-1234567").value
    assert [n.number for n in both[0].phones] == ["10012345678", "03171234567"]


def test_people_without_as_many_phones_are_refused() -> None:
    with pytest.raises(RefusedValueError, match="people: 2, phone numbers: 1"):
        read_people("张伟、李强", "10012345678")


@pytest.mark.parametrize("letter", ["9", "一", "万", "(", "°", "转", "、", "*", "1,", "张 "])
def test_a_cell_as_long_as_excel_allows_is_read_or_refused(letter: str) -> None:
    started = time.process_time()
    values = (parse_count, parse_moment, parse_code, parse_phones, parse_point, parse_datum, read_people)
    for parse in (*values, heading_key, unit_name):
        with contextlib.suppress(RefusedValueError):
            parse(letter * (32_767 // len(letter)))
    assert time.process_time() - started < 20


# Points

HERE = LonLat(117.33, 38.37)


@pytest.mark.parametrize(
    "text",
    [
        "117.33,38.37",
        WIDE["117.33,38.37"],
        "117.33 38.37",
        "(117.33、38.37)",
        "117°19'48\"E, 38°22'12\"N",
        "117°19′48″,38°22′12″",
        "北纬38°22′12″ 东经117°19′48″",
        "117度19分48秒,38度22分12秒",
        "117°19.8′,38°22.2′",
        "E117.33 N38.37",
        "117.33°E38.37°N",
        "经度:117.33 纬度:38.37",
        "38.37,117.33",
    ],
)
def test_both_coordinates_in_one_cell(text: str) -> None:
    point = parse_point(text).value
    assert point is not None
    assert (point.longitude, point.latitude) == pytest.approx((HERE.longitude, HERE.latitude), abs=1e-9)


def test_coordinates_in_two_cells() -> None:
    assert parse_point("117.33", "38.37").value == HERE
    swapped = parse_point("38.37", "117.33")
    assert swapped.value == HERE
    assert kinds(swapped.notes) == [FaultKind.POINT_SWAPPED]
    assert parse_point("", "").value is None
    assert parse_point("-71.06", "42.36").value == LonLat(-71.06, 42.36)


def test_a_point_outside_is_noted_and_kept() -> None:
    county = Bounds(117, 38, 118, 39)
    assert parse_point("117.33,38.37", bounds=county).notes == ()
    away = parse_point("116.33,38.37", bounds=county)
    assert away.value == LonLat(116.33, 38.37)
    assert kinds(away.notes) == [FaultKind.POINT_OUTSIDE]


def test_the_order_outside_china_is_said_by_the_reader() -> None:
    assert parse_point("10.5, 20.5").value == LonLat(10.5, 20.5)
    assert parse_point("10.5, 20.5", latitude_first=True).value == LonLat(20.5, 10.5)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("39512345.2,4234567.1", "these are metres"),
        ("117.33", "no two coordinates"),
        ("117 19 48", "no two coordinates"),
        ("卡口东侧", "no two coordinates"),
        ("117°75′, 38°22′", "below 60"),
        ("200.1, 95.2", "no such degrees"),
        ("东经117.33, 东经38.37", "called the same"),
    ],
)
def test_no_points(text: str, why: str) -> None:
    with pytest.raises(RefusedValueError, match=why) as refusal:
        parse_point(text)
    assert refusal.value.kind is FaultKind.POINT_FORM


@given(st.floats(73.1, 135.9), st.floats(3.1, 53.9), st.sampled_from(["{0}, {1}", "{1},{0}", "dms"]))
def test_a_point_in_china_is_read_as_it_was_written(east: float, north: float, form: str) -> None:
    def dms(degrees: float) -> str:
        whole, minutes = int(degrees), degrees % 1 * 60
        return f"{whole}°{int(minutes)}′{minutes % 1 * 60:.8f}″"

    text = f"{dms(east)} {dms(north)}" if form == "dms" else form.format(f"{east:.9f}", f"{north:.9f}")
    if "60.00000000″" not in text:
        point = parse_point(text).value
        assert point is not None
        assert (point.longitude, point.latitude) == pytest.approx((east, north), abs=1e-8)


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("高德", Datum.GCJ02),
        ("火星坐标系", Datum.GCJ02),
        ("百度地图", Datum.BD09),
        ("WGS-84", Datum.WGS84),
        ("CGCS 2000", Datum.WGS84),
        ("GPS采集", Datum.WGS84),
        ("", None),
    ],
)
def test_the_datum_of_a_row(text: str, datum: Datum | None) -> None:
    assert parse_datum(text).value is datum


def test_an_unknown_datum() -> None:
    with pytest.raises(RefusedValueError, match="no known datum"):
        parse_datum("月球")
