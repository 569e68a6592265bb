"""How often a run is read and written: its stored result is large, and SQLite has a single writer."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from guides.matching import Policy, Proposal, propose
from guides.matching.model import Pool
from guides.matching.preparation import Progress
from guides.runs import execution, proposals
from guides.runs import service as runs_service
from tests.support.app_client import AppClient, Browser
from tests.support.guide_scenario import GuideScenario


@contextmanager
def recorded_statements(engine: Engine, pattern: str) -> Iterator[list[str]]:
    """The statements that the engine sends inside the block and that contain the pattern."""
    statements: list[str] = []

    def record(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if re.search(pattern, statement):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", record)


@pytest.fixture
def browser(site: AppClient, scenario: GuideScenario) -> Browser:
    """The browser of a coordinator of the whole municipality."""
    return site.signed_in(scenario.coordinator)


@pytest.mark.parametrize(
    "page", ["", "?view=waiting", "/publish", "/choose/{request_id}", "/report", "/advice"]
)
def test_a_page_of_a_run_selects_it_once(scenario: GuideScenario, browser: Browser, page: str) -> None:
    scenario.guide(capacity=1)
    request_id = scenario.request_of(scenario.citizen(days=9)).request.id
    scenario.citizen("Bodil")
    run_id = scenario.run_matching()
    with recorded_statements(scenario.engine, r"\bFROM guides_run\b") as statements:
        assert browser.get(f"/runs/{run_id}{page.format(request_id=request_id)}").status == 200
    assert len(statements) == 1


def test_a_page_of_a_repeated_run_selects_it_and_the_run_before(
    scenario: GuideScenario, browser: Browser
) -> None:
    scenario.guide(), scenario.citizen()
    first = scenario.run_matching()
    with scenario.people.acting_as(scenario.coordinator) as context:
        second = runs_service.run_again(context, first)
    execution.execute_run(scenario.engine, scenario.people.clock, second)
    with recorded_statements(scenario.engine, r"\bFROM guides_run\b") as statements:
        browser.get(f"/runs/{second}?view=changes")
    assert len(statements) == 2


def test_pinning_a_pair_reads_no_other_people(scenario: GuideScenario) -> None:
    guide = scenario.guide(capacity=2)
    request_id = scenario.request_of(scenario.citizen()).request.id
    run_id = scenario.run_matching()
    with (
        recorded_statements(scenario.engine, r"\bFROM guides_guide\b") as guides,
        recorded_statements(scenario.engine, r"\bFROM guides_request\b") as requests,
        scenario.people.acting_as(scenario.coordinator) as context,
    ):
        proposals.pin(context, run_id, request_id, guide.id)
    assert len(guides) == len(requests) == 1
    assert "guides_guide.person_id IN" in guides[0]
    assert "guides_request.id IN" in requests[0]


def test_progress_is_stored_every_ten_percent(
    scenario: GuideScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def propose_slowly(pool: Pool, policy: Policy, *, seed: int, progress: Progress) -> Proposal:
        for percent in range(100):
            progress("Comparing everyone", percent / 100)
        return propose(pool, policy, seed=seed)

    monkeypatch.setattr(execution, "propose", propose_slowly)
    with recorded_statements(scenario.engine, "UPDATE guides_run SET progress") as statements:
        scenario.run_matching()
    assert len(statements) == 10
