"""The export of a person's data is complete: every column that refers to a person is exported or excluded for a reason."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column

from foundation.db.types import metadata
from livsmester.home.my_data_pages import EXPORT_MODULES
from people.data_export.reader import ExportSource

EXPORT_SOURCES = [source for module in EXPORT_MODULES for source in module.EXPORT_SOURCES]
EXCLUDED_COLUMNS = {name: why for module in EXPORT_MODULES for name, why in module.EXCLUDED_COLUMNS.items()}


def columns_that_point_at_a_person() -> Iterator[Column[object]]:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == "people_person" for key in column.foreign_keys):
                yield column


def test_every_column_that_refers_to_a_person_is_exported_or_excluded() -> None:
    exported = {str(column) for source in EXPORT_SOURCES for column in source.person_columns}
    pointing = {str(column) for column in columns_that_point_at_a_person()}
    assert pointing - exported - set(EXCLUDED_COLUMNS) == set(), (
        "declare it in the data_export.py of its package"
    )
    assert set(EXCLUDED_COLUMNS) <= pointing - exported, "a reason for a column that is gone or exported"


@pytest.mark.parametrize("part", EXPORT_SOURCES, ids=lambda part: part.name)
def test_every_column_of_a_table_about_people_is_shown_or_left_out_for_a_reason(part: ExportSource) -> None:
    assert set(part.labels) & set(part.excluded) == set()
    assert set(part.labels) | set(part.excluded) == set(part.table.columns.keys())
    assert all(part.excluded.values())


def test_the_names_of_parts_are_different() -> None:
    names = [part.name for part in EXPORT_SOURCES]
    assert len(names) == len(set(names))
