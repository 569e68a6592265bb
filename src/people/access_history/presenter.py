"""Who has read, in words: the same for the page, the printer, the PDF and the monthly letter. No I/O."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

import msgspec

from foundation.clock import local_date
from foundation.dates import format_day, format_day_and_time, format_time_of_day
from foundation.i18n import N_, LazyText, format_number, translations
from foundation.pdf import Document, Section
from people.access.labels import KIND_NAMES, PURPOSE_NAMES, ROLE_NAMES
from people.access.model import Helper, Role
from people.access_history.model import AccessEntryView
from people.directory.model import Person


class AccessSummary(msgspec.Struct, frozen=True):
    """Entries of the access log in words: when and how often, who saw what, what for."""

    when: str
    sentence: str
    why: str


class AccessHistory(msgspec.Struct, frozen=True):
    """The shown entries about one citizen, the count of all, and when backups were restored."""

    entries: tuple[AccessEntryView, ...]
    count: int
    restores: tuple[datetime, ...]


def summarize(
    entries: Sequence[AccessEntryView], citizen_id: str, language: str
) -> tuple[AccessSummary, ...]:
    """Entries, newest first, as the citizen reads them in "da" or "en".

    Consecutive reads of one person for one purpose on one day are one summary: from when to when, how many
    times, and everything that was read. Working on a page for five minutes leaves an entry for each request.
    """
    return tuple(
        _summarize_group(tuple(group), citizen_id, language)
        for _, group in groupby(entries, key=_grouping_key)
    )


def _grouping_key(entry: AccessEntryView) -> tuple[object, ...]:
    who = entry.actor_id, entry.actor_name, entry.actor_role, entry.actor_unit
    return local_date(entry.at), who, entry.purposes


def _summarize_group(entries: Sequence[AccessEntryView], citizen_id: str, language: str) -> AccessSummary:
    gettext = translations(language).gettext
    newest, oldest = entries[0], entries[-1]
    kinds = [
        gettext(KIND_NAMES[kind]) for kind in sorted({kind for entry in entries for kind in entry.kinds})
    ]
    first, last = kinds[:-1], kinds[-1]
    what = f"{', '.join(first)} {gettext(N_('and'))} {last}" if first else last
    return AccessSummary(
        _format_period(oldest.at, newest.at, len(entries), language),
        LazyText(
            N_("%(who)s saw %(what)s."), {"who": _format_actor(newest, citizen_id, language), "what": what}
        ).render(language),
        " · ".join(gettext(PURPOSE_NAMES[purpose]) for purpose in newest.purposes),
    )


def _format_period(first: datetime, last: datetime, times: int, language: str) -> str:
    """`31. december 2026 kl. 14.05`, or `… kl. 14.05–14.20, 3 gange`."""
    text = format_day_and_time(first, language)
    if times == 1:
        return text
    if (end := format_time_of_day(last, language)) != format_time_of_day(first, language):
        text = f"{text}–{end}"
    return LazyText(
        N_("%(when)s, %(times)s times"), {"when": text, "times": format_number(times, language)}
    ).render(language)


def _format_actor(entry: AccessEntryView, citizen_id: str, language: str) -> str:
    if entry.actor_id == citizen_id:
        return translations(language).gettext(N_("You"))
    role = translations(language).gettext(ROLE_NAMES[Role(entry.actor_role)]).lower()
    if entry.actor_unit:
        role = LazyText(N_("%(role)s in %(unit)s"), {"role": role, "unit": entry.actor_unit}).render(language)
    if entry.actor_name:
        return f"{entry.actor_name} ({role})"
    return LazyText(N_("Someone (%(role)s)"), {"role": role}).render(language)


def history_document(
    history: AccessHistory,
    citizen: Person,
    helper: Helper | None,
    municipality: str,
    written_on: date,
    language: str,
) -> Document:
    """The list as a document, newest first."""
    title = translations(language).gettext(N_("Who has seen my data"))
    return _document(title, history, citizen, helper, municipality, written_on, language)


def letter_document(
    history: AccessHistory,
    citizen: Person,
    helper: Helper | None,
    month: str,
    municipality: str,
    written_on: date,
    language: str,
) -> Document:
    """The letter of one month. `month` is in words: `november 2026`."""
    title = LazyText(N_("Who has seen my data in %(month)s"), {"month": month}).render(language)
    document = _document(title, history, citizen, helper, municipality, written_on, language)
    gettext = translations(language).gettext
    stop = Section(gettext(N_("Your letter each month")), (gettext(HOW_TO_STOP_TEXT),))
    return msgspec.structs.replace(document, sections=(*document.sections, stop))


def _document(
    title: str,
    history: AccessHistory,
    citizen: Person,
    helper: Helper | None,
    municipality: str,
    written_on: date,
    language: str,
) -> Document:
    gettext = translations(language).gettext
    summaries = summarize(history.entries, citizen.id, language)
    older_count = history.count - len(history.entries)
    notes = [
        LazyText(RESTORED_TEXT, {"day": format_day(restored_at, language)}).render(language)
        for restored_at in history.restores
    ]
    if older_count:
        older_text = translations(language).ngettext(
            "One older line stands on the screen.", "%(num)s older lines stand on the screen.", older_count
        )
        notes.insert(0, older_text % {"num": format_number(older_count, language)})
    return Document(
        title=title,
        municipality=municipality,
        written_on=written_on,
        lead=(LazyText(N_("To %(name)s"), {"name": citizen.full_name}).render(language), gettext(LEAD_TEXT)),
        sections=(
            Section(
                gettext(N_("Who has looked, newest first")),
                tuple(f"{summary.when}: {summary.sentence} {summary.why}." for summary in summaries)
                or (gettext(NO_ACCESS_TEXT),),
            ),
            Section(gettext(N_("Questions?")), (*notes, *help_text(helper, language))),
        ),
    )


def help_text(helper: Helper | None, language: str) -> tuple[str, ...]:
    """Whom to ask, with the phone number of the citizen's own helper."""
    ask = translations(language).gettext(ASK_TEXT)
    if helper is None:
        return (ask,)
    call = LazyText(
        N_("You can call %(name)s on %(phone)s."), {"name": helper.given_name, "phone": helper.phone}
    )
    return (ask, call.render(language))


LEAD_TEXT = N_("Each time somebody looks at what we know about you, it is written here.")
NO_ACCESS_TEXT = N_("Nobody else has looked.")
RESTORED_TEXT = N_("On %(day)s we put back a copy of our data. Some older lines may be gone.")
ASK_TEXT = N_("Do you wonder about something here? Ask your coordinator.")
HOW_TO_STOP_TEXT = N_(
    "You have asked for this letter each month. You can stop it under “Who has seen my data”, or tell your coordinator."
)
