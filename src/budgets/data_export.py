"""What `budgets` stores about a person, for the subject access export."""

from sqlalchemy import Connection

from budgets import tables as t
from budgets.model import MOVEMENT_KIND_LABELS
from foundation.i18n import N_
from people.data_export.model import ExportSection
from people.data_export.reader import TECHNICAL_KEY, THIRD_PARTY, ExportSource, read_sections

CITIZEN_COLUMNS = (t.grant.c.citizen_id,)
MEDIA_TYPE_LABELS = {
    "application/pdf": "PDF",
    "image/jpeg": N_("Picture"),
    "image/png": N_("Picture"),
    "image/webp": N_("Picture"),
    "image/heic": N_("Picture"),
}
LEDGER_CHECK = "the ledger's own check"

_REQUESTS = t.request.join(t.grant, t.grant.c.id == t.request.c.grant_id)

EXPORT_SOURCES = (
    ExportSource(
        "grants",
        N_("Your budgets"),
        t.grant,
        CITIZEN_COLUMNS,
        {
            "amount_ore": N_("Amount"),
            "starts_on": N_("From"),
            "ends_on": N_("Until"),
            "legal_basis": N_("The law"),
        },
        {"id": TECHNICAL_KEY, "fund_id": TECHNICAL_KEY, "citizen_id": TECHNICAL_KEY},
    ),
    ExportSource(
        "requests",
        N_("What you wanted to buy"),
        t.request,
        CITIZEN_COLUMNS,
        {
            "what": N_("What"),
            "together_with": N_("Together with"),
            "amount_ore": N_("Amount"),
            "asked_at": N_("Asked"),
            "wanted_when": N_("Wanted"),
            "answer_by": N_("Answer by"),
            "learnt": N_("What you learnt"),
        },
        {
            "id": TECHNICAL_KEY,
            "grant_id": TECHNICAL_KEY,
            "goal_id": TECHNICAL_KEY,
            "state": "the answer and the movements say it",
        }
        | {
            "asked_by": THIRD_PARTY,
            "own_word": "the rule of the fund that it came under",
            "put_aside_until": TECHNICAL_KEY,
        },
        joined_tables=_REQUESTS,
    ),
    ExportSource(
        "answers",
        N_("Answers to what you wanted to buy"),
        t.answer,
        CITIZEN_COLUMNS,
        {
            "at": N_("When"),
            "yes": N_("The answer"),
            "reasons": N_("Why"),
            "rule": N_("The rule"),
            "appeal": N_("How to complain"),
        },
        {"request_id": TECHNICAL_KEY, "officer_id": THIRD_PARTY},
        joined_tables=t.answer.join(t.request, t.request.c.id == t.answer.c.request_id).join(
            t.grant, t.grant.c.id == t.request.c.grant_id
        ),
    ),
    ExportSource(
        "movements",
        N_("Your money, movement by movement"),
        t.movement,
        CITIZEN_COLUMNS,
        {"effective_on": N_("When"), "kind": N_("What"), "why": N_("Why")},
        {
            "id": TECHNICAL_KEY,
            "fund_id": TECHNICAL_KEY,
            "grant_id": TECHNICAL_KEY,
            "request_id": TECHNICAL_KEY,
            "receipt_id": TECHNICAL_KEY,
            "reverses": TECHNICAL_KEY,
        }
        | {
            "at": TECHNICAL_KEY,
            "actor_id": THIRD_PARTY,
            "why_hash": LEDGER_CHECK,
            "key": TECHNICAL_KEY,
            "number": LEDGER_CHECK,
        }
        | {"previous": LEDGER_CHECK, "hash": LEDGER_CHECK},
        {"kind": MOVEMENT_KIND_LABELS},
        joined_tables=t.movement.join(t.grant, t.grant.c.id == t.movement.c.grant_id),
    ),
    ExportSource(
        "receipts",
        N_("Your receipts"),
        t.receipt,
        CITIZEN_COLUMNS,
        {"made_at": N_("When"), "media_type": N_("Kind of file")},
        {
            "id": TECHNICAL_KEY,
            "grant_id": TECHNICAL_KEY,
            "sha256": TECHNICAL_KEY,
            "content": "the file itself opens on the page of your money",
            "made_by": THIRD_PARTY,
        },
        value_labels={"media_type": MEDIA_TYPE_LABELS},
        joined_tables=t.receipt.join(t.grant, t.grant.c.id == t.receipt.c.grant_id),
    ),
    ExportSource(
        "notices",
        N_("Notices about your money"),
        t.notice,
        CITIZEN_COLUMNS,
        {"at": N_("When"), "takes_effect_on": N_("From"), "why": N_("Why")},
        {"id": TECHNICAL_KEY, "grant_id": TECHNICAL_KEY, "by": THIRD_PARTY},
        joined_tables=t.notice.join(t.grant, t.grant.c.id == t.notice.c.grant_id),
    ),
    ExportSource(
        "closings",
        N_("Budgets that were closed"),
        t.closing,
        CITIZEN_COLUMNS,
        {"closed_on": N_("When"), "why": N_("Why")},
        {
            "grant_id": TECHNICAL_KEY,
            "cause": "the reason in words says it",
            "at": TECHNICAL_KEY,
            "by": THIRD_PARTY,
        },
        joined_tables=t.closing.join(t.grant, t.grant.c.id == t.closing.c.grant_id),
    ),
)

EXCLUDED_COLUMNS = {
    "budgets_shut.made_by": "staff at work",
    "budgets_upload.made_by": "staff at work",
    "budgets_reconciliation.kept_by": "staff at work",
    "budgets_pair.settled_by": "staff at work",
    "budgets_closing.by": "staff at work",
    "budgets_notice.by": "staff at work",
    "budgets_receipt.made_by": "staff at work, or the citizen, whom the row is about already",
    "budgets_request.asked_by": "the citizen, whom the row is about already, or the helper",
    "budgets_answer.officer_id": "staff at work",
    "budgets_movement.actor_id": "staff at work, or the citizen, whom the row is about already",
    "budgets_late_receipt.made_by": "staff at work",
}


def export_person(db: Connection, person_id: str) -> tuple[ExportSection, ...]:
    """Returns everything that this package stores about a person."""
    return read_sections(db, EXPORT_SOURCES, person_id)
