"""How bytes are to be read as text: UTF-8 where they are that, else what gives common characters.

UTF-8 is strict: bytes of another encoding are hardly ever valid UTF-8 throughout. GB18030 and Big5 accept
nearly anything, so what they make of the bytes is weighed: common characters, above all those of place
names and column titles, against rare ones. A word of the file (a .cpg, the header of a .dbf, a charset of
MapInfo or XML) is heard, and overruled where the bytes speak clearly against it. General detectors were
tried and not taken: on a few short Chinese names they answer with encodings that no office here writes
(measured in the tests of this module).

Also mended here: texts that were read in a wrong encoding and saved again, and characters that a field of
fixed width cut in two.

Loaded by path in the restricted child process too: it takes nothing but the standard library.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import NamedTuple

UTF_8, GB18030, BIG5, WINDOWS_1252 = "UTF-8", "GB18030", "Big5", "Windows-1252"
ENCODINGS = (UTF_8, GB18030, BIG5, WINDOWS_1252)
"""All that is read, in the order they are tried."""
BY_NAME, BY_ASCII, BY_BYTES, BY_DECLARATION, BY_SCORE, BY_FORMAT = (
    "named", "ascii", "bytes", "declared", "score", "format",
)  # fmt: skip
"""How an encoding was found: named by the reader; nothing but ASCII there; valid UTF-8; said by the file; by
the characters it gives; laid down by the format."""

LOST = "\ufffd"
"""What stands in the place of a character that could not be read."""
_CODECS = {UTF_8: "utf-8", GB18030: "gb18030", BIG5: "cp950", WINDOWS_1252: "cp1252"}
_DECLARED = {
    "utf-8": UTF_8, "utf8": UTF_8, "65001": UTF_8,
    "gb18030": GB18030, "gbk": GB18030, "gb2312": GB18030, "cp936": GB18030, "936": GB18030,
    "ansi 936": GB18030, "windows-936": GB18030, "ms936": GB18030, "windowssimpchinese": GB18030,
    "0x4d": GB18030,
    "big5": BIG5, "cp950": BIG5, "950": BIG5, "windowstradchinese": BIG5, "big5-hkscs": BIG5, "0x4f": BIG5,
    "windows-1252": WINDOWS_1252, "cp1252": WINDOWS_1252, "1252": WINDOWS_1252, "ansi 1252": WINDOWS_1252,
    "iso-8859-1": WINDOWS_1252, "iso8859-1": WINDOWS_1252, "88591": WINDOWS_1252, "latin1": WINDOWS_1252,
    "windowslatin1": WINDOWS_1252,
}  # fmt: skip
"""Spellings in .cpg files, XML, MapInfo, and the language byte of a .dbf (0x…)."""
_LONGEST_CUT = 3
"""Bytes that may be left of a character of four."""
_MARGIN = 0.15
"""Score by which an encoding must lead the next to be sure."""
_OVERRULED = 0.3
"""Score by which the bytes must speak against what the file says."""
_GOOD = 0.6
_MOST_WEIGHED = 5_000
"""Texts whose characters are weighed; all must be valid."""
_USUAL = frozenset(
    "村镇乡县市区街道路社居委会办事处园东西南北中大小上下新老前后里外河山水庄家店屯营集寨堡楼桥口沟湾坡"
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许沈曾彭吕苏蒋蔡贾丁魏薛叶余杜"
    "名称代码编号户数人口面积类型级别备注负责电话姓性年月日组员队长网格行政划图层标识单位省地"
    "一二三四五六七八九十井鎮鄉縣區會辦處園東後裡莊營樓橋溝灣劉陳楊趙黃吳孫許馬羅鄭謝韓馮鄧呂蘇蔣賈葉"
    "稱編號戶數積類級備註負責電話組員隊長網畫圖層標識單"
)
"""Characters of place names, surnames and column titles, simplified and traditional."""


class Encoding(NamedTuple):
    """An encoding and how it was found.

    Attributes:
        sure: whether a person need not be asked.
        others: encodings that fit as well or nearly.
        overruled: what the file said and the bytes refuted; empty where nothing.
    """

    name: str
    found_by: str
    sure: bool = True
    others: tuple[str, ...] = ()
    overruled: str = ""


def known_encoding(spelling: str) -> str | None:
    """The encoding that a spelling such as `gbk`, `936` or `utf8` names; None for one that is not read."""
    return _DECLARED.get(spelling.strip().lower())


def find_encoding(texts: Iterable[bytes], *, declared: str = "", named: str | None = None) -> Encoding:
    """The encoding of the texts of one file.

    Args:
        texts: all of them, as bytes; the last character of each may be cut.
        declared: what the file itself says.
        named: what the reader says; it is taken as it is.
    """
    if named is not None:
        return Encoding(named, BY_NAME)
    telling = [text for text in dict.fromkeys(texts) if not text.isascii()]
    said = known_encoding(declared)
    if not telling:
        return Encoding(UTF_8, BY_ASCII)
    if _is_utf8(telling):
        return Encoding(UTF_8, BY_BYTES, overruled=declared if said not in (None, UTF_8) else "")
    scores = {name: _score_as(telling, name) for name in ENCODINGS[1:]}
    best = max(scores, key=lambda name: scores[name])
    if said in scores and scores[said] > max(scores[best] - _OVERRULED, 0):
        return Encoding(said, BY_DECLARATION)
    rest = tuple(
        name for name in ENCODINGS[1:] if name != best and scores[name] > max(scores[best] - _MARGIN, 0)
    )
    sure = not rest and scores[best] >= _GOOD
    return Encoding(best, BY_SCORE, sure, rest, declared if said is not None else "")


def codec_name(encoding: str) -> str:
    """What Python calls an encoding; UTF-8 with or without a mark at the beginning."""
    return "utf-8-sig" if encoding == UTF_8 else _CODECS[encoding]


def without_mark(data: bytes) -> bytes:
    """Bytes without the mark of UTF-8 at their beginning, which may be wrong."""
    return data.removeprefix(codecs.BOM_UTF8)


def decode(text: bytes, encoding: str) -> tuple[str, bool]:
    """A text, and whether a character cut at its end was left away.

    Raises:
        UnicodeDecodeError: it is not in that encoding.
    """
    codec = _CODECS[encoding]
    try:
        return text.decode(codec), False
    except UnicodeDecodeError as error:
        if not _begins_character(text[error.start :], codec):
            raise
        return text[: error.start].decode(codec), True


def decode_anyhow(text: bytes, encoding: str) -> tuple[str, bool]:
    """As `decode`, but what is not in the encoding becomes U+FFFD, as `lost_characters` tells."""
    try:
        return decode(text, encoding)
    except UnicodeDecodeError:
        return text.decode(_CODECS[encoding], "replace"), False


def lost_characters(text: str | None) -> bool:
    """Whether a text has the sign that stands for a character that could not be read."""
    return text is not None and LOST in text


def repair_garbled(texts: Sequence[str]) -> list[str] | None:
    """Texts that were read in a wrong encoding and saved so, as they were meant; None where they are not.

    All texts of a column, or all titles of a layer, are judged together: one short word may look like
    anything. A text that does not come back whole stays as it is.
    """
    telling = [text for text in dict.fromkeys(texts) if not text.isascii()][:_MOST_WEIGHED]
    best, found = max(_score(telling) + _OVERRULED, _GOOD), None
    for wrongly, truly in _MISREADINGS:
        meant = [right for text in telling if (right := _reread(text, wrongly, truly)) is not None]
        if meant and len(meant) >= 0.8 * len(telling) and _score(meant) > best:
            best, found = _score(meant), (wrongly, truly)
    if found is None:
        return None
    return [text if text.isascii() else _reread(text, *found) or text for text in texts]


def _is_utf8(texts: Sequence[bytes]) -> bool:
    """Whether all are UTF-8, but for a last character cut off; most must prove it by what is left."""
    proven = doubtful = 0
    for text in texts:
        try:
            whole, cut = decode(text, UTF_8)
        except UnicodeDecodeError:
            return False
        if cut and whole.isascii():
            doubtful += 1
        else:
            proven += 1
    return proven > 0 and proven >= doubtful


def _begins_character(rest: bytes, codec: str) -> bool:
    """Whether bytes are the beginning of a character, and no more."""
    if len(rest) > _LONGEST_CUT:
        return False
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        return decoder.decode(rest) == ""
    except UnicodeDecodeError:
        return False


def _score_as(texts: Sequence[bytes], encoding: str) -> float:
    """How likely texts are in an encoding: below 0 where some are not valid in it."""
    decoded = []
    lost = 0
    for text in texts:
        try:
            decoded.append(decode(text, encoding)[0])
        except UnicodeDecodeError:
            lost += 1
    return _score(decoded[:_MOST_WEIGHED]) - 2 * lost / len(texts) if decoded else -2.0


def _score(texts: Sequence[str]) -> float:
    """How usual the characters of texts are beside ASCII, 0 to 1."""
    weights = [
        _weight(text, place)
        for text in texts
        for place, character in enumerate(text)
        if not character.isascii()
    ]
    return sum(weights) / len(weights) if weights else 0.0


def _weight(text: str, place: int) -> float:
    character = text[place]
    if character in _USUAL:
        return 1.0
    if "\u4e00" <= character <= "\u9fff":
        return 0.7 if character in _common() else 0.1
    if "\u3000" <= character <= "\u3017" or "\uff01" <= character <= "\uff5e" or character in "·—“”’":
        return 0.6
    if "\u00c0" <= character <= "\u00ff" and character not in "×÷":
        # An accented letter stands between plain ones; the bytes of a Chinese text stand together.
        beside = text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
        return (
            0.8 if beside and all(one.isascii() for one in beside) and any(map(str.isalpha, beside)) else 0.1
        )
    return 0.0


@cache
def _common() -> frozenset[str]:
    """The characters that GB 2312 and Big5 themselves set apart as common: 3,755 and 5,401."""
    rows = [(range(0xB0, 0xD8), "gb2312"), (range(0xA4, 0xC7), "big5")]
    return frozenset(
        character
        for leads, codec in rows
        for lead in leads
        for trail in range(0x40, 0xFF)
        for character in bytes((lead, trail)).decode(codec, "ignore")
        if character >= "\u4e00"
    )


def _as_latin(text: str) -> bytes:
    """The bytes that Windows-1252 shows so, with those that it leaves undefined as in ISO-8859-1."""
    return b"".join(_latin_byte(character) for character in text)


def _latin_byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


def _as_gb(text: str) -> bytes:
    return text.encode("gb18030")


_MISREADINGS: tuple[tuple[Callable[[str], bytes], str], ...] = (
    (_as_latin, UTF_8), (_as_gb, UTF_8), (_as_latin, GB18030), (_as_latin, BIG5),
)  # fmt: skip


def _reread(text: str, wrongly: Callable[[str], bytes], truly: str) -> str | None:
    try:
        return wrongly(text).decode(_CODECS[truly])
    except UnicodeError:
        return None
