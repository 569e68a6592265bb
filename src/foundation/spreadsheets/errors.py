"""What is wrong with a spreadsheet file, said so that whoever typed it can put it right.

SpreadsheetErrors   one file or several files together cannot be used; carries every Fault
CellError     one cell cannot be read; raised by a reader of cells, caught by `read_sheet`
"""

from collections.abc import Iterable

import msgspec

from foundation.i18n import N_, LazyText

ERRORS_SHOWN_MAX = 100
QUOTED_LENGTH_MAX = 40  # characters of a cell that a message repeats

MessageValues = dict[str, str | int]


class SpreadsheetIssue(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, and where: the row is the one that the spreadsheet shows, the header being row 1."""

    file: str
    row: int | None = None
    column: str | None = None  # as the file itself spells it
    message: str  # English msgid with %(name)s placeholders
    values: MessageValues = {}

    def render(self, language: str) -> str:
        """One line in that language: "guider.csv, række 14, kolonne Kapacitet: 'to' er ikke et tal. Skriv fx 2." """
        if self.row is not None and self.column is not None:
            frame = N_("%(file)s, row %(row)d, column %(column)s: %(message)s")
        elif self.row is not None:
            frame = N_("%(file)s, row %(row)d: %(message)s")
        elif self.column is not None:
            frame = N_("%(file)s, column %(column)s: %(message)s")
        else:
            frame = N_("%(file)s: %(message)s")
        message = LazyText(self.message, self.values).render(language)
        place: MessageValues = {
            "file": self.file,
            "row": self.row or 0,
            "column": self.column or "",
            "message": message,
        }
        return LazyText(frame, place).render(language)


class SpreadsheetErrors(Exception):
    """The file is not used, not even in part. `faults` is never empty and at most FAULTS_SHOWN_MAX long per file."""

    def __init__(self, errors: Iterable[SpreadsheetIssue]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(fault.render("en") for fault in self.errors))


class CellError(Exception):
    """A cell does not say what its column needs."""

    def __init__(self, message: str, **values: str | int) -> None:
        self.message = message
        self.values: MessageValues = values
        super().__init__(message % values)


class ErrorCollector:
    """Collects the faults of one file; past the limit it only counts, so that noise cannot fill the memory."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._errors: list[SpreadsheetIssue] = []
        self._omitted_count = 0

    def __bool__(self) -> bool:
        return bool(self._errors)

    def add(
        self, message: str, *, row: int | None = None, column: str | None = None, **values: str | int
    ) -> None:
        """Note one fault."""
        if len(self._errors) >= ERRORS_SHOWN_MAX - 1:
            self._omitted_count += 1
            return
        fault = SpreadsheetIssue(file=self.file, row=row, column=column, message=message, values=values)
        self._errors.append(fault)

    def all(self) -> tuple[SpreadsheetIssue, ...]:
        """Every fault noted; the last one counts those that were left off."""
        if not self._omitted_count:
            return tuple(self._errors)
        rest = SpreadsheetIssue(
            file=self.file, message=N_("and %(count)d more faults."), values={"count": self._omitted_count}
        )
        return (*self._errors, rest)


def quoted(text: str) -> str:
    """The text as a message may repeat it: short, on one line, without characters that steer a terminal."""
    visible = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in text[: QUOTED_LENGTH_MAX + 1]
    )
    return visible if len(visible) <= QUOTED_LENGTH_MAX else visible[: QUOTED_LENGTH_MAX - 1] + "…"
