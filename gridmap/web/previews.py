"""Shapes on their way to a planner's map that are in no workspace yet: the latest few, by content hash."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b
from threading import Lock
from typing import Final

from gridmap.errors import NotFoundError
from gridmap.messages import msg

_KEPT: Final = 48
"""Documents of at most 1.5 MB; a page that is open keeps its own anew at every run."""
_documents: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()


def keep(payload: bytes) -> str:
    """Keep a document for a while; its hash, by which it is found."""
    digest = blake2b(payload, digest_size=16).hexdigest()
    with _lock:
        _documents[digest] = payload
        _documents.move_to_end(digest)
        while len(_documents) > _KEPT:
            _documents.popitem(last=False)
    return digest


def find(digest: str) -> bytes:
    """The document of a hash.

    Raises:
        NotFoundError: it was let go, or never was.
    """
    with _lock:
        if digest not in _documents:
            raise NotFoundError(msg("This preview is no longer kept. Reload the page."))
        return _documents[digest]
