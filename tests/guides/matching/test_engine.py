"""Proposing pairs for a pool of people."""

from datetime import date

from guides.matching import propose, render
from guides.model import Guide, Pool, Request

TODAY = date(2026, 1, 15)
VALID = date(2026, 12, 31)


def guide(id: str, **said: object) -> Guide:
    given = {"given_name": "Guide", "area": "Centrum", "trained_until": VALID, "checked_until": VALID, "capacity": 1}
    return Guide(id=id, **{**given, **said})  # type: ignore[arg-type]


def request(id: str, **said: object) -> Request:
    given = {"given_name": "Borger", "area": "Centrum", "waiting_since": TODAY}
    return Request(id=id, **{**given, **said})  # type: ignore[arg-type]


def pool(guides: list[Guide], requests: list[Request], **more: object) -> Pool:
    return Pool(guides=tuple(guides), requests=tuple(requests), today=TODAY, **more)  # type: ignore[arg-type]


def pairs_of(one: Pool, **options: object) -> dict[str, str]:
    return {pair.request_id: pair.guide_id for pair in propose(one, **options).pairs}  # type: ignore[arg-type]


def test_the_one_who_waited_longer_gets_the_only_place_and_the_other_hears_why() -> None:
    both_fit = pool([guide("g1")], [request("new"), request("old", waiting_since=date(2025, 12, 1))])

    proposal = propose(both_fit)

    assert [(pair.request_id, pair.guide_id) for pair in proposal.pairs] == [("old", "g1")]
    assert [(w.request_id, render(w.reason)) for w in proposal.waiting] == [("new", "all suitable guides are taken")]
