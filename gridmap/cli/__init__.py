"""The command line: arguments to one service call, its answer to the terminal."""

from gridmap.cli import tessellation, users, workspaces  # noqa: F401 # their commands register themselves
from gridmap.cli.command import main

__all__ = ["main"]
