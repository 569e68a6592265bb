"""Which uploads are accepted: images, re-encoded, and PDFs without active content.

The malicious files are made here; none is a real one.
"""

import random
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pikepdf
import pytest
from PIL import Image

from foundation.uploads import images, pdf_checks
from foundation.uploads.errors import UploadError
from foundation.uploads.files import BYTES_MAX, MediaType, sanitize
from tests.support.upload_files import add_javascript, huge_png, image_file, pdf, phone_photo

SEED = 20261125


COMPRESSED = {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "compress_streams": True}


def refusal(content: bytes) -> str:
    with pytest.raises(UploadError) as caught:
        sanitize(content)
    return caught.value.text.render("da")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("JPEG", MediaType.JPEG), ("PNG", MediaType.PNG), ("WEBP", MediaType.WEBP), ("HEIF", MediaType.JPEG)],
)
def test_a_picture_is_kept_upright_and_without_what_the_camera_hid_in_it(
    kind: str, expected: MediaType
) -> None:
    taken = phone_photo(kind)
    assert b"Hemmelig" in taken
    sanitized = sanitize(taken)
    assert sanitized.media_type is expected
    assert b"Hemmelig" not in sanitized.content
    with Image.open(BytesIO(sanitized.content)) as image:
        assert image.size == (40, 60)
        assert not image.getexif()
        assert not set(image.info) - {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "loop",
            "background",
        }
        red, green, _ = image.convert("RGB").getpixel((image.width - 3, 3))
        assert red > 150 > green, "the red corner is where the camera held it"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_is_kept_is_taken_again_and_the_same_file_is_kept_alike(kind: str) -> None:
    once = sanitize(image_file(kind))
    assert sanitize(once.content).media_type is once.media_type
    assert sanitize(image_file(kind)) == once


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_pictures_of_every_depth_are_kept(mode: str) -> None:
    content = BytesIO()
    Image.new(mode, (9, 9)).save(content, "JPEG" if mode == "CMYK" else "PNG")
    with Image.open(BytesIO(sanitize(content.getvalue()).content)) as image:
        assert image.size == (9, 9)


def test_a_large_photo_is_kept_at_the_size_that_a_receipt_needs() -> None:
    with Image.open(BytesIO(sanitize(image_file("JPEG", (8_000, 6_000))).content)) as image:
        assert image.size == (4_000, 3_000)


def huge_jpeg(width: int, height: int) -> bytes:
    content = bytearray(image_file("JPEG"))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        huge_png(50_000, 50_000),
        huge_png(10_000, 5_001),
        huge_png(2**31 - 1, 1_000),
        huge_jpeg(50_000, 50_000),
    ],
    ids=["png", "just too large", "widest", "jpeg"],
)
def test_a_picture_of_too_many_dots_is_refused_by_its_header(content: bytes, monkeypatch) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("it was decoded"))
    assert "50 millioner punkter" in refusal(content)


def test_a_jpeg_of_very_many_scans_is_refused_before_it_is_decoded() -> None:
    content = image_file("JPEG", (6_000, 6_000), progressive=True)
    scan = content.index(images.SCAN_MARKER)
    assert "50 millioner punkter" in refusal(content[:scan] + content[scan:-2] * 20 + content[-2:])


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), (shade, 0, 0)) for shade in (0, 90, 180)]
    content = BytesIO()
    frames[0].save(content, kind, save_all=True, append_images=frames[1:])
    return content.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(kind: str) -> None:
    assert "bevæger sig" in refusal(animated(kind))


def zip_bomb() -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        archive.writestr("bilag.pdf", b"\0" * 50_000_000)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"<!doctype html><script>alert(1)</script>",
        animated("GIF"),
        image_file("BMP"),
        image_file("TIFF"),
        zip_bomb(),
        b"MZ\x90\x00" + b"x" * 100,
        b"\x1f\x8b" + b"x" * 100,
        b"....ftypavif....",
        b"....ftypisom....",
        b"%!PS-Adobe-3.0\n",
    ],
    ids=["svg", "xml", "html", "gif", "bmp", "tiff", "zip bomb", "exe", "gzip", "avif", "mp4", "postscript"],
)
def test_what_is_no_picture_and_no_pdf_is_refused_whatever_it_is_called(content: bytes) -> None:
    assert "ikke et billede eller en PDF" in refusal(content)


def with_archive(content: bytes) -> bytes:
    both = BytesIO(content)
    with ZipFile(both, "a") as archive:
        archive.writestr("program.exe", b"MZ")
    return both.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        image_file("JPEG") + b"<html><script>alert(1)</script>",
        image_file("JPEG", comment=b"<ScRiPt>alert(1)</sCrIpT>"),
        image_file("PNG") + b"<!DOCTYPE html>",
        pdf() + b"<svg onload=alert(1)>",
        with_archive(pdf()),
        with_archive(image_file("JPEG")),
        with_archive(image_file("WEBP")),
    ],
    ids=["jpeg+html", "comment", "png+html", "pdf+svg", "pdf+zip", "jpeg+zip", "webp+zip"],
)
def test_a_file_that_is_two_files_is_refused(content: bytes) -> None:
    assert "gemt noget andet" in refusal(content)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("part", [0.05, 0.5, 0.9])
def test_a_picture_that_was_cut_off_is_refused(kind: str, part: float) -> None:
    image = Image.effect_noise((300, 300), 90).convert("RGB")
    content = BytesIO()
    image.save(content, kind)
    assert "ikke helt" in refusal(content.getvalue()[: int(len(content.getvalue()) * part)])


def test_no_file_and_a_file_that_is_too_large_are_refused() -> None:
    assert "tom" in refusal(b"")
    assert "10 MB" in refusal(image_file("JPEG") + b"\0" * BYTES_MAX)


@pytest.mark.parametrize("how", [{}, COMPRESSED, {"linearize": True}], ids=["plain", "packed", "linearized"])
def test_a_pdf_of_pages_is_kept_as_it_is(how: dict[str, object]) -> None:
    content = pdf(**how)
    assert sanitize(content) == (sanitize(content))
    assert sanitize(content).content == content


def add_launch_action(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"))


def add_attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["program.exe"] = b"MZ"


def add_submit_action(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(
        pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="http://x.example")
    )


@pytest.mark.parametrize("how", [{}, COMPRESSED], ids=["plain", "packed"])
@pytest.mark.parametrize("change", [add_javascript, add_launch_action, add_attachment, add_submit_action])
def test_a_pdf_that_acts_or_holds_files_is_refused(
    change: Callable[[pikepdf.Pdf], None], how: dict[str, object]
) -> None:
    assert "programkode eller andre filer" in refusal(pdf(change, **how))


def test_a_name_that_is_written_in_numbers_is_the_same_name() -> None:
    assert "programkode" in refusal(pdf(add_javascript).replace(b"/JavaScript", b"/J#61v#61Script"))


def test_a_locked_pdf_is_refused() -> None:
    locked = pdf(encryption=pikepdf.Encryption(owner="ejer", user=""))
    assert "låst" in refusal(locked)


def test_a_pdf_that_was_cut_off_is_refused() -> None:
    content = pdf()
    for part in (5, len(content) // 2, len(content) - 10):
        assert "ikke hel" in refusal(content[:part])


def add_bomb(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Bomb = pdf.make_stream(b"\0" * 250_000_000)


def test_a_pdf_that_swells_is_refused_before_it_has_swollen() -> None:
    content = pdf(add_bomb, compress_streams=True)
    assert len(content) < BYTES_MAX
    assert "meget større indeni" in refusal(content)


def test_a_pdf_of_streams_within_streams_is_refused() -> None:
    """Every stored block contains the start of another stream, so that each would be read to the end of the
    file.
    """
    data = b"stream\n\x78\x01"
    block = b"\x00" + struct.pack("<HH", len(data), len(data) ^ 0xFFFF) + data
    content = pdf()
    assert "meget større indeni" in refusal(
        content[:-60] + b"stream\n\x78\x01" + block * 400_000 + content[-60:]
    )


MUTANTS = 400


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "PDF", "packed PDF"])
def test_no_mutation_of_a_file_does_more_than_be_refused(kind: str) -> None:
    chance = random.Random(f"{SEED} {kind}")
    good = (
        pdf(add_text, **(COMPRESSED if kind.startswith("packed") else {}))
        if kind.endswith("PDF")
        else phone_photo(kind)
    )
    taken = 0
    for _ in range(MUTANTS):
        try:
            sanitized = sanitize(mutated(good, chance))
        except UploadError:
            continue
        taken += 1
        assert sanitized.media_type in set(MediaType)
        if sanitized.media_type is not MediaType.PDF:
            assert b"Hemmelig" not in sanitized.content
    assert taken < MUTANTS


def add_text(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_stream(b"BT /F1 11 Tf (Tak for i dag) Tj ET\n" * 40)


def mutated(good: bytes, chance: random.Random) -> bytes:
    """The file with bytes flipped, cut out, repeated or made extreme, but with its signature intact."""
    content = bytearray(good)
    for _ in range(chance.choice((1, 1, 3, 20))):
        position = chance.randrange(12, len(content))
        match chance.randrange(5):
            case 0:
                content[position] ^= 1 << chance.randrange(8)
            case 1:
                content[position : position + 4] = chance.choice(
                    (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff")
                )
            case 2:
                del content[position : position + chance.randrange(1, 60)]
            case 3:
                content[position:position] = content[position : position + chance.randrange(1, 200)]
            case _:
                content[position] = chance.randrange(256)
        if len(content) < 20:
            break
    return bytes(content)


def test_the_work_on_a_pdf_is_counted_in_bytes_not_in_what_it_says() -> None:
    assert (
        sum(
            read + len(piece)
            for read, piece in pdf_checks._inflate_stream(zlib.compress(b"x" * 5_000_000), 0)
        )
        < 6_000_000
    )
