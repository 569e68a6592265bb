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
from foundation.db.actor import as_system
from people.access.model import DataKind, Purpose
from people.consent import store as consent_store
from people.consent.model import FOR_OTHERS, QUESTIONS, Consent, Given, Info, Use, newest, unasked
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotAllowed
from people.web.context import Visit, record


class Said(msgspec.Struct, frozen=True):
    """What a citizen has answered. `newest` has only questions that were answered; `history` is newest first."""

    today: date
    newest: dict[tuple[Info, Use], Consent]
    history: tuple[Consent, ...]
    people: dict[str, Person]  # who wrote it down, by id

    def holds(self, info: Info, use: Use) -> bool:
        """Whether it is a yes today."""
        found = self.newest.get((info, use))
        return found is not None and found.holds(self.today)


def said(visit: Visit, citizen_id: str, purpose: Purpose = Purpose.OWN) -> Said:
    """Everything that a citizen has answered. Raises NotFound, NotAllowed."""
    visit.look(citizen_id, DataKind.CONSENT, purpose)
    found = consent_store.of_citizen(visit.db, citizen_id)
    by = sorted({one.recorded_by for one in found if one.recorded_by})
    return Said(local_date(visit.now), newest(found), found[::-1], directory_store.people(visit.db, by))


def answer(
    visit: Visit,
    citizen_id: str,
    answers: Mapping[tuple[Info, Use], bool],
    given: Given = Given.SELF,
    ends_on: date | None = None,
) -> None:
    """Write answers down; they count from today, a yes until `ends_on`. What is no question is left out.

    Only the citizen says something themselves; others write down what they have seen. Raises NotFound, NotAllowed.
    """
    visit.touch(citizen_id, DataKind.CONSENT)
    if (given is Given.SELF) != (citizen_id == visit.person_id) or given not in (Given.SELF, *FOR_OTHERS):
        raise NotAllowed("only the citizen answers for themselves")
    rows = [
        Consent(
            citizen_id,
            frozenset({info}),
            use,
            agreed,
            local_date(visit.now),
            ends_on if agreed else None,
            given,
            visit.person_id,
            visit.now,
        )
        for (info, use), agreed in answers.items()
        if use in QUESTIONS[info]
    ]
    before = newest(consent_store.of_citizen(visit.db, citizen_id))
    consent_store.add(visit.db, rows)
    for row in rows:
        info = min(row.infos)
        had = before.get((info, row.use))
        facts: dict[str, object] = {"info": info, "use": row.use, "given": given, "until": row.ends_on}
        agreed = [None if had is None else had.agreed, row.agreed]
        tag = "people:consent:give" if row.agreed else "people:consent:take_back"
        record(visit, tag, citizen_id, facts | {"agreed": agreed})


def take_back_all(visit: Visit) -> None:
    """The citizen says no to everything that is a yes. Raises NotAllowed."""
    mine = said(visit, visit.person_id)
    answer(visit, visit.person_id, {one: False for one in mine.newest if mine.holds(*one)})


def note_asking(visit: Visit, citizen_ids: Sequence[str]) -> None:
    """These citizens have asked for a guide, and with that said yes to what they had never answered.

    The caller has asked the policy, and sees to it that the form says at each field who will see it.
    """
    with as_system(visit.db):  # a support worker who asks along may not read the answers
        known = consent_store.of_citizens(visit.db, citizen_ids)
        consent_store.add(
            visit.db,
            [
                Consent(
                    citizen_id,
                    infos,
                    use,
                    True,
                    local_date(visit.now),
                    None,
                    Given.BY_ASKING,
                    visit.actor.person_id,
                    visit.now,
                )
                for citizen_id in citizen_ids
                for use in Use
                if (infos := unasked(known.get(citizen_id, ()), use))
            ],
        )
