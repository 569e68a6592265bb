"""What `people` holds about a person."""

from sqlalchemy import Connection

from foundation.i18n import N_
from people.access.labels import KIND_NAMES, PURPOSE_NAMES, ROLE_NAMES
from people.consent.model import INFO_NAMES, METHOD_NAMES, USE_NAMES
from people.data_export.model import ExportSection
from people.data_export.reader import SECRET, TECHNICAL_KEY, THIRD_PARTY, ExportSource, read_sections
from people.erasure.labels import CATEGORY_NAMES
from people.tables import directory as directory_tables
from people.tables import rights as rights_tables
from people.tables import rights as tables_rights
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
        condition=directory_tables.relation.c.kind
        != "offered_guide",  # a guide who was asked is the guide's own matter
    ),
    ExportSource(
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
        {
            "id": TECHNICAL_KEY,
            "holder_id": THIRD_PARTY,
            "citizen_id": TECHNICAL_KEY,
            "review_by": "a deadline of the leader's",
        }
        | {"told_at": TECHNICAL_KEY, "reviewed_by": THIRD_PARTY},
    ),
    ExportSource(
        "sessions",
        N_("Where you are signed in"),
        sign_in_tables.session,
        (sign_in_tables.session.c.person_id,),
        {"device": N_("Device"), "created_at": N_("From"), "seen_at": N_("Last used")}
        | {"expires_at": N_("Until")},
        {
            "token_hash": SECRET,
            "person_id": TECHNICAL_KEY,
            "way": TECHNICAL_KEY,
            "waits_for": TECHNICAL_KEY,
            "roles_hash": SECRET,
        },
    ),
    ExportSource(
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
        {"token_hash": SECRET, "person_id": TECHNICAL_KEY},
    ),
    ExportSource(
        "second_factor",
        N_("Your code app"),
        sign_in_tables.second_factor,
        (sign_in_tables.second_factor.c.person_id,),
        {"confirmed_at": N_("Since")},
        {
            "person_id": TECHNICAL_KEY,
            "secret_sealed": SECRET,
            "pending_sealed": SECRET,
            "last_step": TECHNICAL_KEY,
        },
    ),
    ExportSource(
        "recovery_codes",
        N_("Your spare codes"),
        sign_in_tables.recovery_code,
        (sign_in_tables.recovery_code.c.person_id,),
        {"made_at": N_("From"), "used_at": N_("Used")},
        {"code_hash": SECRET, "person_id": TECHNICAL_KEY},
    ),
    ExportSource(
        "letter_codes",
        N_("Your code in a letter"),
        sign_in_tables.letter_code,
        (sign_in_tables.letter_code.c.person_id,),
        {"made_at": N_("From"), "expires_at": N_("Until")},
        {
            "finder": SECRET,
            "person_id": TECHNICAL_KEY,
            "proof_hash": SECRET,
            "made_by": THIRD_PARTY,
            "tries_left": TECHNICAL_KEY,
        },
    ),
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
    ExportSource(
        "outside_identities",
        N_("Sign-ins elsewhere that we know"),
        sign_in_tables.outside_identity,
        (sign_in_tables.outside_identity.c.person_id,),
        {"provider": N_("Where"), "subject": N_("Your number there"), "made_at": N_("Since")},
        {"person_id": TECHNICAL_KEY},
    ),
    ExportSource(
        "invitations",
        N_("Your invitations"),
        sign_in_tables.invitation,
        (sign_in_tables.invitation.c.person_id,),
        {"made_at": N_("From"), "expires_at": N_("Until"), "used_at": N_("Used")},
        {"token_hash": SECRET, "person_id": TECHNICAL_KEY, "made_by": THIRD_PARTY},
    ),
    ExportSource(
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
        {"id": TECHNICAL_KEY, "person_id": TECHNICAL_KEY, "token_hash": SECRET},
    ),
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

# Columns that point at a person whom the row is not about, each with the reason why it is in nobody's export.
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
    """Everything that this package holds about a person, the log of who has looked included."""
    return read_sections(db, EXPORT_SOURCES, person_id)
