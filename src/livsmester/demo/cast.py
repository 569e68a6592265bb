"""The named people of the demo: the personas and the people whom they meet.

The demo citizen and the demo guide are each other's clear best match, so that a tour of matching, offer and acceptance
ends with them.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from guides.matching.model import Guide, Request, Slot
from guides.pool.model import GuideRecord, RequestRecord
from livsmester.demo.content.names import DANISH, MAN, WOMAN, invented_email, invented_phone
from livsmester.demo.personas import persona_file_id
from people.access.model import Role
from people.directory.model import Person

CITIZEN, GUIDE, SUPPORT_WORKER = (
    persona_file_id("citizen"),
    persona_file_id("guide"),
    persona_file_id("support-worker"),
)
COORDINATOR, BUDGET_OFFICER = persona_file_id("coordinator"), persona_file_id("budget-officer")
LEADER, ADMINISTRATOR = persona_file_id("leader"), persona_file_id("administrator")
# Citizens whom the demo guide is paired with and has been offered.
PAIRED_CITIZEN, OFFERED_CITIZEN = "B9001", "B9002"


class CastMember(NamedTuple):
    """A named person of the demo."""

    file_id: str
    given_name: str
    surname: str
    role: Role
    area: str | None = None


CAST: tuple[CastMember, ...] = (
    CastMember(COORDINATOR, "Karen", "Tågebjerg", Role.COORDINATOR),
    CastMember("K02", "Søren", "Lanternelund", Role.COORDINATOR),
    CastMember("K03", "Amina", "Hybentoft", Role.COORDINATOR),
    CastMember(SUPPORT_WORKER, "Lone", "Kastanjedal", Role.SUPPORT_WORKER),
    CastMember(BUDGET_OFFICER, "Henrik", "Muslingeholm", Role.BUDGET_OFFICER),
    CastMember("Ø02", "Gitte", "Rabarberbæk", Role.BUDGET_OFFICER),
    CastMember(LEADER, "Susanne", "Havrekjær", Role.LEADER),
    CastMember(ADMINISTRATOR, "Ali", "Vantemose", Role.ADMINISTRATOR),
    CastMember(GUIDE, "Torben", "Skyggehøj", Role.GUIDE, "Havnen"),
    CastMember(CITIZEN, "Maja", "Bølgelund", Role.CITIZEN, "Havnen"),
    CastMember(PAIRED_CITIZEN, "Villy", "Knaptoft", Role.CITIZEN, "Havnen"),
    CastMember(OFFERED_CITIZEN, "Rosa", "Solsikkebro", Role.CITIZEN, "Havnen"),
)

_HELP = ("gå med til aktiviteter", "bustræning", "sociale skridt")
_EVENINGS = (Slot(1, 17 * 60, 22 * 60), Slot(3, 17 * 60, 22 * 60))
OWN_WORDS = (
    "Jeg vil gerne til svømning om torsdagen. Jeg har været henne at kigge, men jeg kom ikke ind ad døren. "
    "Hvis der er en at følges med de første gange, tror jeg, at jeg kan selv bagefter."
)


def cast_person(member: CastMember, person_id: str, number: int, helper_id: str | None) -> Person:
    """A member of the cast as a person; the phone number is derived from `number`."""
    return Person(
        person_id,
        member.given_name,
        member.surname,
        area=member.area,
        phone=invented_phone(number),
        email=invented_email(member.given_name, member.surname),
        file_id=member.file_id,
        helper_id=helper_id,
    )


def demo_guide(guide_id: str, coordinator_id: str, noted_at: datetime, today: date) -> GuideRecord:
    """The demo guide: valid certificates, free capacity, and only evenings near home, so that few others suit him."""
    guide = Guide(
        id=guide_id,
        given_name="Torben",
        area="Havnen",
        gender=MAN,
        languages=(DANISH,),
        capacity=4,
        helps_with=_HELP,
        experiences=("angst", "ensomhed"),
        interests=("svømning", "guitar", "vinterbadning"),
        dislikes=("store forsamlinger", "telefonsamtaler", "smalltalk"),
        wants=("hjemmebagt brød", "et godt grin"),
        times=_EVENINGS,
        travel_minutes_max=10,
        trained_until=today + timedelta(days=420),
        checked_until=today + timedelta(days=300),
    )
    return GuideRecord(guide, 0, coordinator_id, noted_at, coordinator_id, noted_at)


def demo_citizen_request(request_id: str, citizen_id: str, made_by: str, today: date) -> RequestRecord:
    """The demo citizen's request: all of it suits the demo guide."""
    request = Request(
        id=request_id,
        given_name="Maja",
        area="Havnen",
        gender=WOMAN,
        languages=(DANISH,),
        waiting_since=today - timedelta(days=196),
        wants_help_with=_HELP,
        experiences=("angst", "ensomhed"),
        interests=("svømning", "guitar"),
        dislikes=("store forsamlinger", "telefonsamtaler"),
        gives=("hjemmebagt brød", "et godt grin"),
        times=_EVENINGS,
        travel_minutes_max=30,
    )
    return RequestRecord(citizen_id, request, own_words=OWN_WORDS, made_by=made_by)


def matched_request(member: CastMember, request_id: str, citizen_id: str, today: date) -> RequestRecord:
    """The request of one of the two citizens whom the demo guide has been offered or paired with."""
    guide_fits = {
        PAIRED_CITIZEN: (("sociale skridt",), ("guitar", "film"), ("smalltalk",), ("selskab til skak",)),
        OFFERED_CITIZEN: (
            ("bustræning", "indkøb"),
            ("vinterbadning", "kor"),
            ("støj",),
            ("hjemmebagt brød",),
        ),
    }
    help_wanted, interests, dislikes, gives = guide_fits[member.file_id]
    request = Request(
        id=request_id,
        given_name=member.given_name,
        area=member.area or "",
        gender=MAN if member.file_id == PAIRED_CITIZEN else WOMAN,
        languages=(DANISH,),
        waiting_since=today - timedelta(days=240 if member.file_id == PAIRED_CITIZEN else 75),
        wants_help_with=help_wanted,
        experiences=("ensomhed",),
        interests=interests,
        dislikes=dislikes,
        gives=gives,
    )
    return RequestRecord(
        citizen_id, request, own_words="Jeg tager gerne imod en, der er rolig.", made_by=citizen_id
    )
