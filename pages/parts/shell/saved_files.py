"""Small files that were saved here, opened again: the one way to the text of an upload outside the sandbox."""

from __future__ import annotations

from streamlit.runtime.uploaded_file_manager import UploadedFile

from retention.saved_text import LARGEST_SAVED, check_saved

MEGABYTES = LARGEST_SAVED // 1_000_000
"""What the browser is told is the most, so that it refuses before it sends."""


def text_of(file: UploadedFile, *, what: str) -> str:
    """The text of an uploaded file, if it is small enough for what it should be.

    Args:
        file: the upload.
        what: what it should be: "a saved mapping".

    Raises:
        InputError: it is too large.
    """
    check_saved(file.size, what=what)
    return file.getvalue().decode(errors="replace")
