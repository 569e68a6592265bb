"""What somebody who asked to be erased is told, worded: one document for the page, the print and the PDF. Pure."""

from collections.abc import Iterator

from foundation.clock import local_date
from foundation.dates import day
from foundation.i18n import N_, Text, translations
from foundation.pdf import Document, Part
from people.erasure.model import Answer, Obstacle, Piece

OBSTACLES = {
    Obstacle.GONE: N_("This person is erased already."),
    Obstacle.SELF: N_("Another administrator has to answer you."),
    Obstacle.STAFF: N_(
        "This is a member of staff, and the log must say who looked. Take the staff roles away first, under Users. Somebody who "
        "is nothing else here is erased when their time is over."
    ),
    Obstacle.HOLD: N_(
        "There is a legal hold on the person, or on somebody in the same wish, pairing or matching. Lift it first."
    ),
    Obstacle.HELP: N_("A wish for a guide or a pairing is open. The coordinator has to end it first."),
    Obstacle.GRANT: N_(
        "A grant is not closed. The budget officer has to close it first. That ends open requests, and the rest of the money "
        "goes where the fund says."
    ),
    Obstacle.MATCHING: N_("A matching is running. Try again when it is done."),
    Obstacle.EMERGENCY: N_("A leader has to say their word on a look in an emergency first."),
}

# What the person is told.
_TOLD = {
    Piece.GUIDING: N_("What you wished for in a guide, and what came of it."),
    Piece.GOALS: N_("Your goals, and what you learnt from what you bought."),
    Piece.CONTACT: N_("Your phone, your e-mail and how you sign in."),
    Piece.MONEY: N_("Your receipts, and what is written about your money."),
    Piece.NAME: N_("Your name and your CPR number."),
}


def document(answer: Answer, municipality: str, language: str) -> Document:
    """The answer as a letter, in that language."""
    gettext = translations(language).gettext
    erased = tuple(gettext(_TOLD[piece]) for piece in answer.gone)
    kept = tuple(_kept(answer, language))
    return Document(
        title=gettext(N_("Our answer about erasing")),
        municipality=municipality,
        written_on=local_date(answer.at),
        lead=(gettext(N_("You have asked us to erase what we know about you.")),),
        parts=(
            Part(gettext(N_("What we have erased")), erased or (gettext(N_("We have erased nothing.")),)),
            *([Part(gettext(N_("What we keep")), kept)] if kept else []),
            Part(gettext(N_("What is not erased")), tuple(_stays(answer, language))),
            Part(gettext(N_("If you don't agree")), tuple(map(gettext, _COMPLAIN))),
        ),
    )


def _kept(answer: Answer, language: str) -> Iterator[str]:
    gettext = translations(language).gettext
    for piece in answer.kept_by_choice:
        yield gettext(_TOLD[piece])
    if answer.why:
        yield Text(N_("The reason: %(why)s"), {"why": answer.why}).render(language)
    if answer.money_until is not None:
        yield gettext(_TOLD[Piece.MONEY])
        until = Text(
            N_("The law says that we keep accounts until %(day)s. Then we erase it."),
            {"day": day(answer.money_until, language)},
        )
        yield until.render(language)
    if Piece.NAME in answer.kept:
        yield gettext(_TOLD[Piece.NAME])
        yield gettext(N_("We need them for as long as we keep the rest."))
    if answer.kept:
        yield gettext(N_("The rule stands in the GDPR, article 17, paragraph 3."))


def _stays(answer: Answer, language: str) -> Iterator[str]:
    gettext = translations(language).gettext
    yield gettext(N_("Amounts, days and counts stay. So does the list of who has looked."))
    if Piece.NAME in answer.gone:
        yield gettext(N_("Your name is not there any more."))


_COMPLAIN = (
    N_("Call the municipality if you want to talk about the answer."),
    N_("You can complain to Datatilsynet. Call 33 19 32 00, or go to datatilsynet.dk."),
    N_("You can also go to court."),
)
