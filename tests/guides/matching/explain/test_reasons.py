"""The reasons for a pair: the sentences for each side, in both languages."""

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given, settings

import guides.matching
from foundation.i18n import translations
from guides.matching import Reason, propose, render
from guides.matching.model import Pool, Slot
from guides.matching.scoring.points import POINTS
from guides.matching.scoring.rules import RULES
from people.directory.model import Area, TravelTime
from tests.support.matching.pools import days_ago, guide, pool, pools, request

DANISH = translations("da").gettext
ANYONE = guide(
    "g",
    languages=("dansk", "arabisk"),
    helps_with=("Bus", "it"),
    experiences=("ensomhed", "Flytning"),
    dislikes=("larm",),
    interests=("fodbold",),
    wants=("te",),
    times=(Slot(0, 540, 720), Slot(2, 540, 720)),
)
SOMEONE = request(
    "r",
    wants_help_with=("bus", "indkøb"),
    experiences=("flytning", "ensomhed"),
    dislikes=("Larm",),
    interests=("madlavning",),
    gives=("te",),
    times=(Slot(0, 600, 780), Slot(2, 540, 660)),
)


def test_each_side_reads_the_strongest_reasons_about_the_other_in_its_own_words() -> None:
    (pair,) = propose(pool([ANYONE], [SOMEONE])).pairs

    assert [render(reason, DANISH) for reason in pair.reasons_citizen] == [
        "I kender begge til flytning og ensomhed fra jeres eget liv.",
        "Guiden kan hjælpe dig med: bus.",
        "Du kan give noget, som guiden gerne vil have: te.",
    ]
    assert [render(reason, DANISH) for reason in pair.reasons_guide] == [
        "I kender begge til Flytning og ensomhed fra jeres eget liv.",
        "Du kan hjælpe borgeren med: Bus.",
        "Borgeren kan give noget, som du gerne vil have: te.",
    ]
    assert [render(reason, DANISH) for reason in pair.unmet] == [
        "Guiden hjælper ikke med indkøb.",
        "De deler ingen af de interesser, borgeren har nævnt.",
    ]
    assert pair.points == sum(pair.points_by_reason.values())


def test_a_pair_with_little_else_in_common_has_its_language_as_a_reason() -> None:
    far = (TravelTime("A", "B", 90),)
    short = (Slot(0, 540, 545),)
    areas = (Area("A", "A", 56.0, 10.0), Area("B", "B", 56.0, 10.1))
    population = pool(
        [guide("g", area="A", times=short)],
        [request("r", area="B", times=short)],
        areas=areas,
        travel_times=far,
    )

    (pair,) = propose(population).pairs

    assert [render(reason, DANISH) for reason in pair.reasons_citizen] == [
        "Du er åben for al slags hjælp, og guiden vil gerne hjælpe.",
        "I taler begge dansk.",
    ]
    assert [render(reason, DANISH) for reason in pair.unmet] == [
        "De har kun lidt tid på samme tidspunkter.",
        "Der er omkring 90 minutter mellem dem.",
    ]


def test_a_waiting_request_shows_which_language_is_missing_and_what_would_help() -> None:
    proposal = propose(pool([guide("g"), guide("h")], [request("r", languages=("arabisk", "somali"))]))

    (waiting,) = proposal.waiting
    assert render(waiting.reason, DANISH) == "ingen guide med plads taler arabisk eller somali"
    assert [render(change, DANISH) for change in waiting.would_change] == ["med tolk passer 2 guider"]


def test_a_waiting_request_shows_that_all_suitable_guides_are_taken() -> None:
    proposal = propose(pool([guide("g")], [request("old", waiting_since=days_ago(9)), request("new")]))

    (waiting,) = proposal.waiting
    assert (waiting.request_id, render(waiting.reason, DANISH)) == ("new", "alle egnede guider er optaget")
    assert [render(change, DANISH) for change in waiting.would_change] == [
        "en plads mere hos den guide, der passer"
    ]


def test_several_words_are_joined_as_people_join_them() -> None:
    assert render(Reason("", "%(words)s", {"words": ("a", "b", "c")}), DANISH) == "a, b og c"
    assert render(Reason("", "%(language)s", {"language": ("a", "b")})) == "a or b"


@given(pools())
@settings(max_examples=60, deadline=None)
def test_every_sentence_renders_without_percentages_and_names(population: Pool) -> None:
    proposal = propose(population)

    for pair in proposal.pairs:
        assert 1 <= len(pair.reasons_citizen) <= 3
        assert 1 <= len(pair.reasons_guide) <= 3
        for reason in (*pair.reasons_citizen, *pair.reasons_guide, *pair.unmet):
            for text in (render(reason), render(reason, DANISH)):
                assert "%" not in text
                assert pair.guide_id not in text.split()
    for waiting in proposal.waiting:
        for reason in (waiting.reason, *waiting.would_change):
            assert render(reason, DANISH) != render(reason) or "%" not in reason.message


@given(pools())
@settings(max_examples=60, deadline=None)
def test_a_reason_names_only_words_that_both_have_entered(population: Pool) -> None:
    people = {person.id: person for person in (*population.requests, *population.guides)}
    for pair in propose(population).pairs:
        for reason in (*pair.reasons_citizen, *pair.reasons_guide):
            for word in reason.values.get("words", ()):
                for id in (pair.request_id, pair.guide_id):
                    assert word.casefold() in texts_of(people[id]), (word, id)


def texts_of(person: object) -> set[str]:
    fields = (
        "languages",
        "wants_help_with",
        "helps_with",
        "experiences",
        "interests",
        "dislikes",
        "gives",
        "wants",
    )
    sentences = {" ".join(word.split()).casefold() for field in fields for word in getattr(person, field, ())}
    return sentences | {"dansk"}


def messages() -> list[str]:
    """All texts that the matching marks for translation."""
    marked = []
    for path in Path(guides.matching.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
                marked.append(ast.literal_eval(node.args[0]))
    return marked


@pytest.mark.parametrize("message", sorted(set(messages())))
def test_every_text_has_danish_with_the_same_placeholders(message: str) -> None:
    danish = DANISH(message)

    assert danish != message
    assert sorted(re.findall(r"%\(\w+\)s", danish)) == sorted(re.findall(r"%\(\w+\)s", message))


def test_what_citizens_and_guides_read_is_plain_danish() -> None:
    sentences = [
        render(reason, DANISH)
        for point in POINTS
        for explanation in [point.explain(pair_facts())]
        for reason in (explanation.citizen, explanation.guide)
        if reason
    ]
    sentences += [
        DANISH(rule.nobody) % {"language": "dansk", "help": "bus", "gender": "kvinde"} for rule in RULES
    ]
    text = ". ".join(sentence.rstrip(".") for sentence in sentences) + "."

    assert lix(text) <= 30


def pair_facts():  # type: ignore[no-untyped-def]
    from guides.matching.scoring.points import PairFacts

    return PairFacts(SOMEONE, ANYONE, 12, 300)


def lix(text: str) -> float:
    words = re.findall(r"\w+", text)
    sentences = max(1, len(re.findall(r"[.:!?]", text)))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)
