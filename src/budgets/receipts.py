"""Which files are receipts: decided by their first bytes, never by the name or the type that came along. Pure."""

from budgets.errors import UnknownReceipt
from foundation.language import N_, Text

BYTES_MAX = 10 * 1024 * 1024
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.webp,application/pdf,image/jpeg,image/png,image/webp"
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


def media_type(content: bytes) -> str:
    """The media type of a receipt. Raises UnknownReceipt for what is no PDF, JPEG, PNG or WebP, is empty or too large."""
    if not content:
        raise UnknownReceipt(Text(N_("The file is empty. Choose another file.")))
    if len(content) > BYTES_MAX:
        raise UnknownReceipt(
            Text(N_("The file is larger than 10 MB. Take a smaller picture of the receipt."))
        )
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    raise UnknownReceipt(
        Text(N_("The file is not a picture or a PDF. Choose a JPEG, PNG, WebP or PDF file."))
    )
