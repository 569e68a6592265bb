"""Files in the browser: previewed, stored, or refused with every error."""

from people.access.model import Role
from tests.support.app_client import AppClient, Browser
from tests.support.guide_import_pages import AREAS, GUIDES, REQUESTS, import_files, upload
from tests.support.people_factory import PeopleFactory


def people_count(people: PeopleFactory) -> int:
    """The number of people in the database."""
    with people.engine.connect() as db:
        return int(db.exec_driver_sql("SELECT count(*) FROM people_person").scalar_one())


def test_a_file_is_looked_at_before_anything_is_stored(people: PeopleFactory, browser: Browser) -> None:
    before = people_count(people)
    upload(browser, "areas", AREAS).submit("Gem ændringerne")
    page = upload(browser, "guides", GUIDES.replace("\nG1", "\nG1").replace(";pause_til", ";pause_til;hund"))
    assert "2 nye" in page.text
    assert "hund" in page.text  # the notice about a column that is not known
    assert people_count(people) == before
    page.submit("Gem ændringerne")
    assert people_count(people) == before + 2


def test_what_changes_is_shown_field_by_field(people: PeopleFactory, browser: Browser) -> None:
    import_files(browser)
    page = upload(browser, "guides", GUIDES.replace("mand;1;0", "mand;3;0"))
    assert "1 ændrede" in page.text
    assert "G2 Prøve-Bo kapacitet 1 3" in page.text


def test_errors_are_named_by_row_and_column_and_nothing_is_stored(
    people: PeopleFactory, browser: Browser
) -> None:
    before = people_count(people)
    upload(browser, "areas", AREAS).submit("Gem ændringerne")
    wrong = GUIDES.replace("kvinde;1;0", "kvinde;to;0").replace("G2;Prøve-Bo;nord", "G2;Prøve-Bo;Vestby")
    page = upload(browser, "guides", wrong)
    assert page.status == 422
    assert "Række 2, kolonne kapacitet: 'to' er ikke et tal" in page.text
    page = upload(browser, "guides", wrong.replace(";to;", ";1;"))
    assert "Række 3, kolonne område:" in page.text
    assert "Vestby" in page.text
    assert people_count(people) == before
    with people.engine.connect() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM guides_upload").scalar_one() == 0


def test_a_form_with_no_file_says_so(browser: Browser) -> None:
    page = browser.get("/import").submit("Se, hvad filen vil ændre")
    assert page.status == 422
    assert "Vælg en fil." in page.text
    assert "Vælg, hvad der er i filen." in page.text


def test_a_second_press_stores_nothing_twice(people: PeopleFactory, browser: Browser) -> None:
    page = upload(browser, "areas", AREAS)
    page.submit("Gem ændringerne")
    again = page.submit("Gem ændringerne")
    assert again.path == "/import"
    assert "Der er ikke noget at gemme" in again.text


def test_what_has_changed_meanwhile_is_shown_again(people: PeopleFactory, browser: Browser) -> None:
    import_files(browser)
    page = upload(browser, "guides", GUIDES.replace("mand;1;0", "mand;3;0"))
    upload(browser, "guides", GUIDES.replace("mand;1;0", "mand;2;0")).submit("Gem ændringerne")
    page = page.submit("Gem ændringerne")
    assert page.status == 409
    assert "G2 Prøve-Bo kapacitet 2 3" in page.text
    assert page.submit("Gem ændringerne").status == 200


def test_a_file_is_its_senders_alone(site: AppClient, people: PeopleFactory, browser: Browser) -> None:
    page = upload(browser, "areas", AREAS)
    colleague = site.signed_in(people.add(Role.COORDINATOR, "Kollega"))
    assert colleague.get(page.path).status == 404
    assert page.submit("Smid filen ud").path == "/import"
    assert browser.get(page.path).status == 404


def test_the_spreadsheets_that_are_downloaded_can_be_uploaded_again(browser: Browser) -> None:
    import_files(browser)
    for path, kind in (("/guides.csv", "guides"), ("/citizens.csv", "requests")):
        spreadsheet = browser.get(path).response
        assert spreadsheet.headers["content-type"].startswith("text/csv")
        page = upload(browser, kind, spreadsheet.content.decode("utf-8-sig"))
        assert "2 uændrede" in page.text, page.text
    assert "B1" in browser.get("/citizens.csv").response.text
    assert REQUESTS.splitlines()[0] in browser.get("/citizens.csv").response.text.replace("\r", "")
