"""Re-encoding images: upright, no larger than needed, without location, time, device or any other metadata."""

import threading
from io import BytesIO
from typing import Literal

from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from foundation.i18n import N_, LazyText
from foundation.uploads.errors import UploadError

PIXELS_MAX = 50_000_000  # of an uploaded image: the largest that a phone takes
SIDE_PIXELS_MAX = 4_000  # of a stored image: a receipt on A4 at 340 dots per inch
DECODED_PIXELS_MAX = 12 * PIXELS_MAX  # pixels times scans of a JPEG: each scan covers the whole image
QUALITY = 85
SCAN_MARKER = b"\xff\xda"

Format = Literal["JPEG", "PNG", "WEBP"]

register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = PIXELS_MAX

# Decoding 50 million pixels takes up to 500 MB for a second or two, and forty threads serve requests: one at a time.
_decoding_lock = threading.Lock()


def reencode(content: bytes, source: Format | Literal["HEIF"], target: Format) -> bytes:
    """The image in the `target` format, rotated as its EXIF says, at most SIDE_PIXELS_MAX on its longer side.

    Only the decoder of `source` gets the bytes. The size is read from the header before anything is decoded.
    Raises UploadError for more than PIXELS_MAX pixels, for an animation, and for a damaged image.
    """
    with _decoding_lock:
        try:
            return _reencode(content, source, target)
        except UploadError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_many_pixels_error() from None
        except Exception as error:  # a decoder can raise anything on a crafted file
            raise UploadError(
                LazyText(N_("The picture is damaged or not complete. Take it again, or choose another one."))
            ) from error


def _reencode(content: bytes, source: str, target: Format) -> bytes:
    # Only the decoder of the detected type: a file may be valid in two formats at once (ADR 0005).
    with Image.open(BytesIO(content), formats=[source]) as image:
        # From the header, before anything is decoded: a small file may claim 50,000 by 50,000 pixels.
        pixels = image.width * image.height
        if (
            pixels > PIXELS_MAX
            or pixels * (content.count(SCAN_MARKER) if source == "JPEG" else 1) > DECODED_PIXELS_MAX
        ):
            raise _too_many_pixels_error()
        if source in {"PNG", "WEBP"} and getattr(image, "is_animated", False):
            raise UploadError(LazyText(N_("The picture moves. Choose one that stands still.")))
        # A large JPEG is decoded at a smaller size where that suffices.
        image.draft("RGB", (SIDE_PIXELS_MAX, SIDE_PIXELS_MAX))
        image.load()
        image.thumbnail(
            (SIDE_PIXELS_MAX, SIDE_PIXELS_MAX)
        )  # first, so that the steps below copy the smaller image
        # Before the metadata is dropped, because the orientation is part of it.
        upright = ImageOps.exif_transpose(image)
        converted = upright.convert(_colour_mode(upright, target))
        # A new image instead of removing tags: each format hides metadata in several places (ADR 0005).
        without_metadata = Image.new(converted.mode, converted.size)
        without_metadata.paste(converted)
    output = BytesIO()
    without_metadata.save(output, target, quality=QUALITY)
    return output.getvalue()


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
