"""Which characters do these bytes spell? Text of any usual encoding becomes UTF-8."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from retention.intake.read.formats.records import Entry

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_WESTERN = re.compile(r"[^\x80-\x9f\u0192\u02c6\u02dc†‡‰‹›¡¢¤¥¦ª¬¯±²³µ¶¸¹¼¾ÐÞþðÝ×÷]")
_SAMPLE = 60_000
_REPLACED = "\ufffd"


class Decoded(NamedTuple):
    """A text as UTF-8 without a byte order mark, the encoding it was written in, and what that left undecided."""

    utf8: bytes
    encoding: str
    notes: tuple[Entry, ...] = ()


def to_utf8(content: bytes, options: str | None = None) -> Decoded:
    """The text in UTF-8, from the encoding that is told or else found out."""
    if options is not None:
        return _recode(content, codecs.lookup(options).name)
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            body = content[len(mark) :]
            return Decoded(body, encoding) if encoding == "utf-8" and _is_utf8(body) else _recode(body, encoding)
    if _is_utf8(content):
        wide = _wide(content)
        return _recode(content, wide) if wide else Decoded(content, "utf-8")
    if known := _wide(content) or _mostly_utf8(content):
        return _recode(content, known)
    guessed = _recode(content, _legacy(content))
    reason = f"the file does not say which characters its bytes spell; {guessed.encoding} reads best"
    return guessed._replace(notes=(*guessed.notes, (None, None, None, "accepted", reason)))


def restore_controls(text: bytes) -> bytes:
    """UTF-8 in which Windows punctuation was once taken for Latin-1 control characters, put right."""
    return re.sub(rb"\xc2([\x80-\x9f])", lambda found: _latin(found[1]).encode(), text)


def _recode(content: bytes, encoding: str) -> Decoded:
    """The bytes of one encoding as UTF-8; what cannot be decoded becomes the replacement character, and is counted."""
    if encoding == "utf-8":
        return _mended(content.removeprefix(codecs.BOM_UTF8))
    try:
        return Decoded(content.decode(encoding).removeprefix("\ufeff").encode(), encoding)
    except UnicodeError:
        text = content.decode(encoding, errors="replace").removeprefix("\ufeff")
    reason = f"bytes that are no characters in {encoding} show as “{_REPLACED}” (counted: {text.count(_REPLACED):,})"
    return Decoded(text.encode(), encoding, ((None, None, None, "repaired", reason),))


def _mended(content: bytes) -> Decoded:
    """UTF-8, with lines of another encoding read as the Western one of Windows, and counted."""
    lines = content.split(b"\n")
    strange = [at for at, line in enumerate(lines) if not _is_utf8(line)]
    if not strange:
        return Decoded(content, "utf-8")
    for at in strange:
        lines[at] = _latin(lines[at]).encode()
    counted = f"counted: {len(strange):,}, from line {strange[0] + 1:,} on"
    reason = f"lines that are no UTF-8 were read as Windows-1252 ({counted})"
    return Decoded(b"\n".join(lines), "utf-8", ((None, None, None, "repaired", reason),))


def _latin(line: bytes) -> str:
    """A line in the Western encoding of Windows, its five unused bytes as Latin-1 has them."""
    return "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in line)


def _is_utf8(content: bytes) -> bool:
    """Whether the bytes are valid UTF-8."""
    if content.isascii():
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _wide(content: bytes) -> str | None:
    """UTF-16 without its mark shows in the zero bytes of every second place."""
    head = content[:4096]
    odd, even = head[1::2].count(0), head[::2].count(0)
    if odd > 0.4 * len(head[1::2]) and even < 0.05 * len(head):
        return "utf-16-le"
    if even > 0.4 * len(head[::2]) and odd < 0.05 * len(head):
        return "utf-16-be"
    return None


def _mostly_utf8(content: bytes) -> str | None:
    """UTF-8 in which a few lines were pasted from another encoding."""
    lines = [line for line in content[: 50 * _SAMPLE].split(b"\n") if not line.isascii()]
    sound = sum(map(_is_utf8, lines))
    return "utf-8" if sound > len(lines) - sound else None


def _legacy(content: bytes) -> str:
    """The one-byte encoding that reads best; Western unless the text says otherwise."""
    sample = b"\n".join(line for line in content[: 50 * _SAMPLE].split(b"\n") if not line.isascii())[:_SAMPLE]
    high = len(_HIGH.findall(sample))
    in_runs = sum(map(len, _HIGH_RUN.findall(sample)))
    text = _latin(sample)
    western = all(_WESTERN.match(character) for character in text if ord(character) > 127)
    if in_runs < 0.2 * high and western:
        return "cp1252" if re.search(rb"[\x80-\x9f]", sample) else "latin-1"
    import charset_normalizer  # takes its time to come, and few files need it

    guess = charset_normalizer.from_bytes(sample).best()
    if guess is None or (guess.encoding.startswith("mac") and in_runs < 0.2 * high):
        return "cp1252" if b"\x81" not in sample else "latin-1"
    return guess.encoding
