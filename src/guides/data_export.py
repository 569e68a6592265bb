"""The sections of a person's data export from this package: requests, pairings and the guide's profile."""

from sqlalchemy import Connection

from foundation.i18n import N_
from guides import tables as t
from people.data_export.model import ExportSection
from people.data_export.reader import TECHNICAL_KEY, THIRD_PARTY, ExportSource, read_sections

DERIVED_FOR_MATCHING = "made from the wishes, for the matching"

_PAIRING_WITH_REQUEST = t.pairing.join(t.request, t.request.c.id == t.pairing.c.request_id)
_SHARED_LABELS = {
    "languages": N_("Languages"),
    "gender": N_("Gender"),
    "experiences": N_("What you have been through"),
    "interests": N_("What you like"),
    "dislikes": N_("What you do not like"),
    "travel_minutes_max": N_("Minutes on the way, at most"),
}

EXPORT_SOURCES = (
    ExportSource(
        "wishes",
        N_("What you wish for in a guide"),
        t.request,
        (t.request.c.citizen_id,),
        {
            "made_at": N_("Written"),
            "waiting_since": N_("Waiting since"),
            "urgent": N_("Urgent"),
            "own_words": N_("In your own words"),
            "wants_help_with": N_("Help with"),
            "gives": N_("What you can give"),
            "wanted_gender": N_("Who your guide should be"),
            "closed_at": N_("Closed"),
            **_SHARED_LABELS,
        },
        {
            "id": TECHNICAL_KEY,
            "citizen_id": TECHNICAL_KEY,
            "status": "the closing time says it",
            "made_by": THIRD_PARTY,
        }
        | {"times": "shown on the page about your guide, as times of the week"},
    ),
    ExportSource(
        "pairings",
        N_("You and your guide"),
        t.pairing,
        (t.request.c.citizen_id,),
        {
            "running_since": N_("From"),
            "meeting_at": N_("The first meeting"),
            "meeting_place": N_("Where"),
            "moved_at": N_("Last changed"),
        },
        {
            "id": TECHNICAL_KEY,
            "request_id": TECHNICAL_KEY,
            "guide_id": THIRD_PARTY,
            "run_id": TECHNICAL_KEY,
            "state": "the times say it",
        }
        | {
            "to_citizen": DERIVED_FOR_MATCHING,
            "to_guide": DERIVED_FOR_MATCHING,
            "question": THIRD_PARTY,
            "answer": THIRD_PARTY,
        }
        | {
            "answer_by": TECHNICAL_KEY,
            "offered_at": "a no of the guide's is never shown",
            "end_reason": THIRD_PARTY,
        },
        joined_tables=_PAIRING_WITH_REQUEST,
        condition=t.pairing.c.running_since.is_not(None),
    ),
    ExportSource(
        "contacts",
        N_("When you met"),
        t.contact,
        (t.request.c.citizen_id,),
        {"met_on": N_("When"), "minutes": N_("Minutes"), "all_well": N_("All well")},
        {
            "id": TECHNICAL_KEY,
            "pairing_id": TECHNICAL_KEY,
            "form_key": TECHNICAL_KEY,
            "draft": TECHNICAL_KEY,
            "kind": "how the guide noted it",
        }
        | {"made_by": THIRD_PARTY, "made_at": TECHNICAL_KEY},
        joined_tables=t.contact.join(t.pairing, t.pairing.c.id == t.contact.c.pairing_id).join(
            t.request, t.request.c.id == t.pairing.c.request_id
        ),
        condition=t.contact.c.draft.is_(False),
    ),
    ExportSource(
        "never_paired",
        N_("Who you never will be paired with"),
        t.exclusion,
        (t.exclusion.c.citizen_id,),
        {"made_at": N_("Noted")},
        {"citizen_id": TECHNICAL_KEY, "guide_id": THIRD_PARTY, "made_by": THIRD_PARTY},
    ),
    ExportSource(
        "guide",
        N_("You as a guide"),
        t.guide,
        (t.guide.c.person_id,),
        {
            "capacity": N_("How many you walk with, at most"),
            "elsewhere": N_("Pairings outside this system"),
            "helps_with": N_("Help with"),
            "wants": N_("What you would like to get"),
            "trained_until": N_("Trained until"),
            "checked_until": N_("Record check valid until"),
            "paused_until": N_("On a break until"),
            **_SHARED_LABELS,
        },
        {
            "person_id": TECHNICAL_KEY,
            "times": "shown on the guide's own page",
            "trained_noted_by": THIRD_PARTY,
        }
        | {
            "trained_noted_at": TECHNICAL_KEY,
            "checked_noted_by": THIRD_PARTY,
            "checked_noted_at": TECHNICAL_KEY,
        },
    ),
)

EXCLUDED_COLUMNS = {
    "guides_guide.trained_noted_by": "staff at work",
    "guides_guide.checked_noted_by": "staff at work",
    "guides_request.made_by": "staff at work, or the citizen, whom the row is about already",
    "guides_run.made_by": "staff at work",
    "guides_upload.made_by": "staff at work; uploads are gone within a day",
    "guides_exclusion.made_by": "staff at work, or the citizen, whom the row is about already",
    "guides_contact.made_by": "the guide of the pairing",
    "guides_pairing_event.made_by": "staff at work, or one of the two; a no is never shown to the other",
}


def export_person(db: Connection, person_id: str) -> tuple[ExportSection, ...]:
    """Everything that this package stores about a person."""
    return read_sections(db, EXPORT_SOURCES, person_id)
