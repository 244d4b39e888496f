"""What a scope can be taken out as: each product, the files it is written as, and what can be chosen for it.

A new product is an entry here, a module of `service/briefings` that makes it, and its line in
`exports.MAKERS`; the command line, the page and the panel of the map draw on this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gridmap.messages import Message, msg


class Product(StrEnum):
    """What a scope can be taken out as."""

    SHEET = "sheet"
    LEDGER = "ledger"
    GEO = "geo"


@dataclass(frozen=True)
class FileForm:
    """A form that a product is written in: its media type, and what its button says."""

    mime: str
    label: Message


@dataclass(frozen=True)
class ProductForm:
    """How a product comes out.

    Attributes:
        files: its forms by ending.
        icon: of its buttons, a Material symbol.
        takes_datum: whether its coordinates can be written in another datum.
    """

    files: Mapping[str, FileForm]
    icon: str
    takes_datum: bool = False


PRODUCTS: Final[Mapping[Product, ProductForm]] = {
    Product.SHEET: ProductForm(
        files={
            "pdf": FileForm("application/pdf", msg("PDF")),
            "png": FileForm("image/png", msg("PNG")),
        },
        icon=":material/map:",
    ),
    Product.LEDGER: ProductForm(
        files={
            "xlsx": FileForm(
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", msg("Ledger (Excel)")
            )
        },
        icon=":material/table_view:",
    ),
    Product.GEO: ProductForm(
        files={
            "gpkg": FileForm("application/geopackage+sqlite3", msg("GeoPackage")),
            "geojson": FileForm("application/geo+json", msg("GeoJSON")),
        },
        icon=":material/layers:",
        takes_datum=True,
    ),
}
"""In the order in which they are offered; what is not here is not made."""
