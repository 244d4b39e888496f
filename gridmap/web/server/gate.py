"""The gate: every request and every socket needs a session, but for a short list of open paths.

It stands before Streamlit's own routes, so that uploads, media, static files and the websocket are refused
to strangers as well as the pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gridmap.messages import language_of
from gridmap.model.access import User
from gridmap.web.server.sign_in_page import sign_in_page

COOKIE: Final = "gridmap_session"
OPEN_PATHS: Final = frozenset({"/login", "/readyz", "/_stcore/health"})
SECURITY_HEADERS: Final = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"x-frame-options": b"SAMEORIGIN",
}
_COMPONENT_FILE: Final = re.compile(
    r"/component/[^/]+/(index\.html|bootstrap\.min\.css|(?P<hashed>static/.+\.[0-9a-f]{8}\.(js|css)))"
)
_FOR_GOOD: Final = b"private, max-age=31536000, immutable"
_FOR_MINUTES: Final = b"private, max-age=600"
"""For a page that names hashed files; the browser has those for good, so an update cannot part them."""

SessionLookup = Callable[[str, datetime], User | None]
"""From a cookie's token and the present moment to the user it belongs to."""


class Gate:
    """ASGI middleware that lets only signed-in users through and puts `user` into the scope's state."""

    def __init__(self, app: ASGIApp, *, user_of: SessionLookup, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._user_of = user_of
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        guarded_send = _with_security_headers(send)
        if scope["path"] in OPEN_PATHS:
            await self._app(scope, receive, guarded_send)
            return
        token = HTTPConnection(scope).cookies.get(COOKIE, "")
        user = self._user_of(token, self._clock()) if token else None
        if user is not None:
            scope.setdefault("state", {})["user"] = user
            await self._app(scope, receive, _kept_by_browser(scope["path"], guarded_send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4401, "reason": "sign in first"})
        else:
            await _refusal(scope)(scope, receive, guarded_send)


def _refusal(scope: Scope) -> Response:
    if scope["path"] == "/" and scope["method"] == "GET":
        language = language_of(Headers(scope=scope).get("accept-language"))
        return HTMLResponse(sign_in_page(language), status_code=401)
    return PlainTextResponse("401 sign in first", status_code=401)


def _with_security_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message["headers"]}
            extra = [item for item in SECURITY_HEADERS.items() if item[0] not in present]
            message = {**message, "headers": [*message["headers"], *extra]}
        await send(message)

    return wrapped


def _kept_by_browser(path: str, send: Send) -> Send:
    """Let the browser keep a component's files, which Streamlit has it ask for at every visit."""
    found = _COMPONENT_FILE.fullmatch(path)
    if found is None:
        return send
    kept_for = _FOR_GOOD if found["hashed"] else _FOR_MINUTES

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            others = [item for item in message["headers"] if item[0].lower() != b"cache-control"]
            message = {**message, "headers": [*others, (b"cache-control", kept_for)]}
        await send(message)

    return wrapped
