"""Uploaded files: recognised by their content, never by name or declared type, and sanitised before they are
stored.
"""

from enum import StrEnum

import msgspec

from foundation.i18n import N_, LazyText
from foundation.uploads import images, pdf_checks
from foundation.uploads.errors import UploadError

BYTES_MAX = 10 * 1024 * 1024
ZIP_END_RECORD = b"PK\x05\x06"
ZIP_END_SEARCH_BYTES = 22 + 65_535  # from the end: the record and the longest comment (APPNOTE 4.3.16)
HTML_MARKERS = (b"<!doctype html", b"<html", b"<script", b"<svg")


class MediaType(StrEnum):
    """The types of files that are stored."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"


FILE_EXTENSIONS: dict[str, str] = {
    MediaType.PDF: "pdf",
    MediaType.JPEG: "jpg",
    MediaType.PNG: "png",
    MediaType.WEBP: "webp",
}
ACCEPT_ATTRIBUTE = ".pdf,.jpg,.jpeg,.png,.webp,.heic,.heif,application/pdf,image/jpeg,image/png,image/webp,image/heic,image/heif"
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})


class SanitizedFile(msgspec.Struct, frozen=True):
    """A file as it is stored and sent."""

    media_type: MediaType
    content: bytes


def detect_media_type(content: bytes) -> MediaType | None:
    """The type of a file by its first bytes; None for any type that is not stored."""
    if content.startswith(b"%PDF-"):
        return MediaType.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return MediaType.WEBP
    return None


def sanitize(content: bytes) -> SanitizedFile:
    """The file as it may be stored: an image without metadata, or a PDF without active content.

    Takes up to some seconds: do not call it inside a write transaction. Raises UploadError, whose text says
    what to do.
    """
    if not content:
        raise UploadError(LazyText(N_("The file is empty. Choose another file.")))
    if len(content) > BYTES_MAX:
        raise UploadError(LazyText(N_("The file is larger than 10 MB. Take a smaller picture.")))
    kind = detect_media_type(content)
    is_heic = content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS
    if kind is None and not is_heic:
        raise UploadError(
            LazyText(N_("The file is not a picture or a PDF. Choose a JPEG, PNG, WebP, HEIC or PDF file."))
        )
    _reject_polyglot(content)
    if kind is MediaType.PDF:
        pdf_checks.reject_active_content(content)
        # Stored unchanged, hence only ever served as a download in a sandbox (ADR 0005).
        return SanitizedFile(MediaType.PDF, content)
    match kind:
        case MediaType.PNG:
            return SanitizedFile(MediaType.PNG, images.reencode(content, "PNG", "PNG"))
        case MediaType.WEBP:
            return SanitizedFile(MediaType.WEBP, images.reencode(content, "WEBP", "WEBP"))
    # HEIC becomes JPEG, because many browsers can't show HEIC (ADR 0005).
    return SanitizedFile(MediaType.JPEG, images.reencode(content, "HEIF" if is_heic else "JPEG", "JPEG"))


def _reject_polyglot(content: bytes) -> None:
    """Raises UploadError for a file that another program could open as a web page or as an archive."""
    folded = content.lower()
    if ZIP_END_RECORD in content[-ZIP_END_SEARCH_BYTES:] or any(mark in folded for mark in HTML_MARKERS):
        raise UploadError(
            LazyText(N_("Something else is hidden in the file. Take a new picture, and choose that."))
        )
