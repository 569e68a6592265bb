"""A run, its report, and the overrides of a coordinator."""

from datetime import datetime

import msgspec

from guides.lifecycle import RunStatus
from guides.matching.explain.recruiting_advice import Advice
from guides.matching.explain.report import Report
from guides.matching.proposal import Totals
from guides.matching.reasons import Reason


class Override(msgspec.Struct, frozen=True):
    """A coordinator's decision on one pair, for the next run."""

    request_id: str
    guide_id: str
    kind: str  # "pin" or "forbid"


class Run(msgspec.Struct, frozen=True):
    """A run of the matching without its result. `progress` is in percent, `step` an English message id."""

    id: str
    status: RunStatus
    progress: int
    step: str
    seed: int
    policy: str  # TOML
    totals: Totals | None
    fault: Reason | None
    follows: str | None  # the run that this one repeats with overrides
    made_by: str
    made_at: datetime
    finished_at: datetime | None
    published_at: datetime | None


class RunReport(msgspec.Struct, frozen=True):
    """What the matching computes besides the pairs: outcomes by group, and which guides to recruit next."""

    report: Report
    advice: tuple[Advice, ...]
