"""Signing in and out: the printed link, name and password, the session cookie."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from threading import Lock
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from gridmap.errors import GridmapError
from gridmap.messages import Language, Message, language_of, msg
from gridmap.model.access import User
from gridmap.service import accounts
from gridmap.service.workspaces import Workspace
from gridmap.web.server.gate import COOKIE
from gridmap.web.server.sign_in_page import sign_in_page

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


@dataclass
class SignInLink:
    """A token that signs its bearer in as the workspace's owner, once.

    It exists only where the server is bound to loopback: whoever can read the terminal is the owner.
    """

    host: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _lock: Lock = field(default_factory=Lock)

    @property
    def offered(self) -> bool:
        """Whether the server is bound to loopback and the token is not yet used."""
        return bool(self.token) and is_loopback(self.host)

    def matches(self, token: str) -> bool:
        """Whether `token` is the present one."""
        return self.offered and hmac.compare_digest(token.encode(), self.token.encode())

    def consume(self, token: str) -> bool:
        """Use the token up; True for the one caller who gets in."""
        with self._lock:
            if not self.matches(token):
                return False
            self.token = ""
            return True


def is_loopback(host: str) -> bool:
    """Whether a host to bind to is reachable from this machine only."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class SignIn:
    """The routes `/login` and `/logout` over one workspace."""

    workspace: Workspace
    link: SignInLink
    session_hours: int
    clock: Callable[[], datetime]

    def routes(self) -> list[Route]:
        """Routes for the server."""
        return [
            Route("/login", self.show, methods=["GET"]),
            Route("/login", self.enter, methods=["POST"]),
            Route("/logout", self.leave, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """GET: a button for a valid link (safe from link previews), else the form."""
        token = request.query_params.get("token", "")
        if token and self._link_fits(request, token):
            return HTMLResponse(sign_in_page(_language(request), token=token))
        fault = (
            msg("This link has been used or is out of date; a restart prints a new one.") if token else None
        )
        return HTMLResponse(sign_in_page(_language(request), fault=fault), status_code=401 if token else 200)

    async def enter(self, request: Request) -> Response:
        """POST: consume the link's token, or check name and password; set the cookie."""
        if not _same_origin(request):
            return PlainTextResponse("403 from another site", status_code=403)
        form = await request.form()
        try:
            user = await run_in_threadpool(
                self._user, request, {key: str(value) for key, value in form.items()}
            )
        except GridmapError as error:
            return _form_again(request, error.message)
        token = await run_in_threadpool(
            accounts.open_session, self.workspace, user.name, at=self.clock(), hours=self.session_hours
        )
        response = RedirectResponse("/", status_code=303)
        response.set_cookie(
            COOKIE,
            token,
            max_age=self.session_hours * 3600,
            path="/",
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    async def leave(self, request: Request) -> Response:
        """POST: revoke the session and forget the cookie."""
        if not _same_origin(request):
            return PlainTextResponse("403 from another site", status_code=403)
        await run_in_threadpool(
            accounts.close_session, self.workspace, request.cookies.get(COOKIE, ""), at=self.clock()
        )
        response = RedirectResponse("/", status_code=303)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
        return response

    def _user(self, request: Request, form: dict[str, str]) -> User:
        token = form.get("token", "")
        if not token:
            return accounts.authenticate(
                self.workspace, form.get("name", ""), form.get("password", ""), at=self.clock()
            )
        if not self._link_fits(request, token) or not self.link.consume(token):
            raise GridmapError(msg("This link has been used or is out of date; a restart prints a new one."))
        return accounts.ensure_owner(self.workspace, at=self.clock())

    def _link_fits(self, request: Request, token: str) -> bool:
        forwarded = any(header in request.headers for header in _FORWARDED)
        return not forwarded and self.link.matches(token)


def _form_again(request: Request, fault: Message) -> Response:
    return HTMLResponse(sign_in_page(_language(request), fault=fault), status_code=401)


def _same_origin(request: Request) -> bool:
    """Whether a form was sent from a page of ours; browsers name the origin of every POST."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _language(request: Request) -> Language:
    return language_of(request.headers.get("accept-language"))
