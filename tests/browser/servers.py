"""Running a server for a browser test: a child process on a free port, stopped by its own process id."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from tests.paths import ROOT


def free_port() -> int:
    """A TCP port of the loopback nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Server:
    """`command` as a context: started, awaited until `ready_path` answers 200, stopped at the end.

    `{port}` in the command and in values of `environment` is replaced by the port. All output goes to
    `self.log`, which a failing start shows.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        ready_path: str = "/_stcore/health",
        environment: Mapping[str, str] | None = None,
        timeout: float = 180,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [part.replace("{port}", str(self.port)) for part in command]
        extra = {key: value.replace("{port}", str(self.port)) for key, value in (environment or {}).items()}
        self._environment = {**os.environ, **extra}
        self._ready = self.url + ready_path
        self._timeout = timeout

    def __enter__(self) -> Self:
        self._output = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, stdout=self._output, stderr=subprocess.STDOUT
        )
        try:
            self._wait()
        except BaseException:  # a stopped run too ends the server
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    @property
    def log(self) -> str:
        """Everything the server has printed."""
        self._output.seek(0)
        return self._output.read().decode(errors="replace")

    def _wait(self) -> None:
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended with {self._process.returncode}:\n{self.log}")
            try:
                with urlopen(self._ready, timeout=20) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.1)
        raise TimeoutError(f"{self._ready} did not answer in {self._timeout} s:\n{self.log}")

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()
