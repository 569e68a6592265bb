"""The hard rules, one entry each in RULES; a waiting request is told the first that leaves no guide.

`allows` works on any view, so one definition serves the whole matrix, a single pair and the waiting list.
"""

from collections.abc import Callable
from typing import NamedTuple

from foundation.i18n import N_
from guides.matching.model import Request
from guides.matching.reasons import Reason
from guides.matching.scoring.arrays import word_set
from guides.matching.scoring.views import View
from guides.matching.solver.problem import Bools

MessageValues = dict[str, str | int | tuple[str, ...]]


class Rule(NamedTuple):
    """A condition that every pair must meet.

    `nobody` is the reason for a waiting request if no guide is left after this rule, `broken` the error for a
    pinned pair that breaks it; `change` (for one guide, for several) says how many guides would fit if this
    rule alone were relaxed.
    """

    name: str
    title: str
    allows: Callable[[View], Bools]
    nobody: str
    broken: str
    change: tuple[str, str] | None
    about_guide: bool = False  # depends on the guide alone
    values: Callable[[Request], MessageValues] = lambda request: {}  # noqa: ARG005

    def nobody_left(self, request: Request) -> Reason:
        """The reason for a waiting request that this rule leaves without guides."""
        return Reason(self.name, self.nobody, self.values(request))

    def would_change(self, guide_count: int) -> Reason | None:
        """The suggestion to relax this rule, by which `guide_count` guides would fit.

        None if it cannot be relaxed.
        """
        if self.change is None:
            return None
        singular, plural = self.change
        return Reason(self.name, singular if guide_count == 1 else plural, {"count": guide_count})


def _language_values(request: Request) -> MessageValues:
    return {"language": tuple(word_set(request, "languages").values())}


def _help_values(request: Request) -> MessageValues:
    return {"help": tuple(word_set(request, "wants_help_with").values())}


def _gender_values(request: Request) -> MessageValues:
    return {"gender": request.wanted_gender.strip()}


def _has_common_help(view: View) -> Bools:
    """Whether help is shared, or one of the two has stated no help, which is no restriction."""
    words = view.people.words["help"]
    any_help_wanted: Bools = view.of_request(words.request_count) == 0
    any_help_offered: Bools = view.of_guide(words.guide_count) == 0
    return (view.shared("help") > 0) | any_help_wanted | any_help_offered


def _has_preferred_gender(view: View) -> Bools:
    wanted = view.of_request(view.people.wanted_gender)
    matches: Bools = (wanted == -1) | (wanted == view.of_guide(view.people.gender))
    return matches


def _near_enough(view: View) -> Bools:
    apart, people = view.minutes_apart, view.people
    return (apart <= view.of_request(people.request_limit)) & (apart <= view.of_guide(people.guide_limit))


# The order matters: each message presumes that guides are left after the rules before it.
RULES: tuple[Rule, ...] = (
    Rule(
        "room",
        N_("room for one more"),
        lambda view: view.of_guide(view.people.room) > 0,
        nobody=N_("no guide has room"),
        broken=N_("The guide has no room for one more."),
        change=(
            N_("one more place with one guide who fits"),
            N_("one more place with one of the %(count)s guides who fit"),
        ),
        about_guide=True,
    ),
    Rule(
        "training",
        N_("valid training"),
        lambda view: view.of_guide(view.people.trained),
        nobody=N_("no guide with room has valid training"),
        broken=N_("The guide has no valid training."),
        change=(
            N_("one guide who fits needs valid training"),
            N_("%(count)s guides who fit need valid training"),
        ),
        about_guide=True,
    ),
    Rule(
        "record_check",
        N_("valid record check"),
        lambda view: view.of_guide(view.people.checked),
        nobody=N_("no guide with room has a valid record check"),
        broken=N_("The guide has no valid record check."),
        change=(
            N_("one guide who fits needs a valid record check"),
            N_("%(count)s guides who fit need a valid record check"),
        ),
        about_guide=True,
    ),
    Rule(
        "pause",
        N_("not on a pause"),
        lambda view: ~view.of_guide(view.people.on_pause),
        nobody=N_("every guide with room is on a pause"),
        broken=N_("The guide is on a pause."),
        change=(N_("one guide who fits is on a pause"), N_("%(count)s guides who fit are on a pause")),
        about_guide=True,
    ),
    Rule(
        "language",
        N_("a shared language"),
        lambda view: view.shared("languages") > 0,
        nobody=N_("no guide with room speaks %(language)s"),
        broken=N_("The two have no language in common."),
        change=(N_("with an interpreter one guide fits"), N_("with an interpreter %(count)s guides fit")),
        values=_language_values,
    ),
    Rule(
        "help",
        N_("at least one kind of help that is wanted"),
        _has_common_help,
        nobody=N_("no guide with room and a shared language helps with %(help)s"),
        broken=N_("The guide gives none of the help that the citizen wants."),
        change=(N_("with other help one guide fits"), N_("with other help %(count)s guides fit")),
        values=_help_values,
    ),
    Rule(
        "gender",
        N_("the citizen's wish for gender"),
        _has_preferred_gender,
        nobody=N_("none of the guides who can help have the gender that was asked for (%(gender)s)"),
        broken=N_("The guide does not have the gender that the citizen asked for."),
        change=(
            N_("with no wish for gender one guide fits"),
            N_("with no wish for gender %(count)s guides fit"),
        ),
        values=_gender_values,
    ),
    Rule(
        "ruled_out",
        N_("nobody has said: not these two"),
        lambda view: ~view.ruled_out,
        nobody=N_("the guides who could help have been ruled out"),
        broken=N_("These two have been ruled out as a pair."),
        change=None,
    ),
    Rule(
        "time",
        N_("some shared time"),
        lambda view: view.minutes_together > 0,
        nobody=N_("none of the guides who can help has time when the citizen has"),
        broken=N_("The two have no time in common."),
        change=(N_("at other times one guide fits"), N_("at other times %(count)s guides fit")),
    ),
    Rule(
        "travel",
        N_("travel that both accept"),
        _near_enough,
        nobody=N_("the guides who can help are too far away"),
        broken=N_("The way is longer than one of the two accepts."),
        change=(N_("with longer travel one guide fits"), N_("with longer travel %(count)s guides fit")),
    ),
)

RULE_BY_NAME = {rule.name: rule for rule in RULES}
GUIDE_RULES = tuple(rule for rule in RULES if rule.about_guide)
PAIR_RULES = tuple(rule for rule in RULES if not rule.about_guide)
ALL_TAKEN = Reason("taken", N_("all suitable guides are taken"))
