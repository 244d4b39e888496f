"""What every browser test uses: one Chromium a session, and a page that remembers what it asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Response, expect, sync_playwright

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

PATIENCE = 90_000
"""Milliseconds that a wait may take: a busy machine is slow, not wrong; an idle one never needs them."""
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A second try for tests in a real browser: a starved machine loses clicks. The summary counts them."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; where there is none the test is skipped, but in CI it fails."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail("Chromium is missing; make test installs it")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS)
        new_context = browser.new_context
        browser.new_context = partial(patient_context, new_context)  # type: ignore[method-assign]
        yield browser
        browser.close()


def patient_context(new_context: Callable[..., BrowserContext], **options: Any) -> BrowserContext:
    """A context whose waits all have `PATIENCE`."""
    context = new_context(**options)
    context.set_default_timeout(PATIENCE)
    return context


@dataclass
class Traffic:
    """What a page asked for and what went wrong in it."""

    responses: list[Response] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def note(self, answer: Response) -> None:
        """Keep an answer."""
        self.responses.append(answer)

    def refuse(self, dialog: Dialog) -> None:
        """Note a dialog box as an error and close it."""
        self.errors.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def elsewhere(self, url: str) -> list[str]:
        """Requests that left the server at `url` (its websocket and inline data aside)."""
        own = (url, url.replace("http", "ws", 1), "data:", "blob:", "about:")
        return [asked for asked in self.asked if not asked.startswith(own)]

    def refused(self) -> list[str]:
        """Addresses answered with 4xx or 5xx."""
        return [f"{answer.status} {answer.url}" for answer in self.responses if answer.status >= 400]

    def geometry(self) -> list[str]:
        """Addresses of geometry chunks that were fetched, in order."""
        return [asked for asked in self.asked if "/geometry/" in asked]


@pytest.fixture
def traffic() -> Traffic:
    return Traffic()


@pytest.fixture
def page(chromium: Browser, traffic: Traffic) -> Iterator[Page]:
    """A page of 1440 × 900 whose requests, answers and script errors are in `traffic`."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.on("request", lambda request: traffic.asked.append(request.url))
    page.on("response", traffic.note)
    page.on("pageerror", lambda error: traffic.errors.append(str(error)))
    page.on("console", lambda line: traffic.errors.append(line.text) if line.type == "error" else None)
    page.on("dialog", traffic.refuse)
    yield page
    context.close()
