"""Rejecting PDFs with active content: scripts, programs to launch, embedded files, encryption.

A conservative scan of the bytes, not a parser: the names that such content needs (ISO 32000-1, 12.6.4 and
7.11.4) are searched for in the whole file and in every compressed stream in it, whatever the file declares a
stream to be. A stream that is encoded twice can still hide them; therefore a PDF is only ever sent as a
download, which no page of ours opens.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import chain

from foundation.i18n import N_, LazyText
from foundation.uploads.errors import UploadError

# With this limit a decompression bomb is given up after 0.4 s (ADR 0005).
PROCESSED_BYTES_MAX = 200 * 1024 * 1024  # read and inflated over all streams
READ_CHUNK_BYTES = 4 * 1024
INFLATE_CHUNK_BYTES = 256 * 1024
STREAMS_MAX = 5_000
TRAILER_SEARCH_BYTES = 2_048  # from the end, where a complete PDF has its trailer

_ESCAPED_CHARACTER = re.compile(rb"#([0-9A-Fa-f]{2})")  # a name may be written /J#61vaScript
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_ENCRYPTED = re.compile(rb"/Encrypt\b")
_ACTIVE_CONTENT = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|Rendition|Movie|Sound)\b"
)
_NAME_BYTES_MAX = 64  # the overlap of two chunks, so that no name is split; escapes included


def reject_active_content(content: bytes) -> None:
    """Raises UploadError for a PDF that is incomplete, encrypted, too large when inflated, or has active
    content.
    """
    end = content[-TRAILER_SEARCH_BYTES:]
    if b"startxref" not in end or b"%%EOF" not in end or not re.search(rb"\d obj\b", content):
        raise UploadError(
            LazyText(N_("The PDF is damaged or not complete. Save it again, or take a picture of it."))
        )
    for chunk in chain((content,), _inflated_chunks(content)):
        unescaped = _ESCAPED_CHARACTER.sub(lambda escape: bytes([int(escape[1], 16)]), chunk)
        if _ENCRYPTED.search(unescaped):
            raise UploadError(
                LazyText(N_("The PDF is locked with a password. Save it without, or take a picture of it."))
            )
        if _ACTIVE_CONTENT.search(unescaped):
            raise UploadError(
                LazyText(
                    N_("The PDF holds code or other files. Print it as a new PDF, or take a picture of it.")
                )
            )


def _inflated_chunks(content: bytes) -> Iterator[bytes]:
    """The content of every compressed stream, in chunks that overlap by the length of a name.

    Raises UploadError when reading and inflating take more than PROCESSED_BYTES_MAX.
    """
    remaining = PROCESSED_BYTES_MAX
    for count, stream in enumerate(_STREAM.finditer(content), start=1):
        if count > STREAMS_MAX:
            raise _too_large_error()
        overlap = b""
        for read, chunk in _inflate_stream(content, stream.end()):
            # Bytes read count too: a stream that inflates to little still takes time to read.
            remaining -= read + len(chunk)
            if remaining < 0:
                raise _too_large_error()
            yield overlap + chunk
            overlap = chunk[-_NAME_BYTES_MAX:]


def _inflate_stream(content: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """One stream from `start`, in steps: the number of bytes read and their inflated content.

    Ends with the stream, or at the first error in it.
    """
    decoder = zlib.decompressobj()
    try:
        while not decoder.eof and start < len(content):
            pending = content[start : start + READ_CHUNK_BYTES]
            start += READ_CHUNK_BYTES
            read = len(pending)
            while pending:
                yield read, decoder.decompress(pending, INFLATE_CHUNK_BYTES)
                pending, read = decoder.unconsumed_tail, 0
    except zlib.error:  # not Flate, or damaged
        return


def _too_large_error() -> UploadError:
    return UploadError(
        LazyText(N_("The PDF is far larger inside than it looks. Take a picture of it instead."))
    )
