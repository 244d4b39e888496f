"""Large CSV files as frames of texts, read in the restricted child process."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa

from gridmap.errors import UnreadableFileError
from gridmap.messages import msg
from gridmap.read.files.child_process import run_isolated, too_large
from gridmap.read.files.encoding_faults import encoding_fault
from gridmap.read.files.kinds import other_content
from gridmap.read.files.limits import read_limits


def read_csv_rows(path: Path) -> pd.DataFrame:
    """The rows of a CSV file as texts, in any encoding that is known, divided by commas, semicolons or tabs.

    Raises:
        UnreadableFileError: no such file, no table, or more than the limits allow.
    """
    if not path.is_file():
        raise UnreadableFileError(msg("{file}: there is no such file.", file=path.name))
    with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
        request = {"path": str(path.resolve()), "kind": "csv"}
        answer = run_isolated(path.name, request, folder)
        if answer.get("fault") == "too_large":
            raise UnreadableFileError(too_large(path.name))
        if answer.get("fault") == "damaged":
            raise UnreadableFileError(
                msg(
                    "{file}: it is not a table of comma-separated values ({detail}).",
                    file=path.name,
                    detail=str(answer["detail"]),
                )
            )
        if "fault" in answer:
            told = encoding_fault(path.name, str(answer["fault"]), str(answer["detail"]))
            raise UnreadableFileError(told or other_content(path.name, "CSV table"))
        with pa.OSFile(str(Path(folder) / answer["file"])) as file:
            table = pa.ipc.open_file(file).read_all()
            _require_limits(path, table)
            rows: pd.DataFrame = table.to_pandas()
    return rows


def _require_limits(path: Path, table: pa.Table) -> None:
    limits = read_limits()
    if table.num_columns > limits.table_columns:
        raise UnreadableFileError(
            msg(
                "{file}: it has more than {most} columns. Delete those that are not needed.",
                file=path.name,
                most=limits.table_columns,
            )
        )
    if table.num_rows > limits.point_rows:
        raise UnreadableFileError(
            msg("{file}: it has more than {most} rows. Divide it.", file=path.name, most=limits.point_rows)
        )
