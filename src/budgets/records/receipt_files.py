"""Which files are receipts, and what is kept of them."""

from typing import NewType

from budgets.errors import UnknownReceipt
from foundation.i18n import N_, Text
from foundation.uploads.errors import BadUpload
from foundation.uploads.files import MediaType, clean, media_type

GONE_FILE = b"-"  # what a receipt holds when its file is gone


CleanReceipt = NewType("CleanReceipt", bytes)


def clean_receipt(content: bytes) -> CleanReceipt:
    """The receipt as it is kept: a picture drawn anew, or a PDF that holds pages and no more.

    Takes up to some seconds: before the transaction, not in it. Raises UnknownReceipt, whose text says what to do.
    """
    try:
        return CleanReceipt(clean(content).content)
    except BadUpload as problem:
        raise UnknownReceipt(problem.text) from problem


def kind_of(receipt: CleanReceipt) -> MediaType:
    """What a clean receipt is. Raises UnknownReceipt for what nobody cleaned."""
    found = media_type(receipt)
    if found is None:
        raise UnknownReceipt(
            Text(N_("The file is not a picture or a PDF. Choose a JPEG, PNG, WebP, HEIC or PDF file."))
        )
    return found
