"""Key rotation: re-encrypting every encrypted value with the current key."""

from collections.abc import Iterator

from sqlalchemy import Column, Connection, Table, select, update

from foundation.crypto.encryption import Keys, associated_data, blind_index, decrypt, encrypt, index_scope
from foundation.db.types import metadata


def encrypted_columns() -> Iterator[tuple[Table, Column[str]]]:
    """Every column of encrypted values: its name ends in `_sealed`, and its table has a single-column primary
    key.
    """
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith("_sealed"):
                yield table, column


def reencrypt_all(db: Connection, keys: Keys) -> int:
    """Encrypt every value with the current key, blind indexes included; returns how many had an older key.

    Raises DecryptionError when a key is missing or a value was tampered with; the caller's transaction must
    roll back.
    """
    count = 0
    for table, column in encrypted_columns():
        (key,) = table.primary_key.columns
        older = ~column.startswith(f"{keys.current_id}:", autoescape=True)
        # Locked, so that a text which somebody changes meanwhile isn't overwritten by the former one.
        for row_id, value in db.execute(select(key, column).where(older).with_for_update()).all():
            aad = associated_data(table.name, column.name, row_id)
            text = decrypt(keys, value, aad=aad)
            values = {column.name: encrypt(keys, text, aad=aad)}
            index_column = f"{column.name.removesuffix('_sealed')}_hash"
            if index_column in table.columns:
                # The blind index is derived from the same master key, so it has to change with it.
                values[index_column] = blind_index(keys, text, scope=index_scope(table.name, index_column))
            db.execute(update(table).where(key == row_id).values(values))
            count += 1
    return count
