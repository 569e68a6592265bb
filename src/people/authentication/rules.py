"""What a municipality decides about signing in, and how guessing is slowed down."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

import msgspec

from foundation.ids import token_hash
from people.access.model import Role, RoleAssignment
from people.authentication.providers import Provider

DEVICE_LIFETIME = timedelta(days=180)  # that a browser is known without being used


Network = IPv4Network | IPv6Network

# Tries that cost nothing before the first wait. One address may be a whole library or office.
ACCOUNT_FREE_ATTEMPTS = 5
ADDRESS_FREE_ATTEMPTS = 30
WAIT_FIRST = timedelta(seconds=30)
WAIT_MAX = timedelta(minutes=15)
ATTEMPTS_EXPIRE_AFTER = timedelta(days=1)


class SignInMethod(StrEnum):
    """How somebody came in."""

    PASSWORD = "password"  # noqa: S105 - the word, not one
    INVITATION = "invitation"
    LETTER = "letter"  # a code in a letter, or from the coordinator's hand
    DEVICE = "device"  # a browser that is remembered
    OUTSIDE = "outside"  # MitID or the municipality's own sign-in
    DEMO = "demo"


class PendingStep(StrEnum):
    """What a sign-in still waits for; until then it opens nothing else."""

    CODE = "code"  # the one-time code of the app
    SET_UP = "set_up"  # the app has to be set up first


PRIVILEGED_ROLES = frozenset(Role) - {Role.CITIZEN}


class SignInRules(msgspec.Struct, frozen=True):
    """The municipality's settings for signing in."""

    second_factor_required: bool = True  # for everybody who sees other people's data
    providers: tuple[Provider, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()  # their X-Forwarded-For is believed


def required_step(
    roles: Iterable[RoleAssignment], rules: SignInRules, *, has_second_factor: bool
) -> PendingStep | None:
    """What a right password still waits for."""
    if has_second_factor:
        return PendingStep.CODE
    sees_others = any(held.role in PRIVILEGED_ROLES for held in roles)
    return PendingStep.SET_UP if sees_others and rules.second_factor_required else None


def roles_fingerprint(roles: Iterable[RoleAssignment]) -> str:
    """A hash of the roles that a sign-in was opened with: with other roles it no longer holds."""
    return token_hash(" ".join(sorted(f"{held.role}:{held.area or ''}" for held in roles)))


def wait_after_failures(failures: int, free_attempts: int) -> timedelta:
    """How long nobody may try again after so many tries in vain: nothing at first, then twice as long each time."""
    over = failures - free_attempts
    if over < 0:
        return timedelta()
    return min(WAIT_FIRST * (1 << min(over, 16)), WAIT_MAX)


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """Where a request comes from, as far as it can be believed: the peer, or behind a trusted proxy the last address in
    its `X-Forwarded-For` that is no trusted proxy itself. An IPv6 address counts as its /64, which one household has.
    """
    address = peer
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    while hops and _within(address, trusted):
        address = hops.pop()
    return _network_prefix(address)


def _within(address: str, networks: Sequence[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return any((mapped or found) in network for network in networks)


def _network_prefix(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address[:40]
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))
    return str(found)
