"""Files to upload: ordinary and hostile ones."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
from PIL import Image

GPS, ORIENTATION, GPS_LATITUDE = 0x8825, 0x0112, 2


def image_file(kind: str, size: tuple[int, int] = (60, 40), **more: object) -> bytes:
    """An image with a red upper left corner, encoded as `kind`."""
    image = Image.new("RGB", size, (20, 90, 60))
    image.paste((200, 30, 30), (0, 0, size[0] // 3, size[1] // 3))
    content = BytesIO()
    image.save(content, kind, **more)
    return content.getvalue()


def phone_photo(kind: str) -> bytes:
    """An image with GPS coordinates, a camera name and an EXIF rotation."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turn a quarter clockwise to see it upright
    exif[0x010F] = "Hemmelig kameramaerke"
    exif.get_ifd(GPS)[GPS_LATITUDE] = (56.0, 9.0, 26.0)
    return image_file(kind, exif=exif.tobytes())


def pdf(change: Callable[[pikepdf.Pdf], None] = lambda _: None, **options: object) -> bytes:
    """A PDF of one empty page, after `change`."""
    content = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(200, 300))
        change(document)
        document.save(content, **options)
    return content.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few hundred bytes that claim to be a PNG of that size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def add_javascript(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = document.make_indirect(
        pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    )
