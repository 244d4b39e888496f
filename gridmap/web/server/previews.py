"""Shapes on their way to a planner's map that are in no workspace yet: the latest few, by content hash.

A document is for the one who had it made, and no longer than their scope is what it was made for.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import Final

from gridmap.errors import NotFoundError
from gridmap.messages import msg
from gridmap.model.access import Action, User
from gridmap.service.rights import require

_KEPT: Final = 48
"""Documents of at most 1.5 MB; a page that is open keeps its own anew at every run."""


@dataclass(frozen=True)
class _Kept:
    payload: bytes
    reader: str
    scope: str


_documents: OrderedDict[str, _Kept] = OrderedDict()
_lock = Lock()


def keep(payload: bytes, reader: User) -> str:
    """Keep a document for `reader` for a while; the hash of both, by which it is found."""
    digest = blake2b(payload, digest_size=16, key=blake2b(_owner(reader)).digest()).hexdigest()
    with _lock:
        _documents[digest] = _Kept(payload, reader.name, reader.scope)
        _documents.move_to_end(digest)
        while len(_documents) > _KEPT:
            _documents.popitem(last=False)
    return digest


def find(digest: str, reader: User) -> bytes:
    """The document of a hash.

    Raises:
        AccessError: the reader may not edit, or their scope has become narrower since.
        NotFoundError: it was let go, never was, or is somebody else's.
    """
    with _lock:
        kept = _documents.get(digest)
    if kept is None or kept.reader != reader.name:
        raise NotFoundError(msg("This preview is no longer kept. Reload the page."))
    require(reader, Action.EDIT_POSTS, kept.scope)
    return kept.payload


def _owner(reader: User) -> bytes:
    return f"{reader.name}\n{reader.scope}".encode()
