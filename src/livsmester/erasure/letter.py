"""The decision letter about a request for erasure: one document for page, print and PDF. No I/O."""

from collections.abc import Iterator

from foundation.clock import local_date
from foundation.dates import format_day
from foundation.i18n import N_, LazyText, translations
from foundation.pdf import Document, Section
from people.erasure.model import Blocker, DataCategory, ErasureDecision

BLOCKER_TEXTS = {
    Blocker.ALREADY_ERASED: N_("This person is erased already."),
    Blocker.SELF: N_("Another administrator has to answer you."),
    Blocker.STAFF: N_(
        "This is a member of staff, and the log must say who looked. Take the staff roles away first, under Users. Somebody who "
        "is nothing else here is erased when their time is over."
    ),
    Blocker.HOLD: N_(
        "There is a legal hold on the person, or on somebody in the same wish, pairing or matching. Lift it first."
    ),
    Blocker.HELP: N_("A wish for a guide or a pairing is open. The coordinator has to end it first."),
    Blocker.GRANT: N_(
        "A grant is not closed. The budget officer has to close it first. That ends open requests, and the rest of the money "
        "goes where the fund says."
    ),
    Blocker.MATCHING: N_("A matching is running. Try again when it is done."),
    Blocker.EMERGENCY: N_("A leader has to say their word on a look in an emergency first."),
}

# Data category → how the letter describes it to the person.
_CATEGORY_TEXTS = {
    DataCategory.GUIDING: N_("What you wished for in a guide, and what came of it."),
    DataCategory.GOALS: N_("Your goals, and what you learnt from what you bought."),
    DataCategory.CONTACT: N_("Your phone, your e-mail and how you sign in."),
    DataCategory.MONEY: N_("Your receipts, and what is written about your money."),
    DataCategory.NAME: N_("Your name and your CPR number."),
}


def decision_letter(decision: ErasureDecision, municipality: str, language: str) -> Document:
    """The decision as a letter in `language`."""
    gettext = translations(language).gettext
    erased = tuple(gettext(_CATEGORY_TEXTS[category]) for category in decision.gone)
    kept = tuple(_kept_sentences(decision, language))
    return Document(
        title=gettext(N_("Our answer about erasing")),
        municipality=municipality,
        written_on=local_date(decision.at),
        lead=(gettext(N_("You have asked us to erase what we know about you.")),),
        sections=(
            Section(gettext(N_("What we have erased")), erased or (gettext(N_("We have erased nothing.")),)),
            *([Section(gettext(N_("What we keep")), kept)] if kept else []),
            Section(gettext(N_("What is not erased")), tuple(_never_erased_sentences(decision, language))),
            Section(gettext(N_("If you don't agree")), tuple(map(gettext, _COMPLAINT_TEXTS))),
        ),
    )


def _kept_sentences(decision: ErasureDecision, language: str) -> Iterator[str]:
    gettext = translations(language).gettext
    for category in decision.kept_by_discretion:
        yield gettext(_CATEGORY_TEXTS[category])
    if decision.why:
        yield LazyText(N_("The reason: %(why)s"), {"why": decision.why}).render(language)
    if decision.money_until is not None:
        yield gettext(_CATEGORY_TEXTS[DataCategory.MONEY])
        until = LazyText(
            N_("The law says that we keep accounts until %(day)s. Then we erase it."),
            {"day": format_day(decision.money_until, language)},
        )
        yield until.render(language)
    # The name is kept for as long as anything else is, so it needs no choice and no reason of its own.
    if DataCategory.NAME in decision.kept:
        yield gettext(_CATEGORY_TEXTS[DataCategory.NAME])
        yield gettext(N_("We need them for as long as we keep the rest."))
    # Art. 17(3)(b) excepts what the law requires a municipality to keep: accounts, records, archives.
    if decision.kept:
        yield gettext(N_("The rule stands in the GDPR, article 17, paragraph 3."))


def _never_erased_sentences(decision: ErasureDecision, language: str) -> Iterator[str]:
    gettext = translations(language).gettext
    yield gettext(N_("Amounts, days and counts stay. So does the list of who has looked."))
    if DataCategory.NAME in decision.gone:
        yield gettext(N_("Your name is not there any more."))


# The GDPR requires that a refusal says where the person can complain.
_COMPLAINT_TEXTS = (
    N_("Call the municipality if you want to talk about the answer."),
    N_("You can complain to Datatilsynet. Call 33 19 32 00, or go to datatilsynet.dk."),
    N_("You can also go to court."),
)
