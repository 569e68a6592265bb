"""What `people` stores about a person."""

from sqlalchemy import Connection

from foundation.i18n import N_
from people.access.labels import KIND_NAMES, PURPOSE_NAMES, ROLE_NAMES
from people.consent.model import INFO_NAMES, METHOD_NAMES, USE_NAMES
from people.data_export.model import ExportSection
from people.data_export.reader import SECRET, TECHNICAL_KEY, THIRD_PARTY, ExportSource, read_sections
from people.data_export.sign_in_parts import ACCOUNT_SOURCES, SIGN_IN_SOURCES
from people.erasure.labels import CATEGORY_NAMES
from people.tables import directory as directory_tables
from people.tables import rights as rights_tables
from people.tables import sign_in as sign_in_tables

EXPORT_SOURCES = (
    ExportSource(
        "person",
        N_("Who you are"),
        directory_tables.person,
        (directory_tables.person.c.id,),
        {
            "given_name": N_("Given name"),
            "surname": N_("Surname"),
            "phone": N_("Phone"),
            "email": N_("E-mail"),
            "language": N_("Language"),
            "area_id": N_("Area"),
            "file_id": N_("Your number in our sheets"),
            "protected_until": N_("Name and address are protected until"),
            "created_at": N_("Known here since"),
        },
        {"id": TECHNICAL_KEY, "helper_id": "the helper's name and phone stand on every page"},
        {"language": {"da": "Dansk", "en": "English"}},
    ),
    ExportSource(
        "account",
        N_("How you sign in"),
        sign_in_tables.account,
        (sign_in_tables.account.c.person_id,),
        {"sign_in_name": N_("User name"), "disabled_at": N_("Closed since")},
        {"person_id": TECHNICAL_KEY, "password_hash": SECRET},
    ),
    ExportSource(
        "roles",
        N_("Your roles"),
        directory_tables.role,
        (directory_tables.role.c.person_id,),
        {"role": N_("Role"), "made_at": N_("Since")},
        {
            "person_id": TECHNICAL_KEY,
            "area_id": TECHNICAL_KEY,
            "file_id": "stands under who you are",
            "made_by": THIRD_PARTY,
            "given_by": TECHNICAL_KEY,
        },
        {"role": ROLE_NAMES},
    ),
    ExportSource(
        "relations",
        N_("Who has helped you, and when"),
        directory_tables.relation,
        (directory_tables.relation.c.citizen_id,),
        {"kind": N_("What"), "starts_at": N_("From"), "ends_at": N_("Until")},
        {"id": TECHNICAL_KEY, "holder_id": THIRD_PARTY, "citizen_id": TECHNICAL_KEY, "made_by": THIRD_PARTY},
        {"kind": {"support_worker": N_("Support worker"), "guide": N_("Peer guide")}},
        # Whether a guide declined is the guide's own data.
        condition=directory_tables.relation.c.kind != "offered_guide",
    ),
    ExportSource(
        "consents",
        N_("What you have said yes and no to"),
        rights_tables.consent,
        (rights_tables.consent.c.citizen_id,),
        {
            "at": N_("When"),
            "infos": N_("What about"),
            "use": N_("What for"),
            "agreed": N_("The answer"),
            "starts_on": N_("From"),
            "ends_on": N_("Until"),
            "given": N_("How"),
        },
        {"sequence": TECHNICAL_KEY, "citizen_id": TECHNICAL_KEY, "recorded_by": THIRD_PARTY},
        {"infos": INFO_NAMES, "use": USE_NAMES, "given": METHOD_NAMES},
    ),
    ExportSource(
        "cpr",
        N_("Your CPR number"),
        directory_tables.cpr,
        (directory_tables.cpr.c.person_id,),
        {"noted_at": N_("Noted")},
        {
            "person_id": TECHNICAL_KEY,
            "cpr_sealed": "sealed; your own number, which you know",
            "cpr_hash": TECHNICAL_KEY,
        },
    ),
    ExportSource(
        "emergencies",
        N_("When somebody looked in an emergency"),
        rights_tables.emergency,
        (rights_tables.emergency.c.citizen_id,),
        {
            "opened_at": N_("When"),
            "ends_at": N_("Until"),
            "kinds": N_("What about"),
            "reason": N_("Why"),
            "reviewed_at": N_("Looked into"),
            "in_order": N_("In order"),
            "review": N_("What the leader says"),
        },
        {
            "id": TECHNICAL_KEY,
            "holder_id": THIRD_PARTY,
            "citizen_id": TECHNICAL_KEY,
            "review_by": "a deadline of the leader's",
        }
        | {"told_at": TECHNICAL_KEY, "reviewed_by": THIRD_PARTY},
    ),
    *SIGN_IN_SOURCES,
    ExportSource(
        "letter_wish",
        N_("Your letter each month"),
        rights_tables.letter_wish,
        (rights_tables.letter_wish.c.person_id,),
        {"since": N_("Since")},
        {"person_id": TECHNICAL_KEY},
    ),
    ExportSource(
        "letters",
        N_("Your letters of who has looked"),
        rights_tables.letter,
        (rights_tables.letter.c.person_id,),
        {"month": N_("From the month that begins"), "made_at": N_("Made"), "posted_at": N_("Posted")},
        {"person_id": TECHNICAL_KEY, "posted_by": THIRD_PARTY},
    ),
    *ACCOUNT_SOURCES,
    ExportSource(
        "holds",
        N_("Why something about you may not be erased"),
        rights_tables.hold,
        (rights_tables.hold.c.person_id,),
        {
            "why": N_("Why"),
            "starts_on": N_("From"),
            "ends_on": N_("Until"),
            "made_at": N_("Noted"),
            "lifted_at": N_("Ended"),
        },
        {"id": TECHNICAL_KEY, "person_id": TECHNICAL_KEY, "made_by": THIRD_PARTY, "lifted_by": THIRD_PARTY},
    ),
    ExportSource(
        "erasure_answers",
        N_("What we answered when you asked us to erase"),
        rights_tables.answer,
        (rights_tables.answer.c.person_id,),
        {
            "at": N_("When"),
            "gone": N_("What we have erased"),
            "kept": N_("What we keep"),
            "why": N_("Why"),
            "money_until": N_("We keep accounts until"),
        },
        {"id": TECHNICAL_KEY, "person_id": TECHNICAL_KEY, "answered_by": THIRD_PARTY},
        {"gone": CATEGORY_NAMES, "kept": CATEGORY_NAMES},
    ),
    ExportSource(
        "changes",
        N_("What you have done here"),
        rights_tables.change,
        (rights_tables.change.c.actor_id,),
        {"at": N_("When"), "tag": N_("What")},
        {
            "sequence": TECHNICAL_KEY,
            "actor_id": TECHNICAL_KEY,
            "subject_id": THIRD_PARTY,
            "details": THIRD_PARTY,
            "previous": TECHNICAL_KEY,
            "hash": TECHNICAL_KEY,
        },
        machine_readable_only=True,
    ),
    ExportSource(
        "reads",
        N_("Who has seen my data"),
        rights_tables.access,
        (rights_tables.access.c.citizen_id,),
        {
            "at": N_("When"),
            "actor_role": N_("Who"),
            "actor_unit": N_("Area"),
            "kinds": N_("What"),
            "purposes": N_("Why"),
        },
        {
            "sequence": TECHNICAL_KEY,
            "actor_id": THIRD_PARTY,
            "citizen_id": TECHNICAL_KEY,
            "previous": TECHNICAL_KEY,
            "hash": TECHNICAL_KEY,
        },
        {"actor_role": ROLE_NAMES, "kinds": KIND_NAMES, "purposes": PURPOSE_NAMES},
    ),
)

# Columns that refer to a person whom the row is not about, and why they are in nobody's export.
EXCLUDED_COLUMNS = {
    "people_person.helper_id": "the person's helper; names the helper on every page of theirs",
    "people_role.made_by": "staff at work: in the log of changes, with the tag people:person:add",
    "people_relation.holder_id": "staff and guides at work: whom they walk with is about the citizen",
    "people_relation.made_by": "staff at work",
    "people_consent.recorded_by": "staff at work",
    "people_emergency.holder_id": "staff at work: what they looked at is about the citizen",
    "people_emergency.reviewed_by": "staff at work",
    "people_invitation.made_by": "staff at work",
    "people_hold.made_by": "staff at work",
    "people_hold.lifted_by": "staff at work",
    "people_erasure_answer.answered_by": "staff at work",
    "people_letter_code.made_by": "staff at work",
    "people_letter.posted_by": "staff at work",
    "people_access.actor_id": "staff at work: whom they have read about is about the citizen",
}


def export_person(db: Connection, person_id: str) -> tuple[ExportSection, ...]:
    """Everything that this package stores about a person, their access log included."""
    return read_sections(db, EXPORT_SOURCES, person_id)
