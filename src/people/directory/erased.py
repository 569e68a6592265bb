"""A condition that leaves out erased people."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.sql.selectable import FromClause

from people.directory.model import PERSON_KIND
from people.tables import directory as directory_tables
from people.tables import rights as rights_tables


def not_erased(person: FromClause = directory_tables.person) -> ColumnElement[bool]:
    """Whether a person of the query has not been erased: for lists of people and for the matching."""
    note = rights_tables.erasure.c
    return ~select(note.record_id).where(note.record_id == person.c.id, note.kind == PERSON_KIND).exists()
