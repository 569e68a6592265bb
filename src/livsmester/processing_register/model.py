"""The register of processing activities (GDPR art. 30). No I/O.

Every table of the database belongs to an activity, or is listed with the reason why it holds no personal data.
"""

import msgspec

from foundation.i18n import N_, LazyText
from people.access.labels import ROLE_NAMES
from people.access.model import DataKind, Role
from people.access.policy import BUDGET_OFFICER, COORDINATOR, GUIDE, SUPPORT_WORKER
from people.retention.model import Retention

_ACCESS_GRANTS = (COORDINATOR, SUPPORT_WORKER, BUDGET_OFFICER, GUIDE)

CITIZENS = N_("Citizens")
GUIDES = N_("Peer guides")
STAFF = N_("Staff")


class ProcessingActivity(msgspec.Struct, frozen=True):
    """A processing activity: purpose, data subjects, data, tables, retention and recipients."""

    name: str
    title: str  # a message id for translation, like all texts here
    purpose: str
    people: tuple[str, ...]
    data: str
    kept: str
    tables: tuple[str, ...]
    data_kinds: tuple[DataKind, ...] = ()  # as the access policy names the data
    other_roles: tuple[Role, ...] = ()  # readers that no access grant covers

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that may read the data besides its subjects, taken from the access policy."""
        granted_roles = (grant.role for grant in _ACCESS_GRANTS if grant.reads & frozenset(self.data_kinds))
        return tuple(dict.fromkeys((*granted_roles, *self.other_roles)))


_UNTIL_PERSON_ERASED = N_(
    "%(profile_months)s months after the last of what bound the person to the municipality; staff %(staff_months)s months"
)
_AFTER_REQUEST_ENDED = N_("%(wishes_months)s months after the wish and its pairings ended")
_AFTER_GRANT_ENDED = N_("%(accounting_years)s years after the year in which the grant ended")
_KEPT_FOREVER = N_("Always, by id; who the id was goes with the person")

ACTIVITIES = (
    ProcessingActivity(
        "identity",
        N_("Name and contact"),
        N_("To know who somebody is and how to reach them"),
        (CITIZENS, GUIDES, STAFF),
        N_("Name, phone, e-mail, area, protection of name and address, roles, who helps whom"),
        _UNTIL_PERSON_ERASED,
        ("people_person", "people_role", "people_relation"),
        (DataKind.IDENTITY,),
        (Role.ADMINISTRATOR,),
    ),
    ProcessingActivity(
        "cpr",
        N_("CPR numbers"),
        N_("To be sure who somebody is, also in the municipality's other systems"),
        (CITIZENS,),
        N_("CPR number, sealed"),
        _UNTIL_PERSON_ERASED,
        ("people_cpr",),
        (DataKind.CPR,),
    ),
    ProcessingActivity(
        "consent",
        N_("Consents"),
        N_("To use and show only what the citizen has said yes to, and to be able to prove it"),
        (CITIZENS,),
        N_("What was said yes and no to, what for, from when till when, given how"),
        _KEPT_FOREVER,
        ("people_consent",),
        (DataKind.CONSENT,),
    ),
    ProcessingActivity(
        "sign_in",
        N_("Signing in"),
        N_("To let the right people in and nobody else"),
        (CITIZENS, GUIDES, STAFF),
        N_("User names, hashes of passwords and codes, sealed secrets of code apps, devices, sign-ins"),
        N_("As long as they hold; %(sign_in_days)s days after they ran out"),
        (
            "people_account",
            "people_session",
            "people_device",
            "people_second_factor",
            "people_recovery_code",
            "people_letter_code",
            "people_outside_identity",
            "people_outside_try",
            "people_invitation",
            "people_token",
            "people_guess",
        ),
        other_roles=(Role.ADMINISTRATOR,),
    ),
    ProcessingActivity(
        "wishes",
        N_("Wishes for a guide"),
        N_("To find a guide who suits the citizen"),
        (CITIZENS,),
        N_("Help wanted, experiences, interests, languages, gender, times, own words; may tell of health"),
        _AFTER_REQUEST_ENDED,
        ("guides_request", "guides_exclusion", "guides_run", "guides_ruling", "guides_upload"),
        (DataKind.WISHES,),
    ),
    ProcessingActivity(
        "pairing",
        N_("Pairings"),
        N_("To follow up on a citizen and their guide"),
        (CITIZENS, GUIDES),
        N_("Offers, answers, meetings, contacts, how it ended; days, states and minutes stay by id"),
        _AFTER_REQUEST_ENDED,
        ("guides_pairing", "guides_pairing_event", "guides_contact"),
        (DataKind.PAIRING,),
    ),
    ProcessingActivity(
        "guide",
        N_("Peer guides"),
        N_("To offer guides what suits them, and to know that they are trained and checked"),
        (GUIDES,),
        N_(
            "What they help with, experiences, times, room, days of training and record check; may tell of health"
        ),
        _UNTIL_PERSON_ERASED,
        ("guides_guide",),
        other_roles=(Role.COORDINATOR,),
    ),
    ProcessingActivity(
        "goals",
        N_("Goals"),
        N_("To support the citizen in what they want to reach"),
        (CITIZENS,),
        N_("Goals in own words, theme, state; may tell of health"),
        _UNTIL_PERSON_ERASED,
        ("plans_goal",),
        (DataKind.GOALS,),
    ),
    ProcessingActivity(
        "money",
        N_("Money"),
        N_("To grant, spend and account for public money"),
        (CITIZENS, STAFF),
        N_(
            "Grants, wishes to buy, answers, movements with reasons, notices, closings; amounts and days stay by id"
        ),
        _AFTER_GRANT_ENDED,
        (
            "budgets_grant",
            "budgets_request",
            "budgets_answer",
            "budgets_account",
            "budgets_movement",
            "budgets_entry",
            "budgets_notice",
            "budgets_closing",
            "budgets_command",
            "budgets_shut",
        ),
        (DataKind.MONEY,),
    ),
    ProcessingActivity(
        "receipts",
        N_("Receipts"),
        N_("To show what public money was used for"),
        (CITIZENS,),
        N_("Files of receipts, without what a camera hid in them"),
        _AFTER_GRANT_ENDED,
        ("budgets_receipt", "budgets_late_receipt"),
        (DataKind.RECEIPTS,),
    ),
    ProcessingActivity(
        "finance",
        N_("Lines of the finance system"),
        N_("To hold the books here against those of the finance system"),
        (CITIZENS, STAFF),
        N_("Account, day, amount, voucher; texts in which a name may stand"),
        N_("The texts %(accounting_years)s years after the year of the posting"),
        ("budgets_upload", "budgets_reconciliation", "budgets_finance_line", "budgets_pair"),
        other_roles=(Role.BUDGET_OFFICER,),
    ),
    ProcessingActivity(
        "emergencies",
        N_("Looks in an emergency"),
        N_("To let staff look when somebody is in danger, and to hold them to it"),
        (CITIZENS, STAFF),
        N_("Who looked, at what, when, why, what a leader said"),
        _UNTIL_PERSON_ERASED,
        ("people_emergency",),
        other_roles=(Role.LEADER,),
    ),
    ProcessingActivity(
        "logs",
        N_("Who has looked and who has changed what"),
        N_("To let citizens see who looked, and to find misuse"),
        (CITIZENS, GUIDES, STAFF),
        N_("Ids, times, roles, kinds of data, purposes; no names and no words"),
        _KEPT_FOREVER,
        ("people_access", "people_change"),
        (DataKind.ACCESS_LOG,),
        (Role.LEADER,),
    ),
    ProcessingActivity(
        "letters",
        N_("Monthly letters of who has looked"),
        N_("To send citizens who ask for it what stands in the log about them"),
        (CITIZENS,),
        N_("Who wants the letter, which were made and posted; the words are read from the log"),
        _UNTIL_PERSON_ERASED,
        ("people_letter_wish", "people_letter"),
        (DataKind.LETTER,),
    ),
    ProcessingActivity(
        "holds",
        N_("Legal holds and erasures"),
        N_("To keep what a case needs, and to erase again what a backup brings back"),
        (CITIZENS, GUIDES, STAFF),
        N_(
            "Whose data is held back, why, from when till when; ids of what was erased; what those who asked for it were told"
        ),
        _UNTIL_PERSON_ERASED,
        ("people_hold", "people_erasure", "people_erasure_answer"),
        other_roles=(Role.ADMINISTRATOR,),
    ),
)

NON_PERSONAL_TABLES = {
    "people_area": "parts of the municipality",
    "people_travel_time": "minutes between them",
    "people_log_head": "the last hash of each log",
    "guides_pairing_move": "which moves a pairing can make",
    "budgets_fund": "the municipality's money and its rules",
}

SECURITY_MEASURES = (
    N_(
        "Access by relation and purpose, decided by one rule for every request; an emergency is looked into afterwards"
    ),
    N_("Every look is written down before the page leaves, and the citizen reads it"),
    N_(
        "Passwords by Argon2id, a code app for everybody who sees other people's data, MitID where the municipality sets it up"
    ),
    N_("CPR numbers and secrets sealed by AES-256-GCM with keys outside the database"),
    N_("Logs and ledger chained by SHA-256; a changed line is found"),
    N_("On PostgreSQL a second wall between citizens in the database itself"),
    N_("Data goes when its time is over, also from a restored backup"),
)


class TranslatedActivity(msgspec.Struct, frozen=True):
    """An activity in one language, as it is printed and exported."""

    name: str
    title: str
    purpose: str
    people: tuple[str, ...]
    data: str
    recipients: tuple[str, ...]
    kept: str


def translated_activities(retention: Retention, language: str) -> tuple[TranslatedActivity, ...]:
    """The activities in `language`, with the municipality's retention periods filled in."""
    periods = msgspec.structs.asdict(retention)

    def translate(message: str) -> str:
        return LazyText(message, periods).render(language)

    return tuple(
        TranslatedActivity(
            activity.name,
            translate(activity.title),
            translate(activity.purpose),
            tuple(map(translate, activity.people)),
            translate(activity.data),
            tuple(translate(ROLE_NAMES[role]) for role in activity.roles),
            translate(activity.kept),
        )
        for activity in ACTIVITIES
    )
