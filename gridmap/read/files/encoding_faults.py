"""The words for a file whose texts no one encoding gives, or not the one that is named."""

from __future__ import annotations

from gridmap.errors import InputError
from gridmap.messages import Message, msg
from gridmap.read.files.encoding import ENCODINGS, known_encoding


def encoding_fault(file: str, fault: str, detail: str) -> Message | None:
    """What is said of a fault that the child process found; None where it is no fault of the encoding.

    Args:
        file: what messages call the file.
        fault: its code.
        detail: the encoding that is named, and the first place; or the row where another begins.
    """
    words = {
        "encoding": msg(
            "{file}: its texts are in no encoding that is known here. Save it as XLSX.",
            file=file,
        ),
        "named_encoding": msg(
            "{file}: its texts are not in the encoding that is named ({place}). "
            "Name another with --encoding, or none.",
            file=file,
            place=detail,
        ),
        "mixed": msg(
            "{file}: some of its rows are in UTF-8 and others are not (from row {row}), as where two "
            "programs wrote to it. Save it as XLSX, or all of it in one encoding.",
            file=file,
            row=detail,
        ),
    }
    return words.get(fault)


def named_encoding(encoding: str | None) -> str | None:
    """The encoding that the reader names.

    Raises:
        InputError: it is none that is read.
    """
    if encoding is None:
        return None
    known = known_encoding(encoding)
    if known is None:
        raise InputError(
            msg(
                "{encoding} is no encoding that is read. Name one of: {known}.",
                encoding=encoding,
                known=list(ENCODINGS),
            )
        )
    return known
