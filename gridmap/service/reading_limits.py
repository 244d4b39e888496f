"""What foreign files may cost, by the settings; for the composition roots to set where they start."""

from __future__ import annotations

from gridmap.read.files.limits import ReadLimits, set_read_limits
from gridmap.settings import Settings


def limit_reading(settings: Settings) -> None:
    """Let files be read within the limits of the settings from now on, in this process."""
    set_read_limits(
        ReadLimits(
            table_rows=settings.table_rows,
            table_columns=settings.table_columns,
            point_rows=settings.point_rows,
            seconds=settings.read_seconds,
            gigabytes=settings.read_gigabytes,
            archive_members=settings.archive_members,
            archive_megabytes=settings.archive_megabytes,
            workbook_megabytes=settings.workbook_megabytes,
            archive_ratio=settings.archive_ratio,
        )
    )
