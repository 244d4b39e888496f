"""The command `gridmap` as tests give it: in this process, or as a process of its own where that is tested.

A process costs two seconds of imports. What it alone can tell (that `python -m gridmap` is the command, that
nothing below Python writes to its output) a few tests ask for by `in_a_process`.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from dataclasses import dataclass

from click.testing import CliRunner

from gridmap.cli import main
from tests.paths import ROOT


@dataclass(frozen=True)
class Told:
    """What a command wrote, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: object, language: str = "C") -> Told:
    """Run `gridmap ARGUMENTS` in this process, from the project's folder, in a terminal of that language."""
    runner = CliRunner(env={"LANG": language, "LC_ALL": None, "LC_MESSAGES": None})
    with contextlib.chdir(ROOT):
        result = runner.invoke(main, list(map(str, arguments)), catch_exceptions=False)
    return Told(result.exit_code, result.stdout, result.stderr)


def in_a_process(*arguments: object, language: str = "C") -> Told:
    """Run `gridmap ARGUMENTS` as a shell does."""
    command = [sys.executable, "-m", "gridmap", *map(str, arguments)]
    environment = {"LANG": language, "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    return Told(done.returncode, done.stdout, done.stderr)


def refusal(*arguments: object, language: str = "C") -> str:
    """The one line that a refused command writes."""
    return the_line_of(run(*arguments, language=language))


def the_line_of(told: Told) -> str:
    """The one line that a refused command wrote."""
    assert (told.returncode, told.stdout) == (2, ""), told.stderr
    lines = [line for line in told.stderr.splitlines() if line]
    assert len(lines) == 1, told.stderr
    return lines[0]
