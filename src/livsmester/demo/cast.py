"""The people of the demo whom a newcomer can be, and whom they meet: who they are and what they wish for.

The demo citizen and the demo guide are each other's clear best match, so that a walk through matching, offer and two
yeses ends with them.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from guides.matching.model import Guide, Request, Slot
from guides.pool.model import KeptGuide, KeptRequest
from livsmester.demo.content.names import DANISH, MAN, WOMAN, invented_mail, invented_phone
from livsmester.demo.personas import demo_file_id
from people.access.model import Role
from people.directory.model import Person

CITIZEN, GUIDE, SUPPORT_WORKER = (
    demo_file_id("citizen"),
    demo_file_id("guide"),
    demo_file_id("support-worker"),
)
COORDINATOR, BUDGET_OFFICER = demo_file_id("coordinator"), demo_file_id("budget-officer")
LEADER, ADMINISTRATOR = demo_file_id("leader"), demo_file_id("administrator")
WITH_GUIDE, ASKED_GUIDE = (
    "B9001",
    "B9002",
)  # citizens: one who has the demo guide, one whose offer the guide has


class Member(NamedTuple):
    """Somebody with a name of their own."""

    file_id: str
    given_name: str
    surname: str
    role: Role
    area: str | None = None


CAST: tuple[Member, ...] = (
    Member(COORDINATOR, "Karen", "Tågebjerg", Role.COORDINATOR),
    Member("K02", "Søren", "Lanternelund", Role.COORDINATOR),
    Member("K03", "Amina", "Hybentoft", Role.COORDINATOR),
    Member(SUPPORT_WORKER, "Lone", "Kastanjedal", Role.SUPPORT_WORKER),
    Member(BUDGET_OFFICER, "Henrik", "Muslingeholm", Role.BUDGET_OFFICER),
    Member("Ø02", "Gitte", "Rabarberbæk", Role.BUDGET_OFFICER),
    Member(LEADER, "Susanne", "Havrekjær", Role.LEADER),
    Member(ADMINISTRATOR, "Ali", "Vantemose", Role.ADMINISTRATOR),
    Member(GUIDE, "Torben", "Skyggehøj", Role.GUIDE, "Havnen"),
    Member(CITIZEN, "Maja", "Bølgelund", Role.CITIZEN, "Havnen"),
    Member(WITH_GUIDE, "Villy", "Knaptoft", Role.CITIZEN, "Havnen"),
    Member(ASKED_GUIDE, "Rosa", "Solsikkebro", Role.CITIZEN, "Havnen"),
)

_HELP = ("gå med til aktiviteter", "bustræning", "sociale skridt")
_EVENINGS = (Slot(1, 17 * 60, 22 * 60), Slot(3, 17 * 60, 22 * 60))
OWN_WORDS = (
    "Jeg vil gerne til svømning om torsdagen. Jeg har været henne at kigge, men jeg kom ikke ind ad døren. "
    "Hvis der er en at følges med de første gange, tror jeg, at jeg kan selv bagefter."
)


def cast_person(member: Member, person_id: str, number: int, helper_id: str | None) -> Person:
    """A member of the cast as a person; `number` makes the phone."""
    return Person(
        person_id,
        member.given_name,
        member.surname,
        area=member.area,
        phone=invented_phone(number),
        email=invented_mail(member.given_name, member.surname),
        file_id=member.file_id,
        helper_id=helper_id,
    )


def demo_guide(guide_id: str, coordinator_id: str, noted_at: datetime, today: date) -> KeptGuide:
    """The demo guide: papers in order, two free places, and evenings near home only, so that few others suit him."""
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
    return KeptGuide(guide, 0, coordinator_id, noted_at, coordinator_id, noted_at)


def demo_request(request_id: str, citizen_id: str, made_by: str, today: date) -> KeptRequest:
    """The demo citizen's wish: everything in it suits the demo guide."""
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
    return KeptRequest(citizen_id, request, own_words=OWN_WORDS, made_by=made_by)


def easy_request(member: Member, request_id: str, citizen_id: str, today: date) -> KeptRequest:
    """The wish of one of the citizens whom the demo guide has already been asked about."""
    guide_fits = {
        WITH_GUIDE: (("sociale skridt",), ("guitar", "film"), ("smalltalk",), ("selskab til skak",)),
        ASKED_GUIDE: (("bustræning", "indkøb"), ("vinterbadning", "kor"), ("støj",), ("hjemmebagt brød",)),
    }
    wanted, interests, dislikes, gives = guide_fits[member.file_id]
    request = Request(
        id=request_id,
        given_name=member.given_name,
        area=member.area or "",
        gender=MAN if member.file_id == WITH_GUIDE else WOMAN,
        languages=(DANISH,),
        waiting_since=today - timedelta(days=240 if member.file_id == WITH_GUIDE else 75),
        wants_help_with=wanted,
        experiences=("ensomhed",),
        interests=interests,
        dislikes=dislikes,
        gives=gives,
    )
    return KeptRequest(
        citizen_id, request, own_words="Jeg tager gerne imod en, der er rolig.", made_by=citizen_id
    )
