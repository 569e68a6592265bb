"""File access for commands: size-limited reads, atomic writes, and errors with a message for the user."""

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from foundation.i18n import N_, LazyText
from foundation.spreadsheets.decoding import BYTES_MAX
from guides.spreadsheets.files import SpreadsheetFile

EXIT_OK, EXIT_DATA_ERROR, EXIT_USAGE_ERROR = 0, 1, 2
STANDARD_OUTPUT = "-"


class CliError(Exception):
    """The command failed; `text` tells the user why and what to do."""

    def __init__(self, exit_code: int, text: LazyText) -> None:
        self.exit_code = exit_code
        self.text = text
        super().__init__(text.render("en"))


def read_file(path: Path) -> SpreadsheetFile:
    """Read a file, at most one byte beyond the size limit, so that a huge file does not fill the memory.

    Raises CliError.
    """
    try:
        with path.open("rb") as file:
            return SpreadsheetFile(path.name, file.read(BYTES_MAX + 1))
    except OSError as error:
        raise _file_error(path, error) from None


def check_output(output: str, inputs: Sequence[Path] = ()) -> None:
    """Check before the work begins that the output can be written and is none of the inputs. Raises CliError."""
    if output == STANDARD_OUTPUT:
        return
    path = Path(output)
    message = None
    try:
        if path.is_dir():
            message = N_("%(file)s is a folder. Name a file.")
        elif not path.absolute().parent.is_dir():
            message = N_("The folder of %(file)s does not exist. Make it first.")
        elif path.exists() and any(other.exists() and path.samefile(other) for other in inputs):
            message = N_("%(file)s is one of the files to read. Name another for --output.")
    except OSError as error:
        raise _file_error(path, error) from None
    if message:
        raise CliError(EXIT_USAGE_ERROR, LazyText(message, {"file": str(path)}))


def write_file(output: str, content: bytes) -> None:
    """Write a file atomically: a failure leaves the old one in place. Raises CliError."""
    write_chunks(output, (content,))


def write_chunks(output: str, chunks: Iterable[bytes]) -> None:
    """Write chunks atomically to a file, or as they come to standard output. Raises CliError."""
    if output == STANDARD_OUTPUT:
        _write_stdout(chunks)
        return
    path = Path(output).resolve()  # follow a symlink, so that the link itself is kept
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.exists() and not path.is_file():  # a pipe or a device
            with path.open("wb") as file:
                file.writelines(chunks)
            return
        try:
            with temporary.open("xb") as file:
                file.writelines(chunks)
                file.flush()
                # Before the rename, so that a crash leaves the old file or the new one, not an empty one.
                os.fsync(file.fileno())
            if path.exists():
                shutil.copymode(path, temporary)  # keep the permissions of the old file
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise _file_error(Path(output), error) from None


def print_error(line: str) -> None:
    """Write a line to standard error, apart from the command's output."""
    sys.stderr.write(f"{line}\n")


def _write_stdout(chunks: Iterable[bytes]) -> None:
    try:
        sys.stdout.buffer.writelines(chunks)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # The reader closed the pipe. Without this Python would report an error when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _file_error(path: Path, error: OSError) -> CliError:
    match error:
        case FileNotFoundError():
            message = N_("%(file)s does not exist.")
        case IsADirectoryError():
            message = N_("%(file)s is a folder. Name a file.")
        case PermissionError():
            message = N_("You may not open %(file)s.")
        case _:
            message = N_("%(file)s cannot be opened: %(why)s.")
    reason = error.strerror or type(error).__name__
    return CliError(EXIT_USAGE_ERROR, LazyText(message, {"file": str(path), "why": reason}))
