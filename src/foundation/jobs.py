"""Work that takes longer than a page should: one thread that does one job after the other.

A job's state lives in its own table, so that a page can show how far it is and a restart finds what was left.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

_log = structlog.get_logger()


class Jobs:
    """The background worker of this process."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="jobs")

    def start(self, name: str, job: Callable[[], None]) -> Future[None]:
        """Do the job after those that wait. The job notes its own failure where people see it; the log has the rest."""

        def run() -> None:
            try:
                job()
            except Exception:
                _log.exception("job failed", job=name)
                raise

        return self._executor.submit(run)

    def close(self) -> None:
        """Finish the job at hand and forget the ones that wait."""
        self._executor.shutdown(cancel_futures=True)
