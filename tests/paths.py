"""Where things of the project lie, for tests that read or run them."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
BOSTON = ROOT / "data" / "boston" / "tracts.gpkg"
CATALOG = ROOT / "gridmap" / "locale" / "zh_CN" / "LC_MESSAGES" / "gridmap.po"
PAGES = ROOT / "pages"
