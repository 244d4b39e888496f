"""The check of OpenStreetMap extracts in the restricted child process: that every block is there and whole.

Loaded by path from `isolated.py`, never imported. GDAL gives what it has understood of a damaged extract, or
nothing, and does not tell. Source of the format and its limits: OpenStreetMap wiki, PBF Format.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

_MOST_HEADER, _MOST_BLOCK = 64 * 1024, 32 * 1024 * 1024
_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
"""Wire types of protocol buffers."""
_KIND, _SIZE = 1, 3
"""Fields of the header of a block."""
_PLAIN, _PLAIN_SIZE, _ZLIB = 1, 2, 3
"""Fields of a block."""


def check(path: str) -> dict[str, Any]:
    """A fault where a block is cut off, damaged, too large, or packed but not by zlib; else nothing."""
    try:
        with Path(path).open("rb") as file:
            while head := file.read(4):
                _check_block(file, head)
    except (ValueError, zlib.error) as error:
        return {"fault": "damaged", "detail": str(error), "layers": []}
    return {}


def _check_block(file: BinaryIO, head: bytes) -> None:
    header = _taken(file, int.from_bytes(head, "big"), _MOST_HEADER)
    fields = dict(_fields(header))
    if fields.get(_KIND) not in {b"OSMHeader", b"OSMData"} or not isinstance(fields.get(_SIZE), int):
        raise ValueError("a block of it is of no known kind")
    block = dict(_fields(_taken(file, fields[_SIZE], _MOST_BLOCK)))
    if _PLAIN in block:
        return
    if not isinstance(block.get(_ZLIB), bytes):
        raise ValueError("its blocks are packed otherwise than by zlib")
    unpacking = zlib.decompressobj()
    plain = unpacking.decompress(block[_ZLIB], _MOST_BLOCK)
    if not unpacking.eof or len(plain) != block.get(_PLAIN_SIZE):
        raise ValueError("a block of it is damaged or too large")


def _taken(file: BinaryIO, size: int, most: int) -> bytes:
    if size > most:
        raise ValueError("a block of it is damaged or too large")
    taken = file.read(size)
    if len(taken) != size:
        raise ValueError("its end is missing")
    return taken


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """Numbers and values of the fields of a message: whole numbers or bytes."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, place = _varint(message, place)
            yield number, value
            continue
        if wire not in {_FIXED_64, _BYTES, _FIXED_32}:
            raise ValueError("a block of it is damaged")
        if wire == _BYTES:
            size, place = _varint(message, place)
        else:
            size = 8 if wire == _FIXED_64 else 4
        if place + size > len(message):
            raise ValueError("a block of it is damaged")
        yield number, message[place : place + size]
        place += size


def _varint(message: bytes, place: int) -> tuple[int, int]:
    """A whole number of seven bits a byte, and the place after it."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(message):
            break
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ValueError("a block of it is damaged")
