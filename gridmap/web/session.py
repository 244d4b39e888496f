"""Who is looking, at what moment, with which services: the one place where pages meet the running server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from gridmap.messages import msg
from gridmap.model.access import User
from gridmap.service import accounts
from gridmap.service.plan_cache import PlanCache
from gridmap.settings import Settings
from gridmap.web.i18n import say
from gridmap.web.server.gate import COOKIE


@dataclass(frozen=True)
class Services:
    """What `app.py` wires together once a process."""

    cache: PlanCache
    settings: Settings
    clock: Callable[[], datetime]


_wired: list[Services] = []


def wire(services: Services) -> None:
    """Set the services that pages use, at start-up."""
    _wired[:] = [services]


def unwire() -> None:
    """Forget the services, at the end of a test."""
    _wired.clear()


def services() -> Services:
    """The wired services.

    Raises:
        RuntimeError: a page runs without the server, as `streamlit run pages/x.py` would.
    """
    if not _wired:
        raise RuntimeError("pages run under app.py: streamlit run app.py")
    return _wired[0]


def current_user() -> User | None:
    """The signed-in user; rights are read from the store at every run, so that revoking works at once."""
    token = st.context.cookies.get(COOKIE, "")
    wired = services()
    return accounts.user_of_session(wired.cache.workspace, token, at=wired.clock()) if token else None


def require_user() -> User:
    """The signed-in user, or a stop with a way to sign in; the first statement of every page."""
    user = current_user()
    if user is None:
        st.error(say(msg("Your session has ended.")))
        st.link_button(say(msg("Sign in")), "/login")
        st.stop()
    return user


def sign_out() -> None:
    """Revoke the session behind the cookie; the next run finds nobody."""
    wired = services()
    accounts.close_session(wired.cache.workspace, st.context.cookies.get(COOKIE, ""), at=wired.clock())


def now() -> datetime:
    """The county's wall clock to the minute; a demonstration workspace stands still at its own."""
    wired = services()
    return wired.cache.plan().demo_clock or wired.clock().replace(second=0, microsecond=0)
