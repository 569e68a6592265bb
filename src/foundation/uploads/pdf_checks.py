"""PDFs that hold pages and nothing that acts: no code, no programs to start, no files inside, no lock.

A conservative look at the bytes, not a parser: the names that such things need (ISO 32000-1, 12.6.4 and 7.11.4) are looked
for in the whole file and in every compressed stream in it, whatever the file says a stream is. Who writes a stream twice
encoded can still hide them; therefore a PDF is only ever given out as a download that no page of ours runs.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import chain

from foundation.i18n import N_, LazyText
from foundation.uploads.errors import UploadError

PROCESSED_BYTES_MAX = (
    200 * 1024 * 1024
)  # bytes read and inflated over all streams; they are looked through piece by piece
READ_CHUNK_BYTES = 4 * 1024  # bytes read at a time
INFLATE_CHUNK_BYTES = 256 * 1024  # bytes inflated at a time
STREAMS_MAX = 5_000
TRAILER_SEARCH_BYTES = 2_048  # bytes from the end in which a PDF says that it is complete

_ESCAPED_CHARACTER = re.compile(rb"#([0-9A-Fa-f]{2})")  # a name may be written /J#61vaScript
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_ENCRYPTED = re.compile(rb"/Encrypt\b")
_ACTIVE_CONTENT = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|Rendition|Movie|Sound)\b"
)
_NAME_BYTES_MAX = 64  # bytes that a name may stand across two pieces, escapes included


def reject_active_content(content: bytes) -> None:
    """Raises UploadError for a PDF that is not complete, is locked, is too large inside, or holds more than pages."""
    end = content[-TRAILER_SEARCH_BYTES:]
    if b"startxref" not in end or b"%%EOF" not in end or not re.search(rb"\d obj\b", content):
        raise UploadError(
            LazyText(N_("The PDF is damaged or not complete. Save it again, or take a picture of it."))
        )
    for piece in chain((content,), _inflated_chunks(content)):
        plain = _ESCAPED_CHARACTER.sub(lambda found: bytes([int(found[1], 16)]), piece)
        if _ENCRYPTED.search(plain):
            raise UploadError(
                LazyText(N_("The PDF is locked with a password. Save it without, or take a picture of it."))
            )
        if _ACTIVE_CONTENT.search(plain):
            raise UploadError(
                LazyText(
                    N_("The PDF holds code or other files. Print it as a new PDF, or take a picture of it.")
                )
            )


def _inflated_chunks(content: bytes) -> Iterator[bytes]:
    """What every compressed stream holds, in pieces that overlap by a name's length.

    Raises UploadError when reading and inflating takes more than WORK_MAX.
    """
    left = PROCESSED_BYTES_MAX
    for count, found in enumerate(_STREAM.finditer(content), start=1):
        if count > STREAMS_MAX:
            raise _too_large_error()
        before = b""
        for read, piece in _inflate_stream(content, found.end()):
            left -= read + len(piece)
            if left < 0:
                raise _too_large_error()
            yield before + piece
            before = piece[-_NAME_BYTES_MAX:]


def _inflate_stream(content: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """One stream from `start`, in steps: how many bytes were read, and what they hold. Ends with the stream or its first fault."""
    decoder = zlib.decompressobj()
    try:
        while not decoder.eof and start < len(content):
            waiting = content[start : start + READ_CHUNK_BYTES]
            start += READ_CHUNK_BYTES
            read = len(waiting)
            while waiting:
                yield read, decoder.decompress(waiting, INFLATE_CHUNK_BYTES)
                waiting, read = decoder.unconsumed_tail, 0
    except zlib.error:  # not compressed in that way, or damaged
        return


def _too_large_error() -> UploadError:
    return UploadError(
        LazyText(N_("The PDF is far larger inside than it looks. Take a picture of it instead."))
    )
