"""The matching engine: who walks with whom, provably the best pairing for everyone together, with reasons."""

from guides.matching.engine import propose
from guides.matching.policy import Policy
from guides.matching.policy_file import read_policy, write_policy
from guides.matching.proposal import NextBest, Pair, Proposal, Totals, Waiting
from guides.matching.reasons import MatchingFault, PinFault, PolicyFault, PoolFault, Reason, render

__all__ = [
    "MatchingFault",
    "NextBest",
    "Pair",
    "PinFault",
    "Policy",
    "PolicyFault",
    "PoolFault",
    "Proposal",
    "Reason",
    "Totals",
    "Waiting",
    "propose",
    "read_policy",
    "render",
    "write_policy",
]
