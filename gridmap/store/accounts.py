"""Users and their sessions as rows. What a password or a token is, only `service.accounts` knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, insert, select, update

from gridmap.errors import InputError, NotFoundError
from gridmap.messages import msg
from gridmap.model.access import Role, User
from gridmap.store.history import Author, Deed, log, next_group
from gridmap.store.repository import Workspace
from gridmap.store.tables import plan, sessions, users


@dataclass(frozen=True)
class Account:
    """A user with what signing in needs; without `password_hash` no password opens it."""

    user: User
    created_at: datetime
    password_hash: str | None = None
    disabled: bool = False
    locked_until: datetime | None = None


@dataclass(frozen=True)
class Session:
    """A sign-in; `id_hash` is the hash of a token that is stored nowhere."""

    id_hash: str
    user_name: str
    created_at: datetime
    expires_at: datetime


def read_account(workspace: Workspace, name: str) -> Account | None:
    """The account by that name, if there is one."""
    with workspace.reading() as connection:
        row = connection.execute(select(users).where(users.c.name == name)).first()
    return None if row is None else _account(row)


def read_accounts(workspace: Workspace) -> list[Account]:
    """All accounts by name."""
    with workspace.reading() as connection:
        return [_account(row) for row in connection.execute(select(users).order_by(users.c.name))]


def add_account(workspace: Workspace, account: Account, by: Author) -> None:
    """Add an account.

    Raises:
        InputError: the name is taken.
    """
    name = account.user.name
    with workspace.writing() as connection:
        if connection.execute(select(users.c.name).where(users.c.name == name)).first():
            raise InputError(msg("There is a user {name} already; choose another name", name=name))
        connection.execute(
            insert(users).values(
                name=name,
                display_name=account.user.display_name,
                role=account.user.role.value,
                scope=account.user.scope,
                password_hash=account.password_hash,
                created_at=account.created_at,
            )
        )
        after = {"role": account.user.role.value, "scope": account.user.scope}
        _log(connection, Deed("add_user", users.name, name, None, after), by)


def set_password(workspace: Workspace, name: str, password_hash: str, by: Author) -> None:
    """Give a user another password, lift a lock, and end the user's sessions.

    Raises:
        NotFoundError: there is no such user.
    """
    values = {"password_hash": password_hash, "failed_attempts": 0, "locked_until": None}
    _change(workspace, name, values, "change_password", by)


def set_disabled(workspace: Workspace, name: str, by: Author) -> None:
    """Keep a user out from now on, and end the user's sessions.

    Raises:
        NotFoundError: there is no such user.
    """
    _change(workspace, name, {"disabled": True}, "disable_user", by)


def note_failure(workspace: Workspace, name: str, by: Author, *, limit: int, locked_until: datetime) -> None:
    """Count a failed attempt; the one that reaches `limit` locks the account and starts the count anew."""
    reached = users.c.failed_attempts + 1 >= limit
    counted = (
        update(users)
        .where(users.c.name == name)
        .values(
            failed_attempts=case((reached, 0), else_=users.c.failed_attempts + 1),
            locked_until=case((reached, locked_until), else_=users.c.locked_until),
        )
        .returning(users.c.failed_attempts)
    )
    with workspace.writing() as connection:
        attempts = connection.scalar(counted)
        if attempts == 0:
            _log(connection, Deed("lock_user", users.name, name, None, None), by)


def note_success(workspace: Workspace, name: str) -> None:
    """Forget failed attempts."""
    with workspace.writing() as connection:
        connection.execute(
            update(users).where(users.c.name == name).values(failed_attempts=0, locked_until=None)
        )


def replace_hash(workspace: Workspace, name: str, password_hash: str) -> None:
    """Store the same password hashed by newer parameters; sessions go on."""
    with workspace.writing() as connection:
        connection.execute(update(users).where(users.c.name == name).values(password_hash=password_hash))


def add_session(workspace: Workspace, session: Session) -> None:
    """Add a session, and forget those that expired before it began."""
    with workspace.writing() as connection:
        connection.execute(sessions.delete().where(sessions.c.expires_at <= session.created_at))
        connection.execute(
            insert(sessions).values(
                id_hash=session.id_hash,
                user_name=session.user_name,
                created_at=session.created_at,
                expires_at=session.expires_at,
            )
        )


def session_user(workspace: Workspace, id_hash: str, at: datetime) -> User | None:
    """Whose session it is; None where it is unknown, expired, revoked, or its user disabled."""
    query = (
        select(users.c.name, users.c.display_name, users.c.role, users.c.scope)
        .join(sessions, sessions.c.user_name == users.c.name)
        .where(
            sessions.c.id_hash == id_hash,
            sessions.c.revoked_at.is_(None),
            sessions.c.expires_at > at,
            users.c.disabled.is_(False),
        )
    )
    with workspace.reading() as connection:
        row = connection.execute(query).first()
    return None if row is None else _user(row)


def revoke_session(workspace: Workspace, id_hash: str, at: datetime) -> None:
    """End a session; one that is unknown or ended already is none to end."""
    ended = update(sessions).where(sessions.c.id_hash == id_hash, sessions.c.revoked_at.is_(None))
    with workspace.writing() as connection:
        connection.execute(ended.values(revoked_at=at))


def _change(workspace: Workspace, name: str, values: dict[str, object], action: str, by: Author) -> None:
    with workspace.writing() as connection:
        if connection.execute(update(users).where(users.c.name == name).values(**values)).rowcount == 0:
            raise NotFoundError(msg("There is no user {name}", name=name))
        ended = update(sessions).where(sessions.c.user_name == name, sessions.c.revoked_at.is_(None))
        connection.execute(ended.values(revoked_at=by.at))
        _log(connection, Deed(action, users.name, name, None, None), by)


def _log(connection: Connection, deed: Deed, by: Author) -> None:
    """Accounts are no part of the plan: their events leave its revision where it is."""
    revision = connection.scalar(select(plan.c.revision)) or 0
    log(connection, deed, by, next_group(connection), revision)


def _user(row: Row[*tuple[Any, ...]]) -> User:
    return User(row.name, row.display_name, Role(row.role), row.scope)


def _account(row: Row[*tuple[Any, ...]]) -> Account:
    return Account(_user(row), row.created_at, row.password_hash, row.disabled, row.locked_until)
