"""The child process that opens files of others: what it is given, what it may cost, what it answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from math import ceil
from pathlib import Path
from typing import Any, Final

import pyogrio

from gridmap.errors import GridmapError, UnreadableFileError
from gridmap.messages import Message, msg
from gridmap.read.files.kinds import DRIVERS, OSM_DRIVERS
from gridmap.read.files.limits import read_limits

_PROGRAM: Final = Path(__file__).parents[1] / "isolated" / "program.py"
_DRIVERS_JOB: Final = "drivers"
_PATHS: Final = re.compile(r"(?<![\w.:/])/(?:[\w.+-]+/)+[\w.+-]*")
"""Absolute paths, as libraries write them into what they say."""
_SHOWN: Final = 5


def run_isolated(
    name: str, request: dict[str, Any], folder: str, *, drivers: frozenset[str] | None = None
) -> dict[str, Any]:
    """Let the child process read a file into `folder`; what it answers may be a fault.

    Args:
        name: what messages call the file.
        request: see `isolated.py`.
        folder: all that the process may write to.
        drivers: that GDAL has there; None for the usual ones.

    Raises:
        UnreadableFileError: it gave no answer within the limits.
    """
    command = [sys.executable, "-I", str(_PROGRAM)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, by absolute path, arguments fixed
            command,
            input=json.dumps({**request, "out": folder, "limits": _os_limits()}).encode(),
            capture_output=True,
            timeout=read_limits().seconds,
            env=_environment(folder, DRIVERS if drivers is None else drivers),
            cwd=folder,
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError(too_large(name)) from error
    except (subprocess.CalledProcessError, ValueError) as error:
        raise UnreadableFileError(
            msg("{file}: reading it failed: it is damaged or too large. Export it again.", file=name)
        ) from error
    if "fault" in answer:
        answer["detail"] = _without_places(str(answer["detail"]), request, name, folder)
    return answer


def _without_places(detail: str, request: dict[str, Any], name: str, folder: str) -> str:
    """What a library says of a file, without where this server keeps it."""
    own = str(request.get("path", ""))
    for place, put in ((own, name), (folder, ""), (str(Path(own).parent), "")):
        detail = detail.replace(place, put) if len(place) > 1 else detail
    return _PATHS.sub("…", " ".join(detail.split()))


def _os_limits() -> dict[str, int]:
    most = read_limits()
    return {
        "RLIMIT_CPU": ceil(most.seconds),
        "RLIMIT_AS": int(most.gigabytes * 1024**3),
        "RLIMIT_FSIZE": int(most.gigabytes * 1024**3),
        "RLIMIT_NOFILE": 128,
        "RLIMIT_CORE": 0,
    }


def require_drivers() -> None:
    """Make sure, before anything is read, that GDAL has the drivers wanted in the child, and no others.

    Raises:
        GridmapError: it has others, or some are missing; a server must not start then.
    """
    for wanted in (DRIVERS, OSM_DRIVERS):
        with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
            found = set(run_isolated("GDAL", {"kind": _DRIVERS_JOB}, folder, drivers=wanted)["drivers"])
        if found != wanted:
            raise GridmapError(
                msg(
                    "GDAL has other drivers than files are to be read by (too many: {more}; missing: "
                    "{missing}). Install the versions that gridmap names.",
                    more=sorted(found - wanted)[:_SHOWN] or ["-"],
                    missing=sorted(wanted - found) or ["-"],
                )
            )


def _environment(folder: str, drivers: frozenset[str]) -> dict[str, str]:
    """All that the child process knows of its surroundings. `GDAL_SKIP` works only before GDAL is loaded."""
    return {
        "GDAL_SKIP": ",".join(sorted(set(pyogrio.list_drivers()) - drivers)),
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_HTTP_PROXY": "127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
        "PROJ_NETWORK": "OFF",
        "CPL_TMPDIR": folder,
        "TMPDIR": folder,
        "HOME": folder,
        "LANG": "C.UTF-8",
        "PATH": os.defpath,
        # Without it Python does not start on Windows.
        **{name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ},
    }


def too_large(name: str) -> Message:
    """What is said of a file that the child process could not read within its limits."""
    return msg(
        "{file}: it takes more than {seconds} s or {gigabytes} GB to read. Divide it.",
        file=name,
        seconds=read_limits().seconds,
        gigabytes=read_limits().gigabytes,
    )
