"""The register of processing as commands write it and pages show it."""

import msgspec
import pytest

from livsmester.cli.main import main
from livsmester.processing_register.model import ACTIVITIES
from people.access.model import Role
from tests.support.app_client import AppClient
from tests.support.people_factory import PeopleFactory


def test_recipients_follow_the_access_policy_and_retention_the_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LIVSMESTER_KEEP_ACCOUNTING_YEARS", "7")
    monkeypatch.setenv("LIVSMESTER_MUNICIPALITY", "Prøvekøbing")
    assert main(["register", "--format", "json", "--language", "en"]) == 0
    written = msgspec.json.decode(capsys.readouterr().out)
    assert written["municipality"] == "Prøvekøbing"
    by_name = {activity["name"]: activity for activity in written["processing"]}
    assert list(by_name) == [activity.name for activity in ACTIVITIES]
    assert by_name["goals"]["recipients"] == ["Support worker"]
    assert by_name["cpr"]["recipients"] == ["Coordinator"]
    assert by_name["receipts"]["kept"].startswith("7 years")


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_it_is_written_in_danish_for_people(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["register", "--format", form]) == 0
    written = capsys.readouterr().out
    assert "Fortegnelse over behandlinger" in written
    assert "24 måneder" in written
    assert ("## Mål" in written) is (form == "markdown")


def test_an_administrator_reads_and_prints_it(site: AppClient, people: PeopleFactory) -> None:
    administrator = site.signed_in(people.add(Role.ADMINISTRATOR))
    for path in ("/register", "/register/print"):
        page = administrator.get(path)
        assert page.heading == "Fortegnelse over behandlinger"
        assert "Økonomisystemets linjer" in page.text
