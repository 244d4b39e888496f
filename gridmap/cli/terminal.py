"""Talking to a terminal: the language, answers, refusals, a bar for what takes time."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NoReturn

import click
from tqdm import tqdm

from gridmap.messages import Language, Message, language_of, render


def terminal_language() -> Language:
    """The language that the terminal's locale asks for."""
    return language_of(os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG"))


def say(message: Message) -> str:
    """`message` in the terminal's language."""
    return render(message, terminal_language())


def refuse(text: str) -> NoReturn:
    """Say in one line what is wrong, and stop with exit code 2."""
    click.echo(f"gridmap: {' '.join(text.split())}", err=True)
    sys.exit(2)


def answer(result: dict[str, Any], *, as_json: bool, lines: list[str], notes: Iterable[Message] = ()) -> None:
    """Print a result: as one JSON object, or as lines for a person; notes go to stderr, before it."""
    for note in notes:
        click.echo(say(note), err=True)
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else "\n".join(lines))


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr for work that takes over a second; nothing where stderr is no terminal."""
    with tqdm(desc=title, delay=1, leave=False, disable=None, file=sys.stderr) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield advance


def now() -> datetime:
    """The wall clock, to the second: the one the command line passes on."""
    return datetime.now().replace(microsecond=0)
