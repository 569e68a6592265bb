"""A proposal as a spreadsheet for a coordinator, or as complete JSON. Formats: docs/reference/spreadsheets.md."""

from datetime import date
from typing import Any

import msgspec

from foundation.i18n import translations
from foundation.spreadsheets.writer import write_csv
from guides.matching import Pair, Proposal, Reason, Waiting, render

PROPOSAL_HEADERS = (
    "borger_id",
    "guide_id",
    "status",
    "point",
    "begrundelse_borger",
    "begrundelse_guide",
    "næste_bedste",
)
# Other systems read headers and statuses, so they are the same in every language.
STATUS_PROPOSED, STATUS_WAITING = ("foreslået", "venter")


def write_proposal(proposal: Proposal, *, language: str = "da") -> bytes:
    """CSV: a row per pair, then a row per unmatched request with the reason in `begrundelse_borger`."""

    def sentences(reasons: tuple[Reason, ...]) -> str:
        return " ".join(_render(reason, language) for reason in reasons)

    def next_best(entry: Pair | Waiting) -> str:
        return entry.next_best[0].guide_id if entry.next_best else ""

    pairs = (
        (
            pair.request_id,
            pair.guide_id,
            STATUS_PROPOSED,
            pair.points,
            sentences(pair.reasons_citizen),
            sentences(pair.reasons_guide),
            next_best(pair),
        )
        for pair in proposal.pairs
    )
    waiting = (
        (
            unmatched.request_id,
            "",
            STATUS_WAITING,
            None,
            _render(unmatched.reason, language),
            "",
            next_best(unmatched),
        )
        for unmatched in proposal.waiting
    )
    return write_csv(PROPOSAL_HEADERS, (*pairs, *waiting))


def write_proposal_json(proposal: Proposal, *, today: date, language: str = "da") -> bytes:
    """Indented UTF-8 JSON of the whole proposal; each reason has its rule's name and its sentence in `language`."""

    def plain(value: Any) -> Any:
        match value:
            case Reason():
                return {"rule": value.rule, "text": _render(value, language)}
            case msgspec.Struct():
                fields = msgspec.structs.fields(value)
                return {field.encode_name: plain(getattr(value, field.name)) for field in fields}
            case tuple():
                return [plain(part) for part in value]
        return value

    document = {"today": today, **plain(proposal)}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _render(reason: Reason, language: str) -> str:
    return render(reason, translations(language).gettext)
