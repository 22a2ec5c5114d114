"""Archives: a file inside unpacked, never further than a file may be large."""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter

from retention.errors import IntakeError
from retention.intake.read.checks import check_archive, inner_name, open_archive, refuse

_DAMAGED = "The archive is cut off or damaged. Download or export it again, or unpack it and upload the table inside."

_NO_TABLE = (".pdf", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".md", ".doc", ".docx", ".ppt", ".pptx", ".css", ".js")


def unpacked_gzip(content: bytes, max_bytes: int) -> bytes:
    """The file inside a gzip archive."""
    whole = bytearray()
    rest = content
    while rest.startswith(b"\x1f\x8b"):
        stream = zlib.decompressobj(wbits=31)
        try:
            whole += stream.decompress(rest, max_bytes + 1 - len(whole))
        except zlib.error:
            raise IntakeError(_DAMAGED) from None
        if len(whole) > max_bytes:
            raise _too_large(max_bytes)
        if not stream.eof:
            raise IntakeError(_DAMAGED)
        rest = stream.unused_data
    return bytes(whole)


def zipped_files(content: bytes, max_bytes: int) -> dict[str, int]:
    """The files of a zip archive that may hold a table, and their sizes.

    Raises:
        IntakeError: it holds none, or unpacks to more than it should.
    """
    with open_archive(content) as archive:
        check_archive(archive, len(content), max_bytes)
        listed = [info for info in archive.infolist() if not info.is_dir() and not _is_clutter(info.filename)]
    files = {info.filename: info.file_size for info in listed}
    twice = next((name for name, times in Counter(info.filename for info in listed).items() if times > 1), None)
    if twice is not None:
        raise IntakeError(
            f"The zip archive holds two files under the one name “{inner_name(twice)}”, and says not which is meant. "
            "Unpack it and upload the table itself."
        )
    if not files:
        raise IntakeError("The zip archive holds no file. Upload the table itself, as CSV or XLSX.")
    return {name: size for name, size in files.items() if not name.lower().endswith(_NO_TABLE)} or files


def unzipped(content: bytes, name: str, max_bytes: int) -> bytes:
    """One file of a zip archive."""
    with open_archive(content) as archive:
        if archive.getinfo(name).file_size > max_bytes:
            raise _too_large(max_bytes)
        try:
            return archive.read(name)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
            raise IntakeError(_DAMAGED) from None
        except RuntimeError:
            raise refuse("an archive protected by a password", "Save it without the password") from None


def _too_large(max_bytes: int) -> IntakeError:
    return IntakeError(
        f"The file unpacks to more than {max_bytes / 1e6:,.0f} MB. Leave out what is not needed, and try again."
    )


def _is_clutter(path: str) -> bool:
    name = inner_name(path)
    return path.startswith("__MACOSX/") or name.startswith(".") or name in ("Thumbs.db", "desktop.ini")
