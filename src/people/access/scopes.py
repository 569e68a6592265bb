"""The scopes of API tokens: reading or writing, per feature. No I/O."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from people.access.model import Role

# The roles whose holders may have API tokens.
TOKEN_OWNER_ROLES = (
    Role.COORDINATOR,
    Role.SUPPORT_WORKER,
    Role.BUDGET_OFFICER,
    Role.LEADER,
    Role.ADMINISTRATOR,
)


class Feature(StrEnum):
    """A part of the software that API routes belong to."""

    PEOPLE = "people"
    GUIDES = "guides"
    PLANS = "plans"
    BUDGETS = "budgets"


class Scope(msgspec.Struct, frozen=True, order=True):
    """Reading in one feature, or writing, which includes reading."""

    feature: Feature
    writes: bool = False

    def __str__(self) -> str:
        return f"{self.feature}:{'write' if self.writes else 'read'}"

    def covers(self, required: "Scope") -> bool:
        """Whether this scope permits what the other one does."""
        return self.feature is required.feature and self.writes >= required.writes


ALL_SCOPES = tuple(Scope(feature, writes) for feature in Feature for writes in (False, True))


class ScopeRequirement(msgspec.Struct, frozen=True):
    """The feature that an API route belongs to."""

    feature: Feature

    def scope_for(self, method: str) -> Scope:
        """The scope that a request of that method needs: GET and HEAD read, all others write."""
        return Scope(self.feature, method not in {"GET", "HEAD"})


def allows(scopes: Iterable[Scope], required: Scope) -> bool:
    """Whether any of the scopes covers the required one."""
    return any(scope.covers(required) for scope in scopes)


def format_scopes(scopes: Iterable[Scope]) -> str:
    """The scopes as they are stored: separated by spaces, as in OAuth 2.0 (RFC 6749, 3.3)."""
    return " ".join(str(scope) for scope in sorted(set(scopes)))


def parse_scopes(text: str) -> tuple[Scope, ...]:
    """The scopes in a text; unknown ones are skipped, because a feature may be removed."""
    known = {str(scope): scope for scope in ALL_SCOPES}
    return tuple(known[word] for word in text.split() if word in known)
