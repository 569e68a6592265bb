"""Decoding a file that a spreadsheet saved: UTF-8 with or without BOM, UTF-16 with BOM, or Windows-1252."""

import codecs
import re

from foundation.i18n import N_
from foundation.spreadsheets.errors import SpreadsheetErrors, SpreadsheetIssue

BYTES_MAX = 10 * 1024 * 1024

_BINARY_STARTS = (
    (
        (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"),
        N_("This is a workbook (xlsx) or a zip file. Open it in the spreadsheet and save it as CSV."),
    ),
    (
        (b"\xd0\xcf\x11\xe0",),
        N_("This is an old workbook (xls). Open it in the spreadsheet and save it as CSV."),
    ),
    ((b"%PDF",), N_("This is a PDF. Find the spreadsheet that it was made from and save it as CSV.")),
)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL_BYTE = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


def replace_control_characters(text: str) -> str:
    """The text with a space for each character that `decode_spreadsheet` refuses."""
    return _CONTROL.sub(" ", text)


def decode_spreadsheet(content: bytes, file_name: str) -> str:
    """The file's text without its byte order mark.

    Raises SpreadsheetErrors for a file that is empty, larger than BYTES_MAX, a workbook, a PDF, or not text.
    """
    if len(content) > BYTES_MAX:
        raise _file_error(
            file_name,
            N_("The file is larger than %(limit)d MB. Split it into several files."),
            limit=BYTES_MAX // 1024 // 1024,
        )
    for starts, message in _BINARY_STARTS:
        if content.startswith(starts):
            raise _file_error(file_name, message)
    # Not in UTF-16, where every Latin letter has a zero byte.
    if not content.startswith(_UTF_16) and (control := _CONTROL_BYTE.search(content)):
        raise _not_text_error(file_name, content.count(b"\n", 0, control.start()) + 1)
    text = _decode(content, file_name)
    # A second time: UTF-16 wasn't checked above, and some control characters appear only after decoding.
    if control_character := _CONTROL.search(text):
        raise _not_text_error(file_name, text.count("\n", 0, control_character.start()) + 1)
    if not text.strip():
        raise _file_error(file_name, N_("The file is empty."))
    return text


def _decode(content: bytes, file_name: str) -> str:
    if content.startswith(_UTF_16):
        encodings = ["utf-16"]
    elif content.startswith(codecs.BOM_UTF8):
        encodings = ["utf-8-sig"]
    elif _mixes_encodings(content):
        encodings = []
    else:
        # In this order: nearly all bytes are valid Windows-1252, so UTF-8 would never be tried after it.
        encodings = ["utf-8", "windows-1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _file_error(
        file_name,
        N_("The letters cannot be read. Open the file in the spreadsheet and save it as CSV in UTF-8."),
    )


def _mixes_encodings(content: bytes) -> bool:
    """Whether the bytes are mostly but not all UTF-8: decoded as Windows-1252 they would read "SÃ¸ren"."""
    text = content.decode("utf-8", errors="surrogateescape")
    stray = sum("\udc80" <= character <= "\udcff" for character in text) if not text.isascii() else 0
    if not stray:
        return False
    letters = sum(character > "\x7f" for character in text) - stray
    return letters >= stray


def _not_text_error(file_name: str, line: int) -> SpreadsheetErrors:
    message = N_("This is not a text file: line %(line)d holds characters that no text has. Save it as CSV.")
    return _file_error(file_name, message, line=line)


def _file_error(file_name: str, message: str, **values: str | int) -> SpreadsheetErrors:
    return SpreadsheetErrors([SpreadsheetIssue(file=file_name, message=message, values=values)])
