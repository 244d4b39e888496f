"""What checked rows of drawn tables hold, in a form to compare."""

from __future__ import annotations

import pandas as pd


def people_of(rows: pd.DataFrame, field: str = "person") -> list[tuple[int, str, str]]:
    """Row, name and first number of each person of a field."""
    return [
        (row, one.name, one.phones[0].number if one.phones else "")
        for row, people in zip(rows.index.tolist(), rows[field], strict=True)
        for one in people
    ]
