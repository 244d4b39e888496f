"""The command line: arguments to one service call, its answer to the terminal."""

from gridmap.cli import (  # noqa: F401 # they register
    beginnings,
    cleaning,
    drawing,
    editing,
    exports,
    importing,
    inspecting,
    levels,
    reports,
    returning,
    splitting,
    tessellation,
    users,
    workspaces,
)
from gridmap.cli.command import main

__all__ = ["main"]
