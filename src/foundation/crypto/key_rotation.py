"""A change of keys: everything that is sealed is sealed anew with the current key."""

from collections.abc import Iterator

from sqlalchemy import Column, Connection, Table, select, update

from foundation.crypto.encryption import Keys, associated_data, blind_index, decrypt, encrypt, index_scope
from foundation.db.types import metadata


def encrypted_columns() -> Iterator[tuple[Table, Column[str]]]:
    """Every column that holds sealed values: its name ends in `_sealed`, and its table has one key."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith("_sealed"):
                yield table, column


def reencrypt_all(db: Connection, keys: Keys) -> int:
    """Seal everything with the current key, hashes for search included; gives how many values were sealed with an older one.

    Raises Unsealable when a value's key is missing or a value was tampered with; nothing is changed then.
    """
    count = 0
    for table, column in encrypted_columns():
        (key,) = table.primary_key.columns
        older = ~column.startswith(f"{keys.current_id}:", autoescape=True)
        for row_id, value in db.execute(select(key, column).where(older).with_for_update()).all():
            about = associated_data(table.name, column.name, row_id)
            text = decrypt(keys, value, aad=about)
            values = {column.name: encrypt(keys, text, aad=about)}
            hashed = f"{column.name.removesuffix('_sealed')}_hash"
            if hashed in table.columns:
                values[hashed] = blind_index(keys, text, scope=index_scope(table.name, hashed))
            db.execute(update(table).where(key == row_id).values(values))
            count += 1
    return count
