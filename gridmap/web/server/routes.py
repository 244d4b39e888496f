"""Data routes: our assets, geometry chunks, status documents, readiness.

The gate has put the user into `request.state`; services check scope.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from gridmap.errors import AccessError, GridmapError, NotFoundError
from gridmap.messages import Language, language_of, msg
from gridmap.model.access import User
from gridmap.service.operations.viewing import geometry_chunk, map_status
from gridmap.service.plan_cache import PlanCache, PlanKey
from gridmap.web.server import previews

STATIC_FOLDER = Path(__file__).parents[1] / "static"
_MINUTE = "%Y%m%dT%H%M"
_IMMUTABLE = {"cache-control": "private, max-age=31536000, immutable"}
_NO_STORE = {"cache-control": "no-store"}


def status_url(workspace: str, plan: PlanKey, at: datetime, language: Language) -> str:
    """The address of a status document: what it depends on is in its path."""
    return f"/data/{workspace}/status/{plan}/{at.strftime(_MINUTE)}-{language}"


def geometry_url(workspace: str) -> str:
    """The address of geometry chunks, to which a chunk's hash is appended."""
    return f"/data/{workspace}/geometry/"


def preview_url(workspace: str, payload: bytes, reader: User) -> str:
    """Where the reader's browser, and no other's, finds shapes that are not in the workspace."""
    return f"/data/{workspace}/preview/{previews.keep(payload, reader)}"


@dataclass(frozen=True)
class DataRoutes:
    """Routes over one workspace's cache."""

    cache: PlanCache

    def routes(self) -> list[BaseRoute]:
        """Routes for the server."""
        return [
            Mount("/assets", StaticFiles(directory=STATIC_FOLDER)),
            Route("/data/{workspace}/geometry/{digest}", _answer(self._geometry)),
            Route("/data/{workspace}/status/{revision}/{view}", _answer(self._status)),
            Route("/data/{workspace}/preview/{digest}", _answer(self._preview)),
            Route("/readyz", self._ready),
        ]

    def _geometry(self, request: Request) -> Response:
        self._check_workspace(request)
        payload = geometry_chunk(self.cache, user=request.state.user, digest=request.path_params["digest"])
        return Response(payload, media_type="application/json", headers=_IMMUTABLE)

    def _status(self, request: Request) -> Response:
        self._check_workspace(request)
        minute, _, language = request.path_params["view"].partition("-")
        try:
            at = datetime.strptime(minute, _MINUTE)
        except ValueError:
            return PlainTextResponse("404 no such view", status_code=404)
        document = map_status(self.cache, user=request.state.user, at=at, language=language_of(language))
        return Response(document, media_type="application/json", headers=_NO_STORE)

    def _preview(self, request: Request) -> Response:
        self._check_workspace(request)
        payload = previews.find(request.path_params["digest"], request.state.user)
        return Response(payload, media_type="application/json", headers=_IMMUTABLE)

    def _check_workspace(self, request: Request) -> None:
        if request.path_params["workspace"] != self.cache.plan().workspace:
            raise NotFoundError(msg("There is no workspace of that name."))

    async def _ready(self, _request: Request) -> Response:
        try:
            await run_in_threadpool(self.cache.workspace.revision)
        except GridmapError:
            return PlainTextResponse("503 the store does not answer", status_code=503)
        return PlainTextResponse("ready", headers=_NO_STORE)


def _answer(handler: Callable[[Request], Response]) -> Callable[[Request], object]:
    async def answered(request: Request) -> Response:
        try:
            return await run_in_threadpool(handler, request)
        except NotFoundError as error:
            return PlainTextResponse(f"404 {error}", status_code=404)
        except AccessError as error:
            return PlainTextResponse(f"403 {error}", status_code=403)

    return answered
