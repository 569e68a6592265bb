"""Sanitizing of receipt files, and their media types."""

from typing import NewType

from budgets.errors import InvalidReceipt
from foundation.i18n import N_, LazyText
from foundation.uploads.errors import UploadError
from foundation.uploads.files import MediaType, detect_media_type, sanitize

# The one value by which the database lets a receipt's content be replaced (ADR 0011).
ERASED_FILE = b"-"  # content of a receipt whose file was erased

SanitizedReceipt = NewType("SanitizedReceipt", bytes)


def sanitize_receipt(content: bytes) -> SanitizedReceipt:
    """Returns the receipt as it is stored: a re-encoded image, or a PDF without active content.

    Takes up to some seconds, so call it before the transaction. Raises InvalidReceipt, whose text says what
    to do.
    """
    try:
        return SanitizedReceipt(sanitize(content).content)
    except UploadError as error:
        raise InvalidReceipt(error.text) from error


def media_type_of(receipt: SanitizedReceipt) -> MediaType:
    """The media type of a sanitized receipt. Raises InvalidReceipt for any other content."""
    # From the first bytes: the sender's file name and content type are not trusted (ADR 0004).
    media_type = detect_media_type(receipt)
    if media_type is None:
        raise InvalidReceipt(
            LazyText(N_("The file is not a picture or a PDF. Choose a JPEG, PNG, WebP, HEIC or PDF file."))
        )
    return media_type
