"""Pictures drawn anew: upright, no larger than needed, and without place, time, device or anything else that was in the file."""

import threading
from io import BytesIO
from typing import Literal

from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from foundation.i18n import N_, LazyText
from foundation.uploads.errors import UploadError

PIXELS_MAX = 50_000_000  # of the picture that comes in: a phone's largest
SIDE_PIXELS_MAX = 4_000  # pixels of the picture that is kept: a receipt on A4 at 340 dots per inch
DECODED_PIXELS_MAX = (
    12 * PIXELS_MAX
)  # pixels times scans of a JPEG: each scan is decoded over the whole picture
QUALITY = 85
SCAN_MARKER = b"\xff\xda"

Format = Literal["JPEG", "PNG", "WEBP"]

register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = PIXELS_MAX

# Decoding a picture of 50 million dots takes up to 500 MB for a second or two, and forty threads serve pages: one at a time.
_decoding_lock = threading.Lock()


def reencode(content: bytes, source: Format | Literal["HEIF"], target: Format) -> bytes:
    """The picture in the `target` format, turned as its EXIF says, at most SIDE_MAX on its longer side, and nothing beside it.

    Only the decoder of `source` sees the bytes. The size is read from the header before anything is decoded.
    Raises UploadError for more than PIXELS_MAX pixels, for one that moves, and for one that is damaged.
    """
    with _decoding_lock:
        try:
            return _reencode(content, source, target)
        except UploadError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_many_pixels_error() from None
        except Exception as problem:  # what a decoder raises on a crafted file can be anything
            raise UploadError(
                LazyText(N_("The picture is damaged or not complete. Take it again, or choose another one."))
            ) from problem


def _reencode(content: bytes, source: str, target: Format) -> bytes:
    with Image.open(BytesIO(content), formats=[source]) as image:
        pixels = image.width * image.height
        if (
            pixels > PIXELS_MAX
            or pixels * (content.count(SCAN_MARKER) if source == "JPEG" else 1) > DECODED_PIXELS_MAX
        ):
            raise _too_many_pixels_error()
        if source in {"PNG", "WEBP"} and getattr(image, "is_animated", False):
            raise UploadError(LazyText(N_("The picture moves. Choose one that stands still.")))
        image.draft(
            "RGB", (SIDE_PIXELS_MAX, SIDE_PIXELS_MAX)
        )  # a large JPEG is decoded at the size that is needed
        image.load()
        image.thumbnail((SIDE_PIXELS_MAX, SIDE_PIXELS_MAX))  # before anything copies it
        upright = ImageOps.exif_transpose(image)
        plain = upright.convert(_colour_mode(upright, target))
        bare = Image.new(plain.mode, plain.size)
        bare.paste(plain)
    kept = BytesIO()
    bare.save(kept, target, quality=QUALITY)
    return kept.getvalue()


def _colour_mode(image: Image.Image, target: Format) -> str:
    if image.mode in {"1", "L"}:
        return "L"
    return "RGBA" if image.has_transparency_data and target != "JPEG" else "RGB"


def _too_many_pixels_error() -> UploadError:
    return UploadError(
        LazyText(
            N_("The picture has more than %(most)s million dots. Take it again with a smaller size."),
            {"most": PIXELS_MAX // 1_000_000},
        )
    )
