"""Group commit of access-log entries: durable without a disk flush per request.

Every request that read something waits for the commit of the group that its entries are in. While one group
is being committed the next one gathers, so a group is as large as the load needs and a lone reader waits for
one commit only.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from queue import SimpleQueue

import msgspec
from sqlalchemy import Engine

from foundation.db.transactions import write_transaction
from people.audit import store
from people.audit.model import AccessEntry
from people.authentication import sessions

GROUP_SIZE_MAX = 256  # requests per commit


class SessionRefresh(msgspec.Struct, frozen=True):
    """A session was used at that time and now lasts until `expires_at`."""

    token_hash: str
    seen_at: datetime
    expires_at: datetime


class _PendingWrite(msgspec.Struct, frozen=True):
    entries: tuple[AccessEntry, ...]
    session_refresh: SessionRefresh | None
    done: Future[None]


class AccessLogWriter:
    """The only writer of access-log entries in this process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: SimpleQueue[_PendingWrite | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._write_groups, name="access-log", daemon=True)
        self._thread.start()

    def write(self, entries: Sequence[AccessEntry], session_refresh: SessionRefresh | None = None) -> None:
        """Store the entries and return when they are committed. Raises what the database raised."""
        if not entries and session_refresh is None:
            return
        pending = _PendingWrite(tuple(entries), session_refresh, Future())
        self._queue.put(pending)
        # The page is sent after this only: no read without a log entry on disk (docs/adr/0002).
        pending.done.result()

    def close(self) -> None:
        """Write what is queued, then stop."""
        self._queue.put(None)
        self._thread.join()

    def _write_groups(self) -> None:
        open_ = True
        while open_:
            group: list[_PendingWrite] = []
            first = self._queue.get()
            while first is not None:
                group.append(first)
                if len(group) == GROUP_SIZE_MAX or self._queue.empty():
                    break
                first = self._queue.get()
            open_ = first is not None
            if group:
                self._commit(group)

    def _commit(self, group: Sequence[_PendingWrite]) -> None:
        try:
            with write_transaction(self._engine) as db:
                refreshes = [write.session_refresh for write in group if write.session_refresh is not None]
                # Sorted, so that two processes lock the rows in the same order.
                for refresh in sorted(refreshes, key=lambda refresh: refresh.token_hash):
                    sessions.refresh_session(db, refresh.token_hash, refresh.seen_at, refresh.expires_at)
                store.add(db, [entry for write in group for entry in write.entries])
        except Exception as error:  # raised in the requests that wait, so that this thread goes on
            for write in group:
                write.done.set_exception(error)
        else:
            for write in group:
                write.done.set_result(None)
