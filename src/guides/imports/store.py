"""Queries of the import: files that wait for a yes, and who has which id in the municipality's own files."""

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
    """Keep a file until its sender says yes."""
    db.execute(
        insert(t.upload).values(
            id=upload_id, kind=kind, file_name=name, content=content, made_by=by, made_at=at
        )
    )


def upload(db: Connection, upload_id: str, by: str) -> tuple[ImportKind, str, bytes] | None:
    """A file that this person has sent, with its kind and name; nobody else changes it until the transaction ends."""
    chosen = select(t.upload).where(t.upload.c.id == upload_id, t.upload.c.made_by == by)
    row = db.execute(chosen.with_for_update()).one_or_none()
    return None if row is None else (ImportKind(row.kind), row.file_name, row.content)


def delete_upload(db: Connection, upload_id: str) -> None:
    """Forget a file."""
    db.execute(delete(t.upload).where(t.upload.c.id == upload_id))


def delete_uploads_before(db: Connection, before: datetime) -> None:
    """Forget the files that nobody said yes to in time."""
    db.execute(delete(t.upload).where(t.upload.c.made_at < before))


def guides_by_file_id(db: Connection) -> tuple[Guide, ...]:
    """All guides who came from a file, with the file's id as theirs."""
    kept = pool_store.guides(db)
    return tuple(
        msgspec.structs.replace(kept[one.id].guide, id=key)
        for key, one in directory_store.people_by_file_id(db, Role.GUIDE).items()
        if one.id in kept
    )


def area_ids(areas: Iterable[Area]) -> dict[str, str]:
    """Area ids by everything that an area may be called in a file: its id and its name, folded."""
    areas = tuple(areas)
    return {fold(area.name): area.id for area in areas} | {fold(area.id): area.id for area in areas}


def area_id(ids: Mapping[str, str], word: str) -> str:
    """The id of the area that a file calls so; "" where there is none."""
    return ids.get(fold(word), "")
