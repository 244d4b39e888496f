from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from gridmap.errors import AccessError, InputError, NotFoundError
from gridmap.model.access import Role, User
from gridmap.service import accounts
from gridmap.store.history import read_events
from gridmap.store.repository import Workspace

NOW = datetime(2020, 2, 10, 8)
SECRET = "correct horse"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default cost is 50 ms a hash; what is tested here does not depend on it."""
    monkeypatch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    accounts._nobodys_hash.cache_clear()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "w.gpkg", title="", metric_crs="EPSG:4548")
    accounts.add_user(made, "li", SECRET, Role.PLANNER, "990101001", "Li", NOW)
    return made


def refused(workspace: Workspace, name: str, password: str, at: datetime) -> str:
    with pytest.raises(AccessError) as error:
        accounts.authenticate(workspace, name, password, at)
    return str(error.value)


def test_the_right_password_opens(workspace: Workspace) -> None:
    assert accounts.authenticate(workspace, "li", SECRET, NOW) == User("li", "Li", Role.PLANNER, "990101001")


def test_every_refusal_reads_alike(workspace: Workspace) -> None:
    accounts.ensure_owner(workspace, NOW)
    accounts.add_user(workspace, "gone", SECRET, Role.VIEWER, "", "", NOW)
    accounts.disable_user(workspace, "gone", NOW)
    texts = {
        refused(workspace, name, password, NOW)
        for name, password in (("li", "wrong"), ("nobody", SECRET), ("owner", ""), ("gone", SECRET), ("", ""))
    }
    assert len(texts) == 1


def test_an_unknown_name_costs_a_verification(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    verify = accounts._verify

    def watched(known: str, given: str) -> bool:
        seen.append(known)
        return verify(known, given)

    monkeypatch.setattr(accounts, "_verify", watched)
    refused(workspace, "nobody", SECRET, NOW)
    accounts.authenticate(workspace, "li", SECRET, NOW)
    assert [known.startswith("$argon2id$") for known in seen] == [True, True]


def test_five_failures_lock_for_fifteen_minutes(workspace: Workspace) -> None:
    for _ in range(4):
        refused(workspace, "li", "wrong", NOW)
    accounts.authenticate(workspace, "li", SECRET, NOW)
    for _ in range(5):
        refused(workspace, "li", "wrong", NOW)
    refused(workspace, "li", SECRET, NOW + timedelta(minutes=14))
    (held,) = accounts.list_users(workspace)
    assert held.locked_until == NOW + timedelta(minutes=15)
    assert accounts.authenticate(workspace, "li", SECRET, NOW + timedelta(minutes=15)).name == "li"
    assert read_events(workspace)["action"].tolist() == ["lock_user", "add_user"]


def test_a_session_holds_until_it_expires_or_is_closed(workspace: Workspace) -> None:
    token = accounts.open_session(workspace, "li", NOW, hours=12)
    found = accounts.user_of_session(workspace, token, NOW + timedelta(hours=11, minutes=59))
    assert found == User("li", "Li", Role.PLANNER, "990101001")
    assert accounts.user_of_session(workspace, token, NOW + timedelta(hours=12)) is None
    assert accounts.user_of_session(workspace, token + "x", NOW) is None
    accounts.close_session(workspace, token, NOW)
    assert accounts.user_of_session(workspace, token, NOW) is None


def test_tokens_and_passwords_are_stored_nowhere(workspace: Workspace) -> None:
    token = accounts.open_session(workspace, "li", NOW, hours=12)
    assert len(token) >= 43
    connection = sqlite3.connect(workspace.path)
    dump = "\n".join(connection.iterdump())
    connection.close()
    assert token not in dump
    assert SECRET not in dump
    assert "$argon2id$" in dump
    assert "$argon2id$" not in read_events(workspace).to_csv()
    assert accounts.list_users(workspace)[0].password_hash is None


def test_a_disabled_user_is_out_at_once(workspace: Workspace) -> None:
    token = accounts.open_session(workspace, "li", NOW, hours=12)
    accounts.disable_user(workspace, "li", NOW)
    assert accounts.user_of_session(workspace, token, NOW) is None


def test_a_new_password_ends_sessions_and_lifts_the_lock(workspace: Workspace) -> None:
    token = accounts.open_session(workspace, "li", NOW, hours=12)
    for _ in range(5):
        refused(workspace, "li", "wrong", NOW)
    accounts.change_password(workspace, "li", "battery staple", NOW)
    assert accounts.user_of_session(workspace, token, NOW) is None
    accounts.authenticate(workspace, "li", "battery staple", NOW)
    refused(workspace, "li", SECRET, NOW)


def test_a_weak_hash_is_made_anew(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    stronger = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)
    monkeypatch.setattr(accounts, "_HASHER", stronger)
    accounts.authenticate(workspace, "li", SECRET, NOW)
    connection = sqlite3.connect(workspace.path)
    (stored,) = connection.execute("SELECT password_hash FROM users").fetchone()
    connection.close()
    assert not stronger.check_needs_rehash(stored)
    accounts.authenticate(workspace, "li", SECRET, NOW)


def test_the_owner_is_made_once_and_may_be_shut_out(workspace: Workspace) -> None:
    owner = accounts.ensure_owner(workspace, NOW)
    assert owner == User("owner", "owner", Role.ADMIN, "") == accounts.ensure_owner(workspace, NOW)
    accounts.disable_user(workspace, "owner", NOW)
    with pytest.raises(AccessError, match="disabled"):
        accounts.ensure_owner(workspace, NOW)


@pytest.mark.parametrize(
    ("name", "password", "says"),
    [("li", SECRET, "already"), ("  ", SECRET, "empty"), ("wang", "short", "at least 8")],
)
def test_accounts_that_cannot_be(workspace: Workspace, name: str, password: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        accounts.add_user(workspace, name, password, Role.VIEWER, "", "", NOW)


def test_administrators_reach_as_far_as_their_scope(workspace: Workspace) -> None:
    township = User("head", "", Role.ADMIN, "990101001000")
    other = User("other", "", Role.ADMIN, "990101002000")
    accounts.add_user(workspace, "wang", SECRET, Role.VIEWER, "990101001201", "", NOW, by=township)
    assert [one.user.name for one in accounts.list_users(workspace, by=township)] == ["li", "wang"]
    assert accounts.list_users(workspace, by=other) == []
    for attempt in (
        lambda: accounts.add_user(workspace, "x", SECRET, Role.ADMIN, "", "", NOW, by=township),
        lambda: accounts.disable_user(workspace, "li", NOW, by=other),
        lambda: accounts.change_password(workspace, "wang", SECRET, NOW, by=other),
        lambda: accounts.list_users(workspace, by=User("li", "", Role.PLANNER)),
    ):
        with pytest.raises(AccessError):
            attempt()


def test_everybody_may_change_their_own_password(workspace: Workspace) -> None:
    viewer = accounts.add_user(workspace, "wang", SECRET, Role.VIEWER, "990101", "", NOW)
    accounts.change_password(workspace, "wang", "battery staple", NOW, by=viewer)
    accounts.authenticate(workspace, "wang", "battery staple", NOW)


def test_unknown_users_are_named(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="no user ghost"):
        accounts.disable_user(workspace, "ghost", NOW)


def test_accounts_leave_the_plan_where_it_is(workspace: Workspace) -> None:
    assert workspace.revision().revision == 0
