"""The command line: arguments to one service call, its answer to the terminal.

beginnings   The command that makes an empty workspace
boundaries/  Boundaries as files on the command line: mended, or made of a drawing
cell_files/  Cells as files on the command line: cut, checked, edited, summed up to levels
command      The command `gridmap` itself
exports      The command export: a scope as a sheet, a ledger or geodata
imports/     The command `gridmap import`: what an office has, into a workspace
inspecting   The command that tells what is in a file: inspect
options      Options that several commands share
reports      The command report: all indicators of a scope, for scripts, for reading, for Excel
returning    Commands about collecting: templates out to the townships, and what has come back
terminal     Talking to a terminal: the language, answers, refusals, a bar for what takes time
users        Commands about accounts
workspaces   Commands about workspaces: demo, import, serve, migrate
"""

from gridmap.cli import (  # noqa: F401 # they register
    beginnings,
    exports,
    inspecting,
    reports,
    returning,
    users,
    workspaces,
)
from gridmap.cli.boundaries import cleaning, tracing  # noqa: F401
from gridmap.cli.cell_files import checking, editing, levels, splitting  # noqa: F401
from gridmap.cli.command import main
from gridmap.cli.imports import importing  # noqa: F401

__all__ = ["main"]
