"""What can be done with consent.

said(visit, citizen_id, purpose) -> Said        every question with the answer that counts, and all answers ever given
answer(visit, citizen_id, answers, ...)         by the citizen, or by a coordinator who has seen it on paper
take_back_all(visit)                            the citizen says no to everything, at once
note_asking(visit, citizen_ids)                 asking for a guide says yes to what the form says

The matching and guides are read through `store_consents.allowed_of`.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from foundation.clock import local_date
from foundation.db.actor import bypass_row_security
from people.access.model import DataKind, Purpose
from people.consent import store as consent_store
from people.consent.model import (
    QUESTIONS,
    STAFF_METHODS,
    Consent,
    ConsentMethod,
    InfoKind,
    Use,
    latest_answers,
    unanswered,
)
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotAllowed
from people.web.context import RequestContext, record_change


class ConsentStatus(msgspec.Struct, frozen=True):
    """What a citizen has answered. `newest` has only questions that were answered; `history` is newest first."""

    today: date
    latest: dict[tuple[InfoKind, Use], Consent]
    history: tuple[Consent, ...]
    people: dict[str, Person]  # who wrote it down, by id

    def is_allowed(self, info: InfoKind, use: Use) -> bool:
        """Whether it is a yes today."""
        found = self.latest.get((info, use))
        return found is not None and found.is_valid(self.today)


def consent_status(context: RequestContext, citizen_id: str, purpose: Purpose = Purpose.OWN) -> ConsentStatus:
    """Everything that a citizen has answered. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.CONSENT, purpose)
    found = consent_store.of_citizen(context.db, citizen_id)
    by = sorted({one.recorded_by for one in found if one.recorded_by})
    return ConsentStatus(
        local_date(context.now), latest_answers(found), found[::-1], directory_store.people(context.db, by)
    )


def record_answers(
    context: RequestContext,
    citizen_id: str,
    answers: Mapping[tuple[InfoKind, Use], bool],
    method: ConsentMethod = ConsentMethod.SELF,
    ends_on: date | None = None,
) -> None:
    """Write answers down; they count from today, a yes until `ends_on`. What is no question is left out.

    Only the citizen says something themselves; others write down what they have seen. Raises NotFound, NotAllowed.
    """
    context.authorize_change(citizen_id, DataKind.CONSENT)
    if (method is ConsentMethod.SELF) != (citizen_id == context.person_id) or method not in (
        ConsentMethod.SELF,
        *STAFF_METHODS,
    ):
        raise NotAllowed("only the citizen answers for themselves")
    rows = [
        Consent(
            citizen_id,
            frozenset({info}),
            use,
            agreed,
            local_date(context.now),
            ends_on if agreed else None,
            method,
            context.person_id,
            context.now,
        )
        for (info, use), agreed in answers.items()
        if use in QUESTIONS[info]
    ]
    before = latest_answers(consent_store.of_citizen(context.db, citizen_id))
    consent_store.add(context.db, rows)
    for row in rows:
        info = min(row.infos)
        had = before.get((info, row.use))
        facts: dict[str, object] = {"info": info, "use": row.use, "given": method, "until": row.ends_on}
        agreed = [None if had is None else had.agreed, row.agreed]
        tag = "people:consent:give" if row.agreed else "people:consent:take_back"
        record_change(context, tag, citizen_id, facts | {"agreed": agreed})


def withdraw_all(context: RequestContext) -> None:
    """The citizen says no to everything that is a yes. Raises NotAllowed."""
    mine = consent_status(context, context.person_id)
    record_answers(context, context.person_id, {one: False for one in mine.latest if mine.is_allowed(*one)})


def record_request_consent(context: RequestContext, citizen_ids: Sequence[str]) -> None:
    """These citizens have asked for a guide, and with that said yes to what they had never answered.

    The caller has asked the policy, and sees to it that the form says at each field who will see it.
    """
    with bypass_row_security(context.db):  # a support worker who asks along may not read the answers
        known = consent_store.of_citizens(context.db, citizen_ids)
        consent_store.add(
            context.db,
            [
                Consent(
                    citizen_id,
                    infos,
                    use,
                    True,
                    local_date(context.now),
                    None,
                    ConsentMethod.BY_REQUEST,
                    context.actor.person_id,
                    context.now,
                )
                for citizen_id in citizen_ids
                for use in Use
                if (infos := unanswered(known.get(citizen_id, ()), use))
            ],
        )
