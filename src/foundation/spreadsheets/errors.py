"""Errors in a spreadsheet file, in words that let the person who wrote it correct it.

SpreadsheetErrors is raised for one file or several that can't be used together, CellError for one cell, by
its parser; `read_spreadsheet` collects those.
"""

from collections.abc import Iterable

import msgspec

from foundation.i18n import N_, LazyText

ERRORS_SHOWN_MAX = 100
QUOTED_LENGTH_MAX = 40  # characters of a cell that a message repeats

MessageValues = dict[str, str | int]


class SpreadsheetIssue(msgspec.Struct, frozen=True, kw_only=True):
    """One error or notice and its position; rows are numbered as the spreadsheet shows them, the header being
    row 1.
    """

    file: str
    row: int | None = None
    column: str | None = None  # as the file spells it
    message: str  # English msgid with %(name)s placeholders
    values: MessageValues = {}

    def render(self, language: str) -> str:
        """The message with its position: "guider.csv, række 14, kolonne Kapacitet: 'to' er ikke et tal. Skriv fx 2." """
        if self.row is not None and self.column is not None:
            template = N_("%(file)s, row %(row)d, column %(column)s: %(message)s")
        elif self.row is not None:
            template = N_("%(file)s, row %(row)d: %(message)s")
        elif self.column is not None:
            template = N_("%(file)s, column %(column)s: %(message)s")
        else:
            template = N_("%(file)s: %(message)s")
        message = LazyText(self.message, self.values).render(language)
        position: MessageValues = {
            "file": self.file,
            "row": self.row or 0,
            "column": self.column or "",
            "message": message,
        }
        return LazyText(template, position).render(language)


class SpreadsheetErrors(Exception):
    """The file is rejected as a whole. `errors` is never empty and has at most ERRORS_SHOWN_MAX entries per
    file.
    """

    def __init__(self, errors: Iterable[SpreadsheetIssue]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(error.render("en") for error in self.errors))


class CellError(Exception):
    """A cell has no valid value for its column."""

    def __init__(self, message: str, **values: str | int) -> None:
        self.message = message
        self.values: MessageValues = values
        super().__init__(message % values)


class ErrorCollector:
    """Collects the errors of one file; past the limit it only counts them, which bounds the memory."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._errors: list[SpreadsheetIssue] = []
        self._omitted_count = 0

    def __bool__(self) -> bool:
        return bool(self._errors)

    def add(
        self, message: str, *, row: int | None = None, column: str | None = None, **values: str | int
    ) -> None:
        """Record one error or notice."""
        # One place is left for the last entry, which counts the others.
        if len(self._errors) >= ERRORS_SHOWN_MAX - 1:
            self._omitted_count += 1
            return
        issue = SpreadsheetIssue(file=self.file, row=row, column=column, message=message, values=values)
        self._errors.append(issue)

    def all(self) -> tuple[SpreadsheetIssue, ...]:
        """Everything recorded; the last one counts those that were left out."""
        if not self._omitted_count:
            return tuple(self._errors)
        rest = SpreadsheetIssue(
            file=self.file, message=N_("and %(count)d more faults."), values={"count": self._omitted_count}
        )
        return (*self._errors, rest)


def quoted(text: str) -> str:
    """The text as a message may repeat it: short, on one line, without control characters."""
    visible = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in text[: QUOTED_LENGTH_MAX + 1]
    )
    return visible if len(visible) <= QUOTED_LENGTH_MAX else visible[: QUOTED_LENGTH_MAX - 1] + "…"
