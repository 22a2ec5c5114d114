"""Archives of one table: the member unpacked, never further than a file may be large."""

from __future__ import annotations

import zipfile
import zlib

from retention.errors import IntakeError
from retention.intake.checks import check_archive, inner_name, open_archive, refuse

_DAMAGED = "The archive is cut off or damaged. Download or export it again, or unpack it and upload the table inside."


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


def unpacked_zip(content: bytes, max_bytes: int) -> tuple[bytes, str]:
    """The one file inside a zip archive, and its name."""
    with open_archive(content) as archive:
        check_archive(archive, len(content), max_bytes)
        members = [info for info in archive.infolist() if not info.is_dir() and not _is_clutter(info.filename)]
        if not members:
            raise IntakeError("The zip archive holds no file. Upload the table itself, as CSV or XLSX.")
        if len(members) > 1:
            names = ", ".join(inner_name(info.filename) for info in members[:5])
            raise IntakeError(
                f"The zip archive holds {len(members):,} files ({names}{', …' if len(members) > 5 else ''}). "
                "Unpack it and upload the one with the customers."
            )
        if members[0].file_size > max_bytes:
            raise _too_large(max_bytes)
        try:
            return archive.read(members[0]), inner_name(members[0].filename)
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
