"""The server: pages behind the gate, data routes, the sign-in link. Run it by `streamlit run app.py`."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from gridmap.read.files.child_process import require_drivers
from gridmap.service import accounts
from gridmap.service.plan_cache import PlanCache
from gridmap.service.reading_limits import limit_reading
from gridmap.service.workspaces import open_workspace
from gridmap.settings import Settings
from gridmap.web.server.gate import Gate
from gridmap.web.server.login import SignIn, SignInLink
from gridmap.web.server.routes import DataRoutes
from gridmap.web.server.vendored import use_vendored_assets
from gridmap.web.session import Services, wire


def clock() -> datetime:
    """The county's wall clock: the only one the app reads."""
    return datetime.now()


use_vendored_assets()
settings = Settings()
limit_reading(settings)
require_drivers()
workspace = open_workspace(settings.workspace)
cache = PlanCache(workspace)
wire(Services(cache=cache, settings=settings, clock=clock))
link = SignInLink(host=str(st.get_option("server.address") or settings.host))
sign_in = SignIn(workspace=workspace, link=link, session_hours=settings.session_hours, clock=clock)


@asynccontextmanager
async def announce(_app: Any) -> AsyncIterator[dict[str, Any]]:
    """Print how to sign in, once the server runs; work out the first map before anybody asks for it."""
    port = st.get_option("server.port")
    cache.evaluation(cache.plan().demo_clock or clock().replace(second=0, microsecond=0))
    cache.chunks()
    # Streamlit collects garbage after every run: what is here to stay need not be looked at each time.
    gc.collect()
    gc.freeze()
    if link.offered:
        print(f"Sign in: http://{link.host}:{port}/login?token={link.token}", flush=True)  # noqa: T201 # the one line
    else:
        print(f"Sign in with name and password: http://{link.host}:{port}/", flush=True)  # noqa: T201
    yield {}


app = st.App(
    "gridmap/web/router.py",
    routes=[*sign_in.routes(), *DataRoutes(cache).routes()],
    middleware=[Middleware(Gate, user_of=partial(accounts.user_of_session, workspace), clock=clock)],
    lifespan=announce,
)
