"""Files that are read as a whole, up to what their format allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsearch.corpus.formats.base import RejectedError

if TYPE_CHECKING:
    from collections.abc import Callable


def read_whole(read: Callable[[int], bytes], most: int, size: int | None, advice: str, begin: bytes = b"") -> bytes:
    """All that *read* gives; no more than *most* bytes are ever held.

    Args:
        read: Gives at most so many bytes, none at the end.
        most: Bytes that the format allows.
        size: Bytes of the file where they are known, so that a file too large is not read at all.
        advice: What to do about one.
        begin: What was read already.

    Raises:
        RejectedError: It is too large.
    """
    parts, length = [begin] if begin else [], len(begin)  # what is one part is not copied
    while max(length, size or 0) <= most and (part := read(most + 1)):
        parts.append(part)
        length += len(part)
    if max(length, size or 0) > most:
        found = f"{size / 1e6:,.0f} MB" if size else f"more than {most / 1e6:,.0f} MB"
        raise RejectedError("too large", f"Found {found}, wanted at most {most / 1e6:,.0f} MB. {advice}")
    return b"".join(parts)
