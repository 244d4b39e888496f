"""Fictional place names, made of the parts that names of villages on the northern plain are made of."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.random import Generator

from gridmap.model.places import UnitKind

RIVER_NAME = "云泽河"

_SUBDISTRICTS = ("泽阳街道", "泽南街道", "新城街道", "东湖街道")
_TOWNS = ("云东镇", "白鹭渡镇", "青石桥镇", "柳渡镇", "双泽镇", "长荡镇", "北仓镇", "金堤镇")
_TOWNSHIPS = (
    "苇塘乡",
    "枣岗乡",
    "槐荫铺乡",
    "南泊头乡",
    "泉头乡",
    "芦花荡乡",
    "马官营乡",
    "沙堤乡",
    "梨园乡",
    "雁鸣乡",
)
_FAMILIES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_SETTLEMENTS = (
    "家庄",
    "庄",
    "家营",
    "官屯",
    "家铺",
    "家寨",
    "家洼",
    "家集",
    "家桥",
    "家务",
    "家园",
    "家码头",
    "家口",
)
_PREFIXES = ("", "", "", "东", "西", "前", "后", "大", "小", "南", "北")
_LANDMARKS = (
    *(
        "柳林",
        "白杨渡",
        "五里铺",
        "十里堡",
        "三官庙",
        "龙王庙",
        "观音堂",
        "老君堂",
        "石佛寺",
        "双庙",
        "沙窝",
        "盐场",
    ),
    *(
        "官道口",
        "马驹桥",
        "砖窑",
        "新立",
        "枣园",
        "梨行",
        "桑园",
        "苇子坑",
        "大堤口",
        "河湾",
        "古城洼",
        "烽台",
    ),
)
_COMMUNITIES = (
    *(
        "河东",
        "河西",
        "东关",
        "西关",
        "南关",
        "北关",
        "文昌",
        "幸福",
        "光明",
        "建设",
        "解放",
        "和平",
        "新华",
        "育才",
    ),
    *(
        "振兴",
        "朝阳",
        "泽苑",
        "云锦",
        "锦绣",
        "金桥",
        "滨河",
        "湖滨",
        "花园",
        "永安",
        "长安",
        "泰和",
        "康宁",
        "福星",
    ),
    *(
        "迎宾",
        "车站",
        "钟楼",
        "鼓楼",
        "学府",
        "书院",
        "盐店街",
        "米市街",
        "顺城街",
        "老城",
        "新苑",
        "怡园",
        "春晖",
    ),
    *(
        "翠湖",
        "银杏",
        "丁香",
        "海棠",
        "紫薇",
        "月季",
        "望云",
        "观澜",
        "同乐",
        "祥和",
        "德馨",
        "仁和",
        "嘉禾",
        "丰泽",
    ),
    *("安居", "惠民", "兴业", "创业", "纺织", "机械", "化肥", "粮库", "税务", "枫林", "阳光", "明珠", "龙泽"),
)
_SHARED_NAMES = 4
"""Pairs of villages in two townships that bear one name, as in life."""


def name_townships(kinds: Sequence[UnitKind]) -> list[str]:
    """A name for each township-level unit, by its kind."""
    stock = {
        UnitKind.SUBDISTRICT: iter(_SUBDISTRICTS),
        UnitKind.TOWN: iter(_TOWNS),
        UnitKind.TOWNSHIP: iter(_TOWNSHIPS),
    }
    return [next(stock[kind]) for kind in kinds]


def name_communities(count: int, rng: Generator) -> list[str]:
    """Names of communities, all different while the stock lasts; then numbered."""
    order = rng.permutation(len(_COMMUNITIES)).tolist()
    rounds = ["", "二", "三", "四", "五"]
    return [
        f"{_COMMUNITIES[order[place % len(order)]]}{rounds[place // len(order)]}社区"
        for place in range(count)
    ]


def name_villages(townships: Sequence[int], rng: Generator) -> list[str]:
    """Names of villages, given the township of each; a few pairs in different townships share one."""
    stock = [
        f"{prefix}{family}{settlement}"
        for prefix in dict.fromkeys(_PREFIXES)
        for family in _FAMILIES
        for settlement in _SETTLEMENTS
    ]
    plain = len(_FAMILIES) * len(_SETTLEMENTS)
    # Plain names are commoner than those with a prefix.
    weights = [3.0 if place < plain else 0.15 for place in range(len(stock))]
    total = sum(weights)
    chosen = rng.choice(len(stock), len(townships), replace=False, p=[weight / total for weight in weights])
    names = [stock[place] for place in chosen]
    landmarks = _LANDMARKS[: len(names) // 15]
    for place, landmark in zip(rng.permutation(len(names)), landmarks, strict=False):
        names[place] = landmark
    for _ in range(min(_SHARED_NAMES, len(names) // 25)):
        first = int(rng.integers(len(names)))
        elsewhere = [place for place, township in enumerate(townships) if township != townships[first]]
        if elsewhere:
            names[int(rng.choice(elsewhere))] = names[first]
    return [f"{name}村" for name in names]
