"""The steps that bring a workspace file from empty, or from an older version, to the tables of today.

env      Alembic's entry: runs the steps on the connection it is handed, inside that connection's transaction
outside  Triggers that notice edits by other programs, such as QGIS: they count the version and write the log
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from gridmap.errors import MigrationError
from gridmap.messages import msg
from gridmap.store.sqlite.connections import begin_read, begin_write

HEAD: Final = "0003"
"""The revision this program reads and writes."""


def migrate(path: Path) -> None:
    """Bring the workspace at `path` to `HEAD`, all steps in one transaction.

    Raises:
        MigrationError: the file was written by a newer or unknown version.
    """
    with begin_write(path) as connection:
        current = revision_of(connection)
        if current is not None:
            _require_known(path, current)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require_current(path: Path) -> None:
    """Refuse a workspace that is not at `HEAD`.

    Raises:
        MigrationError: it is older and must be migrated, or newer than this program.
    """
    with begin_read(path) as connection:
        current = revision_of(connection)
    if current == HEAD:
        return
    _require_known(path, current)
    raise MigrationError(
        msg("{file}: written by an older version; run: gridmap migrate {file}", file=str(path))
    )


def revision_of(connection: Connection) -> str | None:
    """The revision noted in the file; None where it has none."""
    known = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").first()
    if known is None:
        return None
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if revision is None else str(revision)


def _require_known(path: Path, revision: str | None) -> None:
    scripts = ScriptDirectory.from_config(_config())
    if revision not in {script.revision for script in scripts.walk_revisions()}:
        raise MigrationError(
            msg(
                "{file}: written by a newer version of gridmap (store revision {revision}); update gridmap",
                file=str(path),
                revision=str(revision),
            )
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
