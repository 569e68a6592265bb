"""Who has looked, in words: the same for the screen, the printer, the PDF and the monthly letter. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

import msgspec

from foundation.clock import local_date
from foundation.dates import day, day_and_time, time_of_day
from foundation.i18n import N_, Text, number, translations
from foundation.pdf import Document, Part
from people.access.labels import KIND_NAMES, PURPOSE_NAMES, ROLE_NAMES
from people.access.model import Helper, Role
from people.access_history.model import SeenBy
from people.directory.model import Person


class Look(msgspec.Struct, frozen=True):
    """Lines of the access log in words: when and how often, who saw what, what for."""

    when: str
    sentence: str
    why: str


class Looks(msgspec.Struct, frozen=True):
    """What is shown of the lines about one citizen, how many there are in all, and when a backup was put back."""

    seen: tuple[SeenBy, ...]
    count: int
    restores: tuple[datetime, ...]


def looks_in_words(lines: Sequence[SeenBy], citizen_id: str, language: str) -> tuple[Look, ...]:
    """Lines, newest first, as the citizen reads them in "da" or "en".

    What one person looked at for one purpose on one day, with nobody between, is one look: from when to when, how many
    times, and all that was seen. Somebody who works on a page for five minutes leaves a line for each press.
    """
    return tuple(_look(tuple(group), citizen_id, language) for _, group in groupby(lines, key=_told_as_one))


def _told_as_one(line: SeenBy) -> tuple[object, ...]:
    who = line.actor_id, line.actor_name, line.actor_role, line.actor_unit
    return local_date(line.at), who, line.purposes


def _look(lines: Sequence[SeenBy], citizen_id: str, language: str) -> Look:
    gettext = translations(language).gettext
    newest, oldest = lines[0], lines[-1]
    kinds = [gettext(KIND_NAMES[kind]) for kind in sorted({kind for line in lines for kind in line.kinds})]
    first, last = kinds[:-1], kinds[-1]
    what = f"{', '.join(first)} {gettext(N_('and'))} {last}" if first else last
    return Look(
        _when(oldest.at, newest.at, len(lines), language),
        Text(N_("%(who)s saw %(what)s."), {"who": _who(newest, citizen_id, language), "what": what}).render(
            language
        ),
        " · ".join(gettext(PURPOSE_NAMES[purpose]) for purpose in newest.purposes),
    )


def _when(first: datetime, last: datetime, times: int, language: str) -> str:
    """`31. december 2026 kl. 14.05`, or `… kl. 14.05–14.20, 3 gange`."""
    said = day_and_time(first, language)
    if times == 1:
        return said
    if (until := time_of_day(last, language)) != time_of_day(first, language):
        said = f"{said}–{until}"
    return Text(N_("%(when)s, %(times)s times"), {"when": said, "times": number(times, language)}).render(
        language
    )


def _who(line: SeenBy, citizen_id: str, language: str) -> str:
    if line.actor_id == citizen_id:
        return translations(language).gettext(N_("You"))
    role = translations(language).gettext(ROLE_NAMES[Role(line.actor_role)]).lower()
    if line.actor_unit:
        role = Text(N_("%(role)s in %(unit)s"), {"role": role, "unit": line.actor_unit}).render(language)
    if line.actor_name:
        return f"{line.actor_name} ({role})"
    return Text(N_("Someone (%(role)s)"), {"role": role}).render(language)


def seen_paper(
    looks: Looks, citizen: Person, helper: Helper | None, municipality: str, written_on: date, language: str
) -> Document:
    """The list as a paper, newest first."""
    title = translations(language).gettext(N_("Who has seen my data"))
    return _paper(title, looks, citizen, helper, municipality, written_on, language)


def letter_paper(
    looks: Looks,
    citizen: Person,
    helper: Helper | None,
    month: str,
    municipality: str,
    written_on: date,
    language: str,
) -> Document:
    """The letter of one month. `month` in words: `november 2026`."""
    title = Text(N_("Who has seen my data in %(month)s"), {"month": month}).render(language)
    made = _paper(title, looks, citizen, helper, municipality, written_on, language)
    gettext = translations(language).gettext
    stop = Part(gettext(N_("Your letter each month")), (gettext(HOW_TO_STOP),))
    return msgspec.structs.replace(made, parts=(*made.parts, stop))


def _paper(
    title: str,
    looks: Looks,
    citizen: Person,
    helper: Helper | None,
    municipality: str,
    written_on: date,
    language: str,
) -> Document:
    gettext = translations(language).gettext
    shown = looks_in_words(looks.seen, citizen.id, language)
    older = looks.count - len(looks.seen)
    notes = [Text(RESTORED, {"day": day(moment, language)}).render(language) for moment in looks.restores]
    if older:
        said = translations(language).ngettext(
            "One older line stands on the screen.", "%(num)s older lines stand on the screen.", older
        )
        notes.insert(0, said % {"num": number(older, language)})
    return Document(
        title=title,
        municipality=municipality,
        written_on=written_on,
        lead=(Text(N_("To %(name)s"), {"name": citizen.full_name}).render(language), gettext(EACH_TIME)),
        parts=(
            Part(
                gettext(N_("Who has looked, newest first")),
                tuple(f"{one.when}: {one.sentence} {one.why}." for one in shown) or (gettext(NOBODY),),
            ),
            Part(gettext(N_("Questions?")), (*notes, *questions(helper, language))),
        ),
    )


def questions(helper: Helper | None, language: str) -> tuple[str, ...]:
    """Whom to ask, with the phone number of the citizen's own helper."""
    ask = translations(language).gettext(ASK)
    if helper is None:
        return (ask,)
    call = Text(N_("You can call %(name)s on %(phone)s."), {"name": helper.given_name, "phone": helper.phone})
    return (ask, call.render(language))


EACH_TIME = N_("Each time somebody looks at what we know about you, it is written here.")
NOBODY = N_("Nobody else has looked.")
RESTORED = N_("On %(day)s we put back a copy of our data. Some older lines may be gone.")
ASK = N_("Do you wonder about something here? Ask your coordinator.")
HOW_TO_STOP = N_(
    "You have asked for this letter each month. You can stop it under “Who has seen my data”, or tell your coordinator."
)
