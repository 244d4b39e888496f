"""Which encoding bytes are in, cut characters, and texts that were saved garbled."""

from __future__ import annotations

from itertools import combinations

import pytest
from charset_normalizer import from_bytes
from hypothesis import given
from hypothesis import strategies as st

from gridmap.read.files.encoding import (
    BIG5,
    BY_ASCII,
    BY_BYTES,
    BY_DECLARATION,
    BY_NAME,
    BY_SCORE,
    GB18030,
    UTF_8,
    WINDOWS_1252,
    decode,
    decode_anyhow,
    find_encoding,
    known_encoding,
    lost_characters,
    repair_garbled,
)

TOWNS = [
    "寺门村镇",
    "郝村镇",
    "齐桥镇",
    "交河镇",
    "泊镇",
    "文庙镇",
    "王武庄乡",
    "营子镇",
    "西辛店乡",
    "洼里王镇",
]
TITLES = ["名称", "代码", "上级代码", "户数", "备注", "负责人", "联系电话"]
TAIWAN = ["士林區", "大安區", "板橋區", "鶯歌區", "三峽區", "淡水區", "汐止區", "龜山鄉", "麥寮鄉"]
FRENCH = ["Québec", "Montréal", "Saint-Étienne", "Genève", "São Paulo", "Zürich"]
PILES = [
    (TOWNS, "gb18030", GB18030),
    (TITLES, "gb18030", GB18030),
    (TAIWAN, "cp950", BIG5),
    (FRENCH, "cp1252", WINDOWS_1252),
    (TOWNS, "utf-8", UTF_8),
    (FRENCH, "utf-8", UTF_8),
]


@pytest.mark.parametrize(("names", "codec", "name"), PILES)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_few_short_names_are_enough(names: list[str], codec: str, name: str, size: int) -> None:
    for chosen in combinations(names, size):
        found = find_encoding([text.encode(codec) for text in chosen])
        assert found.name == name, chosen
        assert found.found_by == (BY_BYTES if name == UTF_8 else BY_SCORE)


def test_a_general_detector_misses_half_of_them() -> None:
    """Why there is a score of our own: the day this fails, the library may be taken."""
    answers = [from_bytes(text.encode("gb18030")).best() for text in [*TOWNS, *TITLES]]
    right = [known_encoding(one.encoding.replace("_", "-")) == GB18030 for one in answers if one is not None]
    assert sum(right) < 0.8 * len(answers)


def test_nothing_but_plain_letters() -> None:
    assert find_encoding([b"A", b"B"]) == (UTF_8, BY_ASCII, True, (), "")
    assert find_encoding([]).sure


def test_a_reader_who_names_it_is_believed() -> None:
    assert find_encoding(["é".encode()], named=BIG5)[:2] == (BIG5, BY_NAME)


class TestDeclarations:
    """What the file itself says of its encoding."""

    @pytest.mark.parametrize("spelling", ["GBK", "936", "GB2312", "WindowsSimpChinese", "0x4d"])
    def test_it_is_heard(self, spelling: str) -> None:
        found = find_encoding([text.encode("gb18030") for text in TOWNS], declared=spelling)
        assert found[:3] == (GB18030, BY_DECLARATION, True)

    @pytest.mark.parametrize("spelling", ["1252", "ISO-8859-1", "BIG5", "UTF-8"])
    def test_it_is_overruled_where_the_bytes_speak_against_it(self, spelling: str) -> None:
        found = find_encoding([text.encode("gb18030") for text in TOWNS], declared=spelling)
        assert (found.name, found.overruled) == (GB18030, spelling)

    def test_utf8_is_utf8_whatever_it_is_called(self) -> None:
        found = find_encoding([text.encode() for text in TOWNS], declared="GBK")
        assert (found.name, found.overruled) == (UTF_8, "GBK")

    def test_spellings_that_mean_nothing(self) -> None:
        assert known_encoding("klingon") is None
        assert find_encoding([text.encode("gb18030") for text in TOWNS], declared="klingon").name == GB18030


class TestCutCharacters:
    """A field of fixed width ends inside a character."""

    def test_utf8_stays_utf8(self) -> None:
        texts = ["行政区划".encode()[:10], *(text.encode() for text in TOWNS)]
        assert find_encoding(texts)[:2] == (UTF_8, BY_BYTES)
        assert decode(texts[0], UTF_8) == ("行政区", True)

    def test_after_plain_letters(self) -> None:
        texts = ["XIANGZHEN村".encode()[:10], *(text.encode() for text in TOWNS)]
        assert find_encoding(texts).name == UTF_8
        assert decode(texts[0], UTF_8) == ("XIANGZHEN", True)

    def test_gb18030(self) -> None:
        cut = "寺门村镇".encode("gb18030")[:7]
        assert find_encoding([cut, "郝村镇".encode("gb18030")]).name == GB18030
        assert decode(cut, GB18030) == ("寺门村", True)

    def test_damage_in_the_middle_is_no_cut(self) -> None:
        with pytest.raises(UnicodeDecodeError):
            decode(b"\xe5\xaf" + "门村镇".encode(), UTF_8)


class TestGarbled:
    """Texts that were read wrongly and saved so."""

    @pytest.mark.parametrize(
        ("truly", "wrongly"), [("utf-8", "latin-1"), ("gb18030", "latin-1"), ("cp950", "latin-1")]
    )
    def test_they_come_back(self, truly: str, wrongly: str) -> None:
        names = TAIWAN if truly == "cp950" else TOWNS
        assert repair_garbled([text.encode(truly).decode(wrongly) for text in names]) == names

    def test_utf8_read_as_gbk(self) -> None:
        names = [text for text in [*TOWNS, *TITLES] if len(text) % 2 == 0]  # of the others the end is lost
        assert repair_garbled([text.encode().decode("gb18030") for text in names]) == names

    @pytest.mark.parametrize("names", [TOWNS, TITLES, TAIWAN, FRENCH, ["A", "B"], [], ["瀵", "洪"]])
    def test_sound_texts_are_left_alone(self, names: list[str]) -> None:
        assert repair_garbled(names) is None

    def test_plain_texts_between_them_stay(self) -> None:
        garbled = [text.encode().decode("latin-1") for text in TOWNS]
        assert repair_garbled(["code", *garbled]) == ["code", *TOWNS]


@given(st.lists(st.binary(max_size=30), max_size=10))
def test_any_bytes_get_an_answer(texts: list[bytes]) -> None:
    found = find_encoding(texts)
    assert known_encoding(found.name) == found.name


@given(st.lists(st.text(max_size=20), max_size=10))
def test_all_utf8_is_found_to_be_utf8(texts: list[str]) -> None:
    raw = [text.encode("utf-8", "ignore") for text in texts]
    assert find_encoding(raw).name == UTF_8


@given(st.text(alphabet=st.sampled_from("村镇李王鎮a1 "), max_size=12), st.integers(0, 3))
def test_a_cut_text_loses_one_character_and_no_more(text: str, left_out: int) -> None:
    for encoding in (UTF_8, GB18030):
        whole = text.encode(encoding)
        kept = whole[: max(len(whole) - left_out, 0)]
        try:
            read, was_cut = decode(kept, encoding)
        except UnicodeDecodeError:
            pytest.fail("the beginning of a text is not refused")
        assert text.startswith(read)
        assert was_cut == (len(read.encode(encoding)) < len(kept))


@pytest.mark.parametrize("name", ["村", "李", "一村"])
def test_a_short_text_of_another_encoding_is_not_taken_for_a_cut_one(name: str) -> None:
    with pytest.raises(UnicodeDecodeError):
        decode(name.encode("gb18030"), UTF_8)
    shown, was_cut = decode_anyhow(name.encode("gb18030"), UTF_8)
    assert (lost_characters(shown), was_cut) == (True, False)
