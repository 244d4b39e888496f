"""The report of a command as a JSON file beside its output."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from gridmap.errors import InputError
from gridmap.messages import msg


def check_report(report: Path | None, others: Iterable[Path | None]) -> None:
    """Refuse a report in the place of another file of the same call, or in a folder that is not there.

    Raises:
        InputError: either of them.
    """
    if report is None:
        return
    if report.resolve() in {other.resolve() for other in others if other is not None}:
        raise InputError(
            msg("{file}: the report would replace another file. Give another name.", file=report.name)
        )
    if not report.resolve().parent.is_dir():
        raise InputError(msg("{file}: there is no such folder. Make it first.", file=str(report)))


def write_report(report: Mapping[str, object], path: Path | None) -> None:
    """Write a report, where one is asked for."""
    if path is not None:
        path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
