"""What a server sent, as a crawler kept it: status, type, and the page with its codings undone."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsearch.corpus.formats.base import MAX_HTML_BYTES, RejectedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_STATUS: Final = re.compile(rb"HTTP/\d(?:\.\d)?\s+(\d{3})\b[^\n]*\n?")
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE: Final = re.compile(rb"\s*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\n]*)?\r?\n")
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_MARKUP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of a server.

    Attributes:
        status: Its status, 100 to 999.
        fields: Its header's fields, names in lower case; of several with one name the last.
        body: What followed, as it was sent.
    """

    status: int
    fields: Mapping[str, str]
    body: bytes

    @property
    def mime(self) -> str:
        """The type of what was sent, in lower case and without parameters, or empty."""
        return self.fields.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The encoding that the header names, or empty."""
        match = _CHARSET.search(self.fields.get("content-type", ""))
        return match[1] if match else ""


def read_response(raw: bytes) -> Response:
    """The answer that *raw* holds.

    Raises:
        RejectedError: It does not begin as one.
    """
    status = _STATUS.match(raw)
    if status is None:
        found = raw[:40].decode("latin-1")
        raise RejectedError("no HTTP response", f"Found {found!r}, wanted HTTP/1.1 and a status. It was skipped.")
    end = _HEAD_END.search(raw, status.end() - 2 if status[0].endswith(b"\r\n") else status.end() - 1)
    head, body = (raw[status.end() : end.start()], raw[end.end() :]) if end else (raw[status.end() :], b"")
    return Response(int(status[1]), read_fields(head), body)


def read_fields(head: bytes) -> dict[str, str]:
    """The fields of a header, names in lower case; what is no field is left out, a folded line is part of the one above."""
    lines = re.sub(rb"\r?\n[ \t]+", b" ", head).split(b"\n")
    pairs = (line.decode("utf-8", "replace").partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}


def read_body(response: Response) -> bytes:
    """What was sent with its transfer and content codings undone.

    Crawlers often keep the header as it was and what follows decoded, so what is not in the coding that is named is taken
    as it is. A page that was cut off on its way is given as far as it goes.

    Raises:
        RejectedError: It is too large, or in a coding that is not known.
    """
    body = response.body
    if "chunked" in response.fields.get("transfer-encoding", "").lower():
        body = _join_chunks(body)
    codings = [name.strip().lower() for name in response.fields.get("content-encoding", "").split(",")]
    for name in reversed(codings):
        if name not in ("", "identity", "utf-8"):
            body = _decode(body, name)
    if len(body) > MAX_HTML_BYTES:
        raise RejectedError("too large", f"Found more than {MAX_HTML_BYTES / 1e6:.0f} MB of HTML. It was skipped.")
    return body


def _join_chunks(body: bytes) -> bytes:
    """RFC 9112, 7.1; as it is where it is not in chunks."""
    chunks, at = [], 0
    while match := _CHUNK_SIZE.match(body, at):
        size = int(match[1], 16)
        if not size:
            break
        chunks.append(body[match.end() : match.end() + size])
        at = match.end() + size
    return b"".join(chunks) if chunks else body


def _decode(body: bytes, name: str) -> bytes:
    decoder = _DECODERS.get(name)
    if decoder is None:
        if _MARKUP.match(body):
            return body
        raise RejectedError("unknown coding", f"Found Content-Encoding: {name[:40]}, wanted gzip, deflate, br or zstd.")
    return decoder(body)


def _gunzip(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    page = _inflate(body, 31)
    if not page:
        raise RejectedError("damaged", "The page is packed by gzip and cannot be unpacked. It was skipped.")
    return page


def _undeflate(body: bytes) -> bytes:
    """With the wrapper of zlib, as the standard has it, or without, as many servers send it."""
    return body if _MARKUP.match(body) else _inflate(body, 15) or _inflate(body, -15) or body


def _inflate(body: bytes, bits: int) -> bytes:
    unpacker = zlib.decompressobj(bits)
    try:
        return unpacker.decompress(body, MAX_HTML_BYTES + 1)
    except zlib.error:
        return b""


def _unbrotli(body: bytes) -> bytes:
    import brotli

    try:
        unpacker, parts, total = brotli.Decompressor(), [], 0
        parts.append(unpacker.process(body, output_buffer_limit=MAX_HTML_BYTES + 1))
        while not unpacker.can_accept_more_data() and (total := sum(map(len, parts))) <= MAX_HTML_BYTES:
            parts.append(unpacker.process(b"", output_buffer_limit=MAX_HTML_BYTES + 1 - total))
        return b"".join(parts)
    except brotli.error:
        return body


def _unzstd(body: bytes) -> bytes:
    import zstandard

    try:
        with zstandard.ZstdDecompressor().stream_reader(body) as reader:
            return reader.read(MAX_HTML_BYTES + 1)
    except zstandard.ZstdError:
        return body


_DECODERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
