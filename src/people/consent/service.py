"""Use cases of consent. The matching reads consents through `consent.store.allowed_kinds_by_citizen`."""

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
    """A citizen's answers. `latest` has only answered questions; `history` is newest first."""

    today: date
    latest: dict[tuple[InfoKind, Use], Consent]
    history: tuple[Consent, ...]
    people: dict[str, Person]  # who recorded answers, by id

    def is_allowed(self, info: InfoKind, use: Use) -> bool:
        """Whether the answer is yes today."""
        consent = self.latest.get((info, use))
        return consent is not None and consent.is_valid(self.today)


def consent_status(context: RequestContext, citizen_id: str, purpose: Purpose = Purpose.OWN) -> ConsentStatus:
    """Everything that a citizen has answered. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.CONSENT, purpose)
    consents = consent_store.of_citizen(context.db, citizen_id)
    recorder_ids = sorted({consent.recorded_by for consent in consents if consent.recorded_by})
    return ConsentStatus(
        local_date(context.now),
        latest_answers(consents),
        consents[::-1],
        directory_store.people(context.db, recorder_ids),
    )


def record_answers(
    context: RequestContext,
    citizen_id: str,
    answers: Mapping[tuple[InfoKind, Use], bool],
    method: ConsentMethod = ConsentMethod.SELF,
    ends_on: date | None = None,
) -> None:
    """Store answers; they apply from today, a yes until `ends_on`. Combinations that are not asked are
    skipped.

    Only the citizen answers by ConsentMethod.SELF; staff record what they have seen. Raises NotFound,
    NotAllowed.
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
    # Before the new answers are stored, because the change log has the former answer beside each.
    before = latest_answers(consent_store.of_citizen(context.db, citizen_id))
    consent_store.add(context.db, rows)
    for row in rows:
        info = min(row.infos)
        former = before.get((info, row.use))
        details: dict[str, object] = {"info": info, "use": row.use, "given": method, "until": row.ends_on}
        agreed = [None if former is None else former.agreed, row.agreed]
        tag = "people:consent:give" if row.agreed else "people:consent:take_back"
        record_change(context, tag, citizen_id, details | {"agreed": agreed})


def withdraw_all(context: RequestContext) -> None:
    """Answer no to everything that the actor has consented to. Raises NotAllowed."""
    status = consent_status(context, context.person_id)
    withdrawn = {question: False for question in status.latest if status.is_allowed(*question)}
    record_answers(context, context.person_id, withdrawn)


def record_request_consent(context: RequestContext, citizen_ids: Sequence[str]) -> None:
    """Record that these citizens have asked for a guide, which consents to what they have never answered.

    The caller authorises, and makes sure that the form says at each field who will see it.
    """
    with bypass_row_security(context.db):  # a support worker who helps to ask may not read the answers
        existing = consent_store.of_citizens(context.db, citizen_ids)
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
                if (infos := unanswered(existing.get(citizen_id, ()), use))
            ],
        )
