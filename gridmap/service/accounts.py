"""Local accounts: who may sign in, by which password, and until when a sign-in holds.

Passwords are hashed by argon2id (RFC 9106, the library's default cost). Tokens are random; the store keeps
their SHA-256 alone, so that a copied workspace file opens no session.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gridmap.errors import AccessError, InputError
from gridmap.messages import msg
from gridmap.model.access import Action, Role, User, covers
from gridmap.service.rights import require
from gridmap.store import accounts
from gridmap.store.accounts import Account, Session
from gridmap.store.history import Author
from gridmap.store.repository import Workspace

OWNER: Final = "owner"
OPERATOR: Final = User("operator", "operator", Role.ADMIN)
"""Whoever works on the machine itself, by the command line: files are theirs anyway."""
ATTEMPTS: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)
SHORTEST_PASSWORD: Final = 8
_TOKEN_BYTES: Final = 32
_HASHER: Final = PasswordHasher()


def add_user(
    workspace: Workspace,
    name: str,
    password: str,
    role: Role,
    scope: str,
    display_name: str,
    at: datetime,
    *,
    by: User = OPERATOR,
) -> User:
    """Add an account; its scope must lie in that of whoever adds it.

    Raises:
        AccessError: `by` may not manage users there.
        InputError: the name is empty or taken, or the password too short.
    """
    require(by, Action.MANAGE_USERS, scope)
    if not name.strip() or name != name.strip():
        raise InputError(msg("A user's name must not be empty, nor begin or end with a space"))
    user = User(name, display_name or name, Role(role), scope)
    accounts.add_account(workspace, Account(user, at, _hash(password)), Author(by.name, at))
    return user


def change_password(
    workspace: Workspace, name: str, password: str, at: datetime, *, by: User = OPERATOR
) -> None:
    """Give a user another password and end the user's sessions; everybody may change their own.

    Raises:
        AccessError: `by` is someone else and may not manage that user.
        NotFoundError: there is no such user.
        InputError: the password is too short.
    """
    if by.name != name:
        _require_over(workspace, name, by)
    accounts.set_password(workspace, name, _hash(password), Author(by.name, at))


def list_users(workspace: Workspace, *, by: User = OPERATOR) -> list[Account]:
    """The accounts whose scope lies in that of `by`, by name, their hashes left out.

    Raises:
        AccessError: `by` may not manage users.
    """
    require(by, Action.MANAGE_USERS, by.scope)
    found = accounts.read_accounts(workspace)
    return [replace(one, password_hash=None) for one in found if covers(by.scope, one.user.scope)]


def disable_user(workspace: Workspace, name: str, at: datetime, *, by: User = OPERATOR) -> None:
    """Keep a user out from now on, open sessions included.

    Raises:
        AccessError: `by` may not manage that user.
        NotFoundError: there is no such user.
    """
    _require_over(workspace, name, by)
    accounts.set_disabled(workspace, name, Author(by.name, at))


def authenticate(workspace: Workspace, name: str, password: str, at: datetime) -> User:
    """The user whose password this is.

    Unknown names cost as much time as known ones, and every refusal reads alike. Five failures lock the
    account for fifteen minutes, for the right password too.

    Raises:
        AccessError: refused.
    """
    account = accounts.read_account(workspace, name)
    known = account.password_hash if account else None
    right = _verify(known or _nobodys_hash(), password) and known is not None
    locked = account is not None and account.locked_until is not None and at < account.locked_until
    if account is None or account.disabled or locked or not right:
        if not locked:
            accounts.note_failure(
                workspace, name, Author(name, at), limit=ATTEMPTS, locked_until=at + LOCKED_FOR
            )
        raise AccessError(msg("Name or password is wrong, or the account is locked; try again later"))
    accounts.note_success(workspace, name)
    if known and _HASHER.check_needs_rehash(known):
        accounts.replace_hash(workspace, name, _HASHER.hash(password))
    return account.user


def open_session(workspace: Workspace, user_name: str, at: datetime, hours: float) -> str:
    """Begin a session of `hours`; the token that the browser keeps."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session = Session(_fingerprint(token), user_name, at, at + timedelta(hours=hours))
    accounts.add_session(workspace, session)
    return token


def user_of_session(workspace: Workspace, token: str, at: datetime) -> User | None:
    """Whose token it is, rights as they are now; None where it no longer opens anything."""
    return accounts.session_user(workspace, _fingerprint(token), at)


def close_session(workspace: Workspace, token: str, at: datetime) -> None:
    """End a session."""
    accounts.revoke_session(workspace, _fingerprint(token), at)


def ensure_owner(workspace: Workspace, at: datetime) -> User:
    """The account of whoever started the app here, made where it is missing; no password opens it.

    Raises:
        AccessError: an administrator disabled it.
    """
    account = accounts.read_account(workspace, OWNER)
    if account is None:
        account = Account(User(OWNER, OWNER, Role.ADMIN), at)
        accounts.add_account(workspace, account, Author(OWNER, at))
    if account.disabled:
        raise AccessError(msg("The owner's account is disabled; sign in by name and password"))
    return account.user


def _require_over(workspace: Workspace, name: str, by: User) -> None:
    account = accounts.read_account(workspace, name)
    require(by, Action.MANAGE_USERS, account.user.scope if account else "")


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise InputError(msg("The password is too short; use at least {n} characters", n=SHORTEST_PASSWORD))
    return _HASHER.hash(password)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    """What an unknown name is checked against, so that it takes as long as a known one."""
    return _HASHER.hash(secrets.token_urlsafe(_TOKEN_BYTES))


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
