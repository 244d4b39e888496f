"""Fictional names of people, and telephone numbers that nobody can have."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

_FAMILIES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
)
_FIRST = "建国志文永春晓海玉秀立明庆云金宝长振兴德广洪学成光少家景瑞世新嘉子雨思佳俊一"
_LAST = "华军强民平伟芳英兰霞勇刚峰波涛杰敏静丽娟红梅燕玲辉斌鹏飞宇轩涵怡颖洁莉生林山河江清"


def draw_name(rng: Generator) -> str:
    """A name of two or three characters; common family names are commoner."""
    family = _FAMILIES[min(int(rng.exponential(13)), len(_FAMILIES) - 1)]
    last = _LAST[int(rng.integers(len(_LAST)))]
    return family + (_FIRST[int(rng.integers(len(_FIRST)))] if rng.random() < 0.86 else "") + last


def phone_number(number: int) -> str:
    """The impossible telephone number of the person of a number: mobile numbers never begin with 100."""
    # An odd factor that 5 does not divide makes a permutation of all eight-digit endings.
    return f"100{np.int64(number) * 61_803_399 % 100_000_000:08d}"
