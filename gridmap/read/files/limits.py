"""What a foreign file may cost: as the composition roots set it from the settings, else as it is here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadLimits:
    """What reading one file may take; a file that wants more is refused with a plain message.

    Attributes:
        table_rows, table_columns: of a sheet; columns also of a text file of points.
        point_rows: of a text file of points, of which a county may have a million.
        seconds: of the process that reads it.
        gigabytes: of memory, and of what it writes.
        archive_members, archive_megabytes: of a zip archive, unpacked.
        workbook_megabytes: of a workbook, unpacked; a roster of 20,000 rows and 20 columns takes some 30.
        archive_ratio: unpacked to packed size of a member; texts of a .dbf reach about 100.
    """

    table_rows: int = 60_000
    table_columns: int = 200
    point_rows: int = 2_000_000
    seconds: float = 180
    gigabytes: float = 6
    archive_members: int = 1_000
    archive_megabytes: int = 2_048
    workbook_megabytes: int = 100
    archive_ratio: int = 200


class _Current:
    """The limits of this process."""

    limits = ReadLimits()


def read_limits() -> ReadLimits:
    """The limits that files are read within."""
    return _Current.limits


def set_read_limits(limits: ReadLimits) -> None:
    """Set the limits of this process, once, where it starts."""
    _Current.limits = limits
