"""Work that takes longer than a page should: one thread that does one job after the other.

A job's state lives in its own table, so that a page can show how far it is and a restart finds what was left.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

_log = structlog.get_logger()


class BackgroundWorker:
    """The background worker of this process."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="jobs")

    def submit(self, name: str, job: Callable[[], None]) -> Future[None]:
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


class PeriodicTask:
    """Work that falls due by itself: done at once and then again after each pause, until it is closed."""

    def __init__(self, name: str, work: Callable[[], None], pause_seconds: float) -> None:
        self._name = name
        self._work = work
        self._pause_seconds = pause_seconds
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish what is being done and do it no more."""
        self._closed.set()
        self._thread.join()

    def _repeat(self) -> None:
        while not self._closed.is_set():
            try:
                self._work()
            except Exception:  # the next time it may go; nobody waits for this one
                _log.exception("recurring work failed", work=self._name)
            self._closed.wait(self._pause_seconds)
