"""Background work that takes longer than a request should: one thread that runs one job after another.

The state of a job is stored in its own table, so that a page can show its progress and a restart can resume
it.
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
        """Queue a job. The job itself records a failure where users see it; here it is only logged."""

        def run() -> None:
            try:
                job()
            except Exception:
                _log.exception("job failed", job=name)
                raise

        return self._executor.submit(run)

    def close(self) -> None:
        """Finish the running job and discard the queued ones."""
        # Discarded jobs are not lost: their state is in their tables, and a restart resumes them.
        self._executor.shutdown(cancel_futures=True)


class PeriodicTask:
    """Recurring work: run at once and then again after each pause, until it is closed."""

    def __init__(self, name: str, work: Callable[[], None], pause_seconds: float) -> None:
        self._name = name
        self._work = work
        self._pause_seconds = pause_seconds
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Wait for a run in progress, then stop."""
        self._closed.set()
        self._thread.join()

    def _repeat(self) -> None:
        while not self._closed.is_set():
            try:
                self._work()
            except Exception:  # the next run may succeed, and no request waits for this one
                _log.exception("recurring work failed", work=self._name)
            # Not a sleep, because closing must not wait for the pause to end.
            self._closed.wait(self._pause_seconds)
