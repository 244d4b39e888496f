"""The command `gridmap` itself.

Exit codes: 0 done, 1 the answer is "no" (a check failed), 2 the input or the arguments are wrong, told in one
line on stderr. With --json one JSON object is printed on stdout and nothing else.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from gridmap import __version__
from gridmap.cli.terminal import refuse, say
from gridmap.errors import GridmapError
from gridmap.messages import msg
from gridmap.model.masking import masked_message


class OneLineGroup(click.Group):
    """A group whose errors are one line on stderr, exit code 2, and never a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and turn every expected error into its line."""
        kwargs["standalone_mode"] = False
        try:
            result = super().main(*args, **kwargs)
        except GridmapError as error:
            # It may quote a cell, and what a terminal prints is passed on.
            refuse(say(masked_message(error.message)))
        except click.exceptions.Abort:
            refuse(say(msg("stopped")))
        except click.ClickException as error:
            refuse(error.format_message())
        except OSError as error:
            refuse(f"{error.filename or ''}: {error.strerror or error}")
        sys.exit(result if isinstance(result, int) else 0)


@click.group(cls=OneLineGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gridmap")
def main() -> None:
    """Cut communities into grid cells, post people to them, see what is covered."""
    from gridmap.service.reading_limits import limit_reading  # noqa: PLC0415 # keeps --help quick
    from gridmap.settings import Settings  # noqa: PLC0415

    limit_reading(Settings())
