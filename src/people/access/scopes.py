"""What a token of the programming interface may do at most: reading or writing, feature by feature. Pure."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from people.access.model import Role

# Who may have keys for programs.
TOKEN_OWNER_ROLES = (
    Role.COORDINATOR,
    Role.SUPPORT_WORKER,
    Role.BUDGET_OFFICER,
    Role.LEADER,
    Role.ADMINISTRATOR,
)


class Feature(StrEnum):
    """A part of the software that routes of the programming interface belong to."""

    PEOPLE = "people"
    GUIDES = "guides"
    PLANS = "plans"
    BUDGETS = "budgets"


class Scope(msgspec.Struct, frozen=True, order=True):
    """Reading in one feature, or writing, which reading is part of."""

    feature: Feature
    writes: bool = False

    def __str__(self) -> str:
        return f"{self.feature}:{'write' if self.writes else 'read'}"

    def covers(self, required: "Scope") -> bool:
        """Whether it lets somebody do what is needed."""
        return self.feature is required.feature and self.writes >= required.writes


ALL_SCOPES = tuple(Scope(feature, writes) for feature in Feature for writes in (False, True))


class ScopeRequirement(msgspec.Struct, frozen=True):
    """What a route of the programming interface belongs to."""

    feature: Feature

    def scope_for(self, method: str) -> Scope:
        """The scope that a request of that method needs: GET and HEAD read, everything else writes."""
        return Scope(self.feature, method not in {"GET", "HEAD"})


def allows(held: Iterable[Scope], required: Scope) -> bool:
    """Whether any of the scopes covers what is needed."""
    return any(scope.covers(required) for scope in held)


def format_scopes(scopes: Iterable[Scope]) -> str:
    """The scopes as they are stored: words with spaces between, as OAuth 2.0 writes them (RFC 6749, 3.3)."""
    return " ".join(str(scope) for scope in sorted(set(scopes)))


def parse_scopes(text: str) -> tuple[Scope, ...]:
    """The scopes of a text; words that name none are passed over, because a feature may go."""
    known = {str(scope): scope for scope in ALL_SCOPES}
    return tuple(known[word] for word in text.split() if word in known)
