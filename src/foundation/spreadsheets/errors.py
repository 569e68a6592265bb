"""What is wrong with a spreadsheet file, said so that whoever typed it can put it right.

SheetFaults   one file or several files together cannot be used; carries every Fault
CellFault     one cell cannot be read; raised by a reader of cells, caught by `read_sheet`
"""

from collections.abc import Iterable

import msgspec

from foundation.i18n import N_, Text

FAULTS_SHOWN_MAX = 100
VALUE_SHOWN_MAX = 40  # characters of a cell that a message repeats

Values = dict[str, str | int]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, and where: the row is the one that the spreadsheet shows, the header being row 1."""

    file: str
    row: int | None = None
    column: str | None = None  # as the file itself spells it
    message: str  # English msgid with %(name)s placeholders
    values: Values = {}

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
        message = Text(self.message, self.values).render(language)
        place: Values = {
            "file": self.file,
            "row": self.row or 0,
            "column": self.column or "",
            "message": message,
        }
        return Text(frame, place).render(language)


class SheetFaults(Exception):
    """The file is not used, not even in part. `faults` is never empty and at most FAULTS_SHOWN_MAX long per file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.render("en") for fault in self.faults))


class CellFault(Exception):
    """A cell does not say what its column needs."""

    def __init__(self, message: str, **values: str | int) -> None:
        self.message = message
        self.values: Values = values
        super().__init__(message % values)


class FaultList:
    """Collects the faults of one file; past the limit it only counts, so that noise cannot fill the memory."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._faults: list[Fault] = []
        self._more = 0

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(
        self, message: str, *, row: int | None = None, column: str | None = None, **values: str | int
    ) -> None:
        """Note one fault."""
        if len(self._faults) >= FAULTS_SHOWN_MAX - 1:
            self._more += 1
            return
        fault = Fault(file=self.file, row=row, column=column, message=message, values=values)
        self._faults.append(fault)

    def all(self) -> tuple[Fault, ...]:
        """Every fault noted; the last one counts those that were left off."""
        if not self._more:
            return tuple(self._faults)
        rest = Fault(file=self.file, message=N_("and %(count)d more faults."), values={"count": self._more})
        return (*self._faults, rest)


def shown(text: str) -> str:
    """The text as a message may repeat it: short, on one line, without characters that steer a terminal."""
    visible = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in text[: VALUE_SHOWN_MAX + 1]
    )
    return visible if len(visible) <= VALUE_SHOWN_MAX else visible[: VALUE_SHOWN_MAX - 1] + "…"
