"""What `budgets` holds about a person: grants, wishes to buy, answers, movements, receipts."""

from sqlalchemy import Connection

from budgets import tables as t
from budgets.model import KIND_NAMES
from foundation.i18n import N_
from people.data_export.model import Held
from people.data_export.reader import ANOTHER, KEY, Part, read_parts

CITIZEN = (t.grant.c.citizen_id,)
MEDIA_NAMES = {
    "application/pdf": "PDF",
    "image/jpeg": N_("Picture"),
    "image/png": N_("Picture"),
    "image/webp": N_("Picture"),
    "image/heic": N_("Picture"),
}
CHAIN = "the ledger's own check"

_REQUESTS = t.request.join(t.grant, t.grant.c.id == t.request.c.grant_id)

PARTS = (
    Part(
        "grants",
        N_("Your budgets"),
        t.grant,
        CITIZEN,
        {
            "amount_ore": N_("Amount"),
            "starts_on": N_("From"),
            "ends_on": N_("Until"),
            "legal_basis": N_("The law"),
        },
        {"id": KEY, "fund_id": KEY, "citizen_id": KEY},
    ),
    Part(
        "requests",
        N_("What you wanted to buy"),
        t.request,
        CITIZEN,
        {
            "what": N_("What"),
            "together_with": N_("Together with"),
            "amount_ore": N_("Amount"),
            "asked_at": N_("Asked"),
            "wanted_when": N_("Wanted"),
            "answer_by": N_("Answer by"),
            "learnt": N_("What you learnt"),
        },
        {"id": KEY, "grant_id": KEY, "goal_id": KEY, "state": "the answer and the movements say it"}
        | {
            "asked_by": ANOTHER,
            "own_word": "the rule of the fund that it came under",
            "put_aside_until": KEY,
        },
        source=_REQUESTS,
    ),
    Part(
        "answers",
        N_("Answers to what you wanted to buy"),
        t.answer,
        CITIZEN,
        {
            "at": N_("When"),
            "yes": N_("The answer"),
            "reasons": N_("Why"),
            "rule": N_("The rule"),
            "appeal": N_("How to complain"),
        },
        {"request_id": KEY, "officer_id": ANOTHER},
        source=t.answer.join(t.request, t.request.c.id == t.answer.c.request_id).join(
            t.grant, t.grant.c.id == t.request.c.grant_id
        ),
    ),
    Part(
        "movements",
        N_("Your money, movement by movement"),
        t.movement,
        CITIZEN,
        {"effective_on": N_("When"), "kind": N_("What"), "why": N_("Why")},
        {"id": KEY, "fund_id": KEY, "grant_id": KEY, "request_id": KEY, "receipt_id": KEY, "reverses": KEY}
        | {"at": KEY, "actor_id": ANOTHER, "why_hash": CHAIN, "key": KEY, "number": CHAIN}
        | {"previous": CHAIN, "hash": CHAIN},
        {"kind": KIND_NAMES},
        source=t.movement.join(t.grant, t.grant.c.id == t.movement.c.grant_id),
    ),
    Part(
        "receipts",
        N_("Your receipts"),
        t.receipt,
        CITIZEN,
        {"made_at": N_("When"), "media_type": N_("Kind of file")},
        {
            "id": KEY,
            "grant_id": KEY,
            "sha256": KEY,
            "content": "the file itself opens on the page of your money",
            "made_by": ANOTHER,
        },
        words={"media_type": MEDIA_NAMES},
        source=t.receipt.join(t.grant, t.grant.c.id == t.receipt.c.grant_id),
    ),
    Part(
        "notices",
        N_("Notices about your money"),
        t.notice,
        CITIZEN,
        {"at": N_("When"), "takes_effect_on": N_("From"), "why": N_("Why")},
        {"id": KEY, "grant_id": KEY, "by": ANOTHER},
        source=t.notice.join(t.grant, t.grant.c.id == t.notice.c.grant_id),
    ),
    Part(
        "closings",
        N_("Budgets that were closed"),
        t.closing,
        CITIZEN,
        {"closed_on": N_("When"), "why": N_("Why")},
        {"grant_id": KEY, "cause": "the reason in words says it", "at": KEY, "by": ANOTHER},
        source=t.closing.join(t.grant, t.grant.c.id == t.closing.c.grant_id),
    ),
)

NOT_ABOUT = {
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


def held_about(db: Connection, person_id: str) -> tuple[Held, ...]:
    """Everything that this package holds about a person."""
    return read_parts(db, PARTS, person_id)
