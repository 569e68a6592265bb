"""A proposal as a sheet for a coordinator, or as JSON with everything in it. Formats: docs/files.md."""

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
STATUS_PROPOSED, STATUS_WAITING = (
    "foreslået",
    "venter",
)  # like the headers the same in every language: programs read them


def write_proposal(proposal: Proposal, *, language: str = "da") -> bytes:
    """CSV: a row for each pair, then one for each request that waits, with the reason in the citizen's column."""

    def said(reasons: tuple[Reason, ...]) -> str:
        return " ".join(_render(reason, language) for reason in reasons)

    def next_best(one: Pair | Waiting) -> str:
        return one.next_best[0].guide_id if one.next_best else ""

    pairs = (
        (
            pair.request_id,
            pair.guide_id,
            STATUS_PROPOSED,
            pair.points,
            said(pair.reasons_citizen),
            said(pair.reasons_guide),
            next_best(pair),
        )
        for pair in proposal.pairs
    )
    waiting = (
        (one.request_id, "", STATUS_WAITING, None, _render(one.reason, language), "", next_best(one))
        for one in proposal.waiting
    )
    return write_csv(PROPOSAL_HEADERS, (*pairs, *waiting))


def write_proposal_json(proposal: Proposal, *, today: date, language: str = "da") -> bytes:
    """JSON, indented, UTF-8: the whole proposal, each reason with the rule's name and the sentence in the language."""

    def plain(value: Any) -> Any:
        match value:
            case Reason():
                return {"rule": value.rule, "text": _render(value, language)}
            case msgspec.Struct():
                return {name: plain(part) for name, part in msgspec.structs.asdict(value).items()}
            case tuple():
                return [plain(part) for part in value]
        return value

    whole = {"today": today, **plain(proposal)}
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


def _render(reason: Reason, language: str) -> str:
    return render(reason, translations(language).gettext)
