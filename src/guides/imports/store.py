"""Queries of the import: uploads that wait to be applied, and people by their id in the municipality's files."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, insert, select

from guides import tables as t
from guides.imports.diff import ImportKind
from guides.matching.model import Guide, fold
from guides.pool import store as pool_store
from people.access.model import Role
from people.directory import store as directory_store
from people.directory.model import Area


def add_upload(
    db: Connection, upload_id: str, kind: ImportKind, name: str, content: bytes, by: str, at: datetime
) -> None:
    """Store an upload until its sender applies or discards it."""
    db.execute(
        insert(t.upload).values(
            id=upload_id, kind=kind, file_name=name, content=content, made_by=by, made_at=at
        )
    )


def upload(db: Connection, upload_id: str, by: str) -> tuple[ImportKind, str, bytes] | None:
    """Kind, name and content of an upload of this person, locked until the transaction ends."""
    query = select(t.upload).where(t.upload.c.id == upload_id, t.upload.c.made_by == by)
    row = db.execute(query.with_for_update()).one_or_none()
    return None if row is None else (ImportKind(row.kind), row.file_name, row.content)


def delete_upload(db: Connection, upload_id: str) -> None:
    """Delete an upload."""
    db.execute(delete(t.upload).where(t.upload.c.id == upload_id))


def delete_uploads_before(db: Connection, before: datetime) -> None:
    """Delete the uploads that were made before then."""
    db.execute(delete(t.upload).where(t.upload.c.made_at < before))


def guides_by_file_id(db: Connection) -> tuple[Guide, ...]:
    """All imported guides, with `id` set to the id in the file."""
    records = pool_store.guides(db)
    return tuple(
        msgspec.structs.replace(records[person.id].guide, id=file_id)
        for file_id, person in directory_store.people_by_file_id(db, Role.GUIDE).items()
        if person.id in records
    )


def area_ids(areas: Iterable[Area]) -> dict[str, str]:
    """Area ids by the folded id and the folded name, as either may be used in a file."""
    areas = tuple(areas)
    return {fold(area.name): area.id for area in areas} | {fold(area.id): area.id for area in areas}


def area_id(ids: Mapping[str, str], name: str) -> str:
    """The id of the area that a file calls `name`; "" if there is none."""
    return ids.get(fold(name), "")
