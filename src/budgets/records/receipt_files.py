"""Which files are receipts, and what is kept of them."""

from typing import NewType

from budgets.errors import InvalidReceipt
from foundation.i18n import N_, LazyText
from foundation.uploads.errors import UploadError
from foundation.uploads.files import MediaType, detect_media_type, sanitize

ERASED_FILE = b"-"  # what a receipt holds when its file is gone


SanitizedReceipt = NewType("SanitizedReceipt", bytes)


def sanitize_receipt(content: bytes) -> SanitizedReceipt:
    """The receipt as it is kept: a picture drawn anew, or a PDF that holds pages and no more.

    Takes up to some seconds: before the transaction, not in it. Raises InvalidReceipt, whose text says what to do.
    """
    try:
        return SanitizedReceipt(sanitize(content).content)
    except UploadError as problem:
        raise InvalidReceipt(problem.text) from problem


def media_type_of(receipt: SanitizedReceipt) -> MediaType:
    """What a clean receipt is. Raises InvalidReceipt for what nobody cleaned."""
    found = detect_media_type(receipt)
    if found is None:
        raise InvalidReceipt(
            LazyText(N_("The file is not a picture or a PDF. Choose a JPEG, PNG, WebP, HEIC or PDF file."))
        )
    return found
