"""The matching engine: a provably optimal assignment of citizens' requests to guides, with reasons."""

from guides.matching.engine import propose
from guides.matching.explain.next_best import every_guide_for
from guides.matching.explain.recruiting_advice import Advice, recruiting_advice
from guides.matching.explain.report import Report, report_on
from guides.matching.policy_file import read_policy, write_policy
from guides.matching.proposal import NextBest, Pair, Proposal, Totals, Waiting
from guides.matching.reasons import MatchingError, PinError, PolicyError, PoolError, Reason, render
from guides.matching.scoring.policy import Policy
from guides.matching.what_if.changes import Change, Moved, Outcome, consider
from guides.matching.what_if.effect import Effect, SolvedPool, effect_of, solved_pool

__all__ = [
    "Advice",
    "Change",
    "Effect",
    "MatchingError",
    "Moved",
    "NextBest",
    "Outcome",
    "Pair",
    "PinError",
    "Policy",
    "PolicyError",
    "PoolError",
    "Proposal",
    "Reason",
    "Report",
    "SolvedPool",
    "Totals",
    "Waiting",
    "consider",
    "effect_of",
    "every_guide_for",
    "propose",
    "read_policy",
    "recruiting_advice",
    "render",
    "report_on",
    "solved_pool",
    "write_policy",
]
