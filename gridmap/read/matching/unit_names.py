"""Names of units as people vary them: 寺门村镇 and 寺门村, XX街道 and XX街道办事处, XX村 and XX村委会."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from gridmap.read.values.texts import tidy_text

_NO_LETTER: Final = re.compile(r"[\s\-_.,、。·'\"“”‘’()\[\]【】<>《》]+")
_BRACKETED: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】")
_OFFICES: Final = (
    ("居民委员会", "社区"),
    ("居委会", "社区"),
    ("村民委员会", "村"),
    ("村委会", "村"),
    ("村委", "村"),
    ("行政村", "村"),
    ("街道办事处", "街道"),
    ("街道办", "街道"),
    ("办事处", "街道"),
    ("街办", "街道"),
    ("人民政府", ""),
    ("政府", ""),
)
"""What an office adds to its unit's name, and the word it stands for; the longer before the shorter."""
_WORDS: Final = ("民族乡", "街道", "社区", "村", "镇", "乡", "县", "区", "市")
_LONGEST: Final = 100
_NUMERALS: Final = str.maketrans("123456789壹贰叁", "一二三四五六七八九一二三")


@dataclass(frozen=True)
class UnitName:
    """A name in the forms in which it is compared.

    Attributes:
        whole: without spaces, signs and brackets, and with the unit's word in the place of its office:
            XX村委会 is XX村.
        bare: without the word too: XX村 is XX.
        word: the word itself; empty where there is none.
    """

    whole: str
    bare: str
    word: str


@lru_cache(maxsize=65_536)
def unit_name(text: str) -> UnitName:
    """The forms of a name; never empty where the text is not."""
    tidy = tidy_text(text)[:_LONGEST]
    plain = (
        _NO_LETTER.sub("", _BRACKETED.sub("", tidy)).casefold() or _NO_LETTER.sub("", tidy).casefold() or tidy
    ).translate(_NUMERALS)
    for office, word in _OFFICES:
        stem = plain.removesuffix(office)
        if stem and stem != plain:
            plain = stem if stem.endswith(word) else stem + word
            break
    word = next((word for word in _WORDS if plain.endswith(word) and len(plain) > len(word)), "")
    return UnitName(plain, plain.removesuffix(word), word)


def mean_the_same(one: UnitName, other: UnitName) -> bool:
    """Whether two names are one: alike, or alike but for a word that one of them leaves away.

    张家村 and 张家社区 are not: a village and a community may bear one name.
    """
    return one.whole in {other.whole, other.bare} or one.bare == other.whole
