"""Advice on which guides to recruit next."""

from foundation.i18n import translations
from guides.matching import propose, render
from guides.matching.explain.recruiting_advice import recruiting_advice
from guides.matching.model import Pool
from guides.matching.what_if.changes import Change, consider
from people.directory.model import Area
from tests.support.matching.pools import VALID, guide, pool, request

AREAS = (Area("1", "Gellerup", 56.16, 10.14), Area("2", "Risskov", 56.19, 10.22))


def pool_of_waiting() -> Pool:
    arabic = [
        request(
            f"a{i}", area="1", languages=("Arabisk",), wants_help_with=("bus", "it"), travel_minutes_max=5
        )
        for i in range(3)
    ]
    return pool(
        [guide("g", area="2")], [*arabic, request("d", area="2"), request("e", area="2")], areas=AREAS
    )


def test_the_best_advice_is_the_guide_whom_most_wait_for() -> None:
    population = pool_of_waiting()

    advice, *_ = recruiting_advice(population, propose(population))

    assert (advice.area, advice.language, advice.helps_with) == ("1", "Arabisk", ("bus", "it"))
    assert (advice.citizens, advice.citizens_of_many) == (2, 4)
    assert render(advice.sentence, translations("da").gettext) == (
        "En guide mere i Gellerup, der taler Arabisk, ville give 2 borgere en guide."
    )


def test_the_advice_holds_when_such_a_guide_is_added() -> None:
    population = pool_of_waiting()
    before = propose(population)

    for advice in recruiting_advice(population, before):
        recruit = guide(
            "new",
            area=advice.area,
            languages=(advice.language, "dansk"),
            gender=advice.gender,
            helps_with=advice.helps_with,
            capacity=2,
            trained_until=VALID,
        )
        assert consider(population, before, Change(add_guides=(recruit,))).matched == advice.citizens


def test_a_preferred_gender_is_part_of_the_advice() -> None:
    population = pool([guide("g", gender="mand")], [request("r", wanted_gender="kvinde"), request("s")])

    advice, *_ = recruiting_advice(population, propose(population))

    assert (advice.gender, advice.citizens) == ("kvinde", 1)
    assert (
        render(advice.sentence)
        == "One more guide in Nord (kvinde) who speaks dansk would give one citizen a guide."
    )


def test_without_waiting_requests_there_is_no_advice() -> None:
    population = pool([guide("g")], [request("r")])

    assert recruiting_advice(population, propose(population)) == ()
