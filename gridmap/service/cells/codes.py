"""Codes of the workspace's cells: the scheme they are of, and the numbers that were ever used.

Codes are never reused, so those of retired cells count too; a new cell is coded as its neighbours are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from gridmap.geo.code_scheme import CodeScheme, scheme_of
from gridmap.names import PARENT_CODE, SEQ
from gridmap.split.rule import SplitRule
from gridmap.store.repository import Workspace

_LAST_NUMBER: Final = re.compile(r"\d{1,3}$")


@dataclass(frozen=True)
class CodesInUse:
    """What new codes must go on from.

    Attributes:
        scheme: that the present cells are coded by; None while there are no cells that tell one.
        largest: by unit the largest number that a cell ever had.
    """

    scheme: CodeScheme | None
    largest: Mapping[str, int]


def codes_in_use(workspace: Workspace) -> CodesInUse:
    """The codes of a workspace, retired cells among them."""
    every = workspace.load_used_codes()
    present = every[every["present"]] if every["present"].any() else every
    told = present[present[SEQ].notna()]
    seqs = told[SEQ].astype(int).tolist()
    found = scheme_of(told.index.tolist(), told[PARENT_CODE].tolist(), seqs)
    return CodesInUse(found.scheme if found.share else None, used_numbers(every))


def coded_alike(rule: SplitRule, codes: CodesInUse) -> SplitRule:
    """The rule with the scheme that the workspace's codes are of, where they tell one."""
    return rule if codes.scheme is None else replace(rule, codes=codes.scheme)


def used_numbers(codes: pd.DataFrame) -> dict[str, int]:
    """By unit the largest number ever used: by the rows' `seq`, or by how their codes end.

    Args:
        codes: every cell there ever was, by code: parent_code, seq.
    """
    ends = [
        int(found.group()) if (found := _LAST_NUMBER.search(code.removeprefix(unit))) else 0
        for code, unit in zip(codes.index, codes[PARENT_CODE], strict=True)
    ]
    largest = np.maximum(codes[SEQ].fillna(0).to_numpy(dtype=np.int64), np.array(ends, dtype=np.int64))
    by_unit = pd.Series(largest, index=codes[PARENT_CODE].to_numpy(), dtype=np.int64).groupby(level=0).max()
    return {str(unit): int(number) for unit, number in by_unit.items()}
