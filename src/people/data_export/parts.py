"""What `people` holds about a person."""

from sqlalchemy import Connection

from foundation.i18n import N_
from people.access.labels import KIND_NAMES, PURPOSE_NAMES, ROLE_NAMES
from people.consent.model import GIVEN_NAMES, INFO_NAMES, USE_NAMES
from people.data_export.model import Held
from people.data_export.reader import ANOTHER, KEY, SECRET, Part, read_parts
from people.erasure.labels import PIECE_NAMES
from people.tables import directory as directory_tables
from people.tables import rights as rights_tables
from people.tables import rights as tables_rights
from people.tables import sign_in as sign_in_tables

PARTS = (
    Part(
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
        {"id": KEY, "helper_id": "the helper's name and phone stand on every page"},
        {"language": {"da": "Dansk", "en": "English"}},
    ),
    Part(
        "account",
        N_("How you sign in"),
        sign_in_tables.account,
        (sign_in_tables.account.c.person_id,),
        {"sign_in_name": N_("User name"), "disabled_at": N_("Closed since")},
        {"person_id": KEY, "password_hash": SECRET},
    ),
    Part(
        "roles",
        N_("Your roles"),
        directory_tables.role,
        (directory_tables.role.c.person_id,),
        {"role": N_("Role"), "made_at": N_("Since")},
        {
            "person_id": KEY,
            "area_id": KEY,
            "file_id": "stands under who you are",
            "made_by": ANOTHER,
            "given_by": KEY,
        },
        {"role": ROLE_NAMES},
    ),
    Part(
        "relations",
        N_("Who has helped you, and when"),
        directory_tables.relation,
        (directory_tables.relation.c.citizen_id,),
        {"kind": N_("What"), "starts_at": N_("From"), "ends_at": N_("Until")},
        {"id": KEY, "holder_id": ANOTHER, "citizen_id": KEY, "made_by": ANOTHER},
        {"kind": {"support_worker": N_("Support worker"), "guide": N_("Peer guide")}},
        only=directory_tables.relation.c.kind
        != "offered_guide",  # a guide who was asked is the guide's own matter
    ),
    Part(
        "consents",
        N_("What you have said yes and no to"),
        tables_rights.consent,
        (tables_rights.consent.c.citizen_id,),
        {
            "at": N_("When"),
            "infos": N_("What about"),
            "use": N_("What for"),
            "agreed": N_("The answer"),
            "starts_on": N_("From"),
            "ends_on": N_("Until"),
            "given": N_("How"),
        },
        {"sequence": KEY, "citizen_id": KEY, "recorded_by": ANOTHER},
        {"infos": INFO_NAMES, "use": USE_NAMES, "given": GIVEN_NAMES},
    ),
    Part(
        "cpr",
        N_("Your CPR number"),
        directory_tables.cpr,
        (directory_tables.cpr.c.person_id,),
        {"noted_at": N_("Noted")},
        {"person_id": KEY, "cpr_sealed": "sealed; your own number, which you know", "cpr_hash": KEY},
    ),
    Part(
        "emergencies",
        N_("When somebody looked in an emergency"),
        tables_rights.emergency,
        (tables_rights.emergency.c.citizen_id,),
        {
            "opened_at": N_("When"),
            "ends_at": N_("Until"),
            "kinds": N_("What about"),
            "reason": N_("Why"),
            "reviewed_at": N_("Looked into"),
            "in_order": N_("In order"),
            "review": N_("What the leader says"),
        },
        {"id": KEY, "holder_id": ANOTHER, "citizen_id": KEY, "review_by": "a deadline of the leader's"}
        | {"told_at": KEY, "reviewed_by": ANOTHER},
    ),
    Part(
        "sessions",
        N_("Where you are signed in"),
        sign_in_tables.session,
        (sign_in_tables.session.c.person_id,),
        {"device": N_("Device"), "created_at": N_("From"), "seen_at": N_("Last used")}
        | {"expires_at": N_("Until")},
        {"token_hash": SECRET, "person_id": KEY, "way": KEY, "waits_for": KEY, "roles_hash": SECRET},
    ),
    Part(
        "devices",
        N_("Devices that know you"),
        sign_in_tables.device,
        (sign_in_tables.device.c.person_id,),
        {
            "device": N_("Device"),
            "remembered": N_("Signs in by itself"),
            "made_at": N_("From"),
            "seen_at": N_("Last used"),
            "expires_at": N_("Until"),
        },
        {"token_hash": SECRET, "person_id": KEY},
    ),
    Part(
        "second_factor",
        N_("Your code app"),
        sign_in_tables.second_factor,
        (sign_in_tables.second_factor.c.person_id,),
        {"confirmed_at": N_("Since")},
        {"person_id": KEY, "secret_sealed": SECRET, "pending_sealed": SECRET, "last_step": KEY},
    ),
    Part(
        "recovery_codes",
        N_("Your spare codes"),
        sign_in_tables.recovery_code,
        (sign_in_tables.recovery_code.c.person_id,),
        {"made_at": N_("From"), "used_at": N_("Used")},
        {"code_hash": SECRET, "person_id": KEY},
    ),
    Part(
        "letter_codes",
        N_("Your code in a letter"),
        sign_in_tables.letter_code,
        (sign_in_tables.letter_code.c.person_id,),
        {"made_at": N_("From"), "expires_at": N_("Until")},
        {"finder": SECRET, "person_id": KEY, "proof_hash": SECRET, "made_by": ANOTHER, "tries_left": KEY},
    ),
    Part(
        "letter_wish",
        N_("Your letter each month"),
        rights_tables.letter_wish,
        (rights_tables.letter_wish.c.person_id,),
        {"since": N_("Since")},
        {"person_id": KEY},
    ),
    Part(
        "letters",
        N_("Your letters of who has looked"),
        rights_tables.letter,
        (rights_tables.letter.c.person_id,),
        {"month": N_("From the month that begins"), "made_at": N_("Made"), "posted_at": N_("Posted")},
        {"person_id": KEY, "posted_by": ANOTHER},
    ),
    Part(
        "outside_identities",
        N_("Sign-ins elsewhere that we know"),
        sign_in_tables.outside_identity,
        (sign_in_tables.outside_identity.c.person_id,),
        {"provider": N_("Where"), "subject": N_("Your number there"), "made_at": N_("Since")},
        {"person_id": KEY},
    ),
    Part(
        "invitations",
        N_("Your invitations"),
        sign_in_tables.invitation,
        (sign_in_tables.invitation.c.person_id,),
        {"made_at": N_("From"), "expires_at": N_("Until"), "used_at": N_("Used")},
        {"token_hash": SECRET, "person_id": KEY, "made_by": ANOTHER},
    ),
    Part(
        "tokens",
        N_("Your keys for programs"),
        sign_in_tables.token,
        (sign_in_tables.token.c.person_id,),
        {
            "name": N_("What the key is for"),
            "scopes": N_("It may"),
            "made_at": N_("Made"),
            "used_at": N_("Last used"),
            "expires_at": N_("Holds until"),
            "revoked_at": N_("Ended"),
        },
        {"id": KEY, "person_id": KEY, "token_hash": SECRET},
    ),
    Part(
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
        {"id": KEY, "person_id": KEY, "made_by": ANOTHER, "lifted_by": ANOTHER},
    ),
    Part(
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
        {"id": KEY, "person_id": KEY, "answered_by": ANOTHER},
        {"gone": PIECE_NAMES, "kept": PIECE_NAMES},
    ),
    Part(
        "changes",
        N_("What you have done here"),
        rights_tables.change,
        (rights_tables.change.c.actor_id,),
        {"at": N_("When"), "tag": N_("What")},
        {
            "sequence": KEY,
            "actor_id": KEY,
            "subject_id": ANOTHER,
            "details": ANOTHER,
            "previous": KEY,
            "hash": KEY,
        },
        for_programs=True,
    ),
    Part(
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
        {"sequence": KEY, "actor_id": ANOTHER, "citizen_id": KEY, "previous": KEY, "hash": KEY},
        {"actor_role": ROLE_NAMES, "kinds": KIND_NAMES, "purposes": PURPOSE_NAMES},
    ),
)

# Columns that point at a person whom the row is not about, each with the reason why it is in nobody's export.
NOT_ABOUT = {
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


def held_about(db: Connection, person_id: str) -> tuple[Held, ...]:
    """Everything that this package holds about a person, the log of who has looked included."""
    return read_parts(db, PARTS, person_id)
