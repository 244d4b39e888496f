"""The command line: arguments to one service call, its answer to the terminal."""

from gridmap.cli import beginnings, exports, reports, tessellation, users, workspaces  # noqa: F401 # they register
from gridmap.cli.command import main

__all__ = ["main"]
