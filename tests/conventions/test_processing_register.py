"""The register of processing is complete: it covers every table and every kind of data."""

from collections import Counter

from foundation.db.types import metadata
from livsmester.home.my_data_pages import EXPORT_MODULES
from livsmester.processing_register.model import ACTIVITIES, NON_PERSONAL_TABLES
from people.access.model import DataKind

TABLES = Counter(name for activity in ACTIVITIES for name in activity.tables)


def test_every_table_belongs_to_one_activity_or_is_listed_as_non_personal() -> None:
    assert set(TABLES) | set(NON_PERSONAL_TABLES) == {table.name for table in metadata.sorted_tables}
    assert {*TABLES.values()} == {1}
    assert not set(TABLES) & set(NON_PERSONAL_TABLES)


def test_every_data_kind_belongs_to_one_activity() -> None:
    assert Counter(kind for activity in ACTIVITIES for kind in activity.data_kinds) == dict.fromkeys(
        DataKind, 1
    )


def test_all_that_citizens_read_about_themselves_is_in_the_register() -> None:
    assert {part.table.name for package in EXPORT_MODULES for part in package.EXPORT_SOURCES} <= set(TABLES)


def test_a_table_that_refers_to_a_person_is_not_listed_as_non_personal() -> None:
    pointing = {
        table.name
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "people_person"
    }
    assert not pointing & set(NON_PERSONAL_TABLES)
