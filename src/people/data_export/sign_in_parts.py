"""What is stored about how a person signs in, as part of the export of their data."""

from foundation.i18n import N_
from people.data_export.reader import SECRET, TECHNICAL_KEY, THIRD_PARTY, ExportSource
from people.tables import sign_in as sign_in_tables

# Two groups, because other sources stand between them in the export.
SIGN_IN_SOURCES = (
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
)

ACCOUNT_SOURCES = (
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
)
