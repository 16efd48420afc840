"""Bytes to clean characters: encodings, control characters, paragraphs."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ESCAPED = re.compile("[\udc80-\udcff]")
_ANSI = re.compile("(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b\n]*(?:\x07|\x1b\\\\)|[\x1b\x9b]")
"""Terminal control sequences, whole: taking the escape character alone would leave ``[31m`` in a headline."""
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9a\x9c-\x9f"  # control characters but tab, line ends, escape
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"  # soft hyphen, zero width, bidi
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]",  # halves of characters, no characters, tags
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SOFT_BREAK = re.compile("\u00ad[\t \u00a0]*\n[\t \u00a0]*(?=\\w)")
"""A soft hyphen at a line's end stands where a word was broken, and nowhere else."""
_LIGATURES: Final = {0xFB00 + at: letters for at, letters in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))}
"""What typesetting leaves in the text of a PDF; nobody searches for them. NFC keeps them, unlike NFKC, which would also make
½ of 1⁄2 and 2 of ²."""
_SPACES = re.compile("[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_PLAIN = re.compile("[\t\n\r -~\u00a0-\u00ac\u00ae-\u024f\u2013\u2014\u2018-\u201e\u2026\u20ac]*")
"""Nothing but white space for `normalise` to change; most blocks of web pages are so, and one pass is cheaper than its six."""
_LINES = re.compile(r" ?\n[ \n]*")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text of bytes.

    Attributes:
        text: What the bytes say; line ends and control characters are still those of the file.
        encoding: How they were read.
        undefined: How many bytes stand for no character in *encoding*.
    """

    text: str
    encoding: str
    undefined: int = 0


def decode(raw: bytes) -> Decoded:
    """Read *raw* as what it most likely is: by its byte order mark, else UTF-8, else Windows-1252. Never fails.

    A file that is UTF-8 but for single bytes (pages of two encodings pasted together) stays UTF-8: the others are read
    as Windows-1252 one by one.
    """
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            text = raw[len(mark) if encoding == "utf-8" else 0 :].decode(encoding, "replace")
            return Decoded(text, encoding, text.count("\ufffd"))
    try:
        return Decoded(raw.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _decode_mixed(raw)


def _decode_mixed(raw: bytes) -> Decoded:
    text = raw.decode("utf-8", "surrogateescape")
    wrong = len(_ESCAPED.findall(text))
    right = sum(1 for char in text if char > "\x7f") - wrong
    if right < wrong:
        text = raw.decode("ascii", "surrogateescape")
    text = _ESCAPED.sub(lambda match: _windows(ord(match[0]) - 0xDC00), text)
    undefined = len(re.findall("[\x80-\x9f]", text))
    return Decoded(text, "utf-8, windows-1252" if right >= wrong else "windows-1252", undefined)


def _windows(byte: int) -> str:
    """The Windows-1252 character of *byte*; the Latin-1 control character where there is none (five bytes)."""
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)


def is_binary(raw: bytes) -> bool:
    """Whether *raw* is no text: it has a NUL byte and no mark of an encoding that makes them."""
    return b"\0" in raw and not raw.startswith(tuple(mark for mark, name in _BOMS if name != "utf-8"))


def normalise(text: str) -> str:
    """*text* in NFC, lines ending in LF, runs of spaces as one, without control, bidi and invisible characters.

    Ligatures are letters again, words are whole where a soft hyphen broke them over two lines; quotation marks stay as
    printed. Normalising twice is normalising once.
    """
    text = _SOFT_BREAK.sub("", _LINE_ENDS.sub("\n", text))
    text = _INVISIBLE.sub("", _ANSI.sub("", text)).translate(_LIGATURES)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text))


def one_line(text: str) -> str:
    """*text* normalised, on one line."""
    return " ".join((text if _PLAIN.fullmatch(text) else normalise(text)).split())


def paragraphs(text: str) -> list[str]:
    """The paragraphs of *text*, normalised: every line end, single or double, begins a new one."""
    return [line for line in _LINES.split(normalise(text).strip()) if line]


def words(text: str) -> frozenset[str]:
    """The words of a word list."""
    return frozenset(text.split())


def join(parts: list[str]) -> str:
    """Paragraphs as an article's text: one empty line between them."""
    return "\n\n".join(parts)
