"""A proof of a sheet: the same drawing in the pixels of a screen, to look at before it is printed."""

from __future__ import annotations

import io
from typing import Final, cast

import numpy as np
from matplotlib.image import imsave
from numpy.typing import NDArray

from gridmap.draw.layers import Layers, Shapes
from gridmap.draw.sheet.furniture import Furniture
from gridmap.draw.sheet.sheet import Paper, draw_sheet
from gridmap.messages import Language

_FINER: Final = 2
"""Drawn this much finer and averaged: small type set straight onto so few pixels runs out of its boxes."""


def draw_proof(
    layers: Layers, shapes: Shapes, paper: Paper, language: Language, furniture: Furniture, *, width: int
) -> bytes:
    """The sheet as a PNG of `width` pixels.

    Raises:
        NotFoundError: none of the places that `layers` names has a shape.
    """
    figure = draw_sheet(layers, shapes, paper, language, furniture)
    fine = io.BytesIO()
    # A hundredth of a pixel more, for matplotlib cuts fractions off.
    dots = (width * _FINER + 0.01) / figure.get_size_inches()[0]
    figure.savefig(fine, format="rgba", dpi=dots)
    pixels = np.frombuffer(fine.getbuffer(), dtype=np.uint8).reshape(-1, width * _FINER, 4)
    target = io.BytesIO()
    imsave(target, _averaged(pixels), format="png")
    return target.getvalue()


def _averaged(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture at 1/`_FINER` of its size, shape (height, width, 3); a last odd line is left out."""
    height, width = pixels.shape[0] // _FINER, pixels.shape[1] // _FINER
    blocks = pixels[: height * _FINER, : width * _FINER, :3].astype(np.uint16)
    parts = [blocks[down::_FINER, right::_FINER] for down in range(_FINER) for right in range(_FINER)]
    return cast("NDArray[np.uint8]", (np.sum(parts, axis=0) // _FINER**2).astype(np.uint8))
