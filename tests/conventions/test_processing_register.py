"""The register of processing forgets nothing: every table and every kind of data stands in it."""

from collections import Counter

from foundation.db.types import metadata
from livsmester.home.my_data_pages import EXPORT_MODULES
from livsmester.processing_register.model import ACTIVITIES, NON_PERSONAL_TABLES
from people.access.model import DataKind

TABLES = Counter(name for one in ACTIVITIES for name in one.tables)


def test_every_table_stands_in_one_entry_or_says_why_it_is_about_nobody() -> None:
    assert set(TABLES) | set(NON_PERSONAL_TABLES) == {table.name for table in metadata.sorted_tables}
    assert {*TABLES.values()} == {1}
    assert not set(TABLES) & set(NON_PERSONAL_TABLES)


def test_every_kind_of_data_that_access_is_decided_for_stands_in_one_entry() -> None:
    assert Counter(kind for one in ACTIVITIES for kind in one.data_kinds) == dict.fromkeys(DataKind, 1)


def test_all_that_citizens_read_about_themselves_is_in_the_register() -> None:
    assert {part.table.name for package in EXPORT_MODULES for part in package.EXPORT_SOURCES} <= set(TABLES)


def test_a_table_that_points_at_a_person_is_not_said_to_be_about_nobody() -> None:
    pointing = {
        table.name
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "people_person"
    }
    assert not pointing & set(NON_PERSONAL_TABLES)
