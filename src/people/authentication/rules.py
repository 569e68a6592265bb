"""The municipality's sign-in settings, and how guessing is slowed down. No I/O."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

import msgspec

from foundation.ids import token_hash
from people.access.model import Role, RoleAssignment
from people.authentication.providers import Provider

DEVICE_LIFETIME = timedelta(days=180)  # since its last use


Network = IPv4Network | IPv6Network

# Failed attempts before the first wait. One address may be a whole library or office.
ACCOUNT_FREE_ATTEMPTS = 5
ADDRESS_FREE_ATTEMPTS = 30
WAIT_FIRST = timedelta(seconds=30)
# No lock after many attempts: whoever knows a user name could shut its owner out (docs/adr/0009).
WAIT_MAX = timedelta(minutes=15)
ATTEMPTS_EXPIRE_AFTER = timedelta(days=1)


class SignInMethod(StrEnum):
    """How a person signed in."""

    PASSWORD = "password"  # noqa: S105 - the word, not one
    INVITATION = "invitation"
    LETTER = "letter"  # a code in a letter, or handed over by the coordinator
    DEVICE = "device"  # a remembered browser
    OUTSIDE = "outside"  # an identity provider
    DEMO = "demo"


class PendingStep(StrEnum):
    """The step that a sign-in still lacks; until then the session gives no access."""

    CODE = "code"  # enter the one-time code
    SET_UP = "set_up"  # set up the authenticator app


PRIVILEGED_ROLES = frozenset(Role) - {Role.CITIZEN}


class SignInRules(msgspec.Struct, frozen=True):
    """The municipality's settings for signing in."""

    second_factor_required: bool = True  # for everyone who sees other people's data
    providers: tuple[Provider, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()  # whose X-Forwarded-For is believed


def required_step(
    roles: Iterable[RoleAssignment], rules: SignInRules, *, has_second_factor: bool
) -> PendingStep | None:
    """The step that a sign-in lacks after the first factor; None for none."""
    # Before the roles: who set up an app by choice has to use it as well.
    if has_second_factor:
        return PendingStep.CODE
    sees_others = any(assignment.role in PRIVILEGED_ROLES for assignment in roles)
    return PendingStep.SET_UP if sees_others and rules.second_factor_required else None


def roles_fingerprint(roles: Iterable[RoleAssignment]) -> str:
    """A hash of the roles at sign-in: a session ends when the person's roles change."""
    return token_hash(" ".join(sorted(f"{assignment.role}:{assignment.area or ''}" for assignment in roles)))


def wait_after_failures(failures: int, free_attempts: int) -> timedelta:
    """The wait after that many failed attempts: none at first, then doubled each time."""
    over = failures - free_attempts
    if over < 0:
        return timedelta()
    # The exponent is capped first: after a long series the product would overflow.
    return min(WAIT_FIRST * (1 << min(over, 16)), WAIT_MAX)


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The client's address as far as it can be trusted.

    That is the peer, or behind a trusted proxy the last address in its `X-Forwarded-For` that is not a
    trusted proxy itself. An IPv6 address counts as its /64, which one household has.
    """
    address = peer
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    # From the right: what callers write there themselves is to the left of what our proxies add.
    while hops and _within(address, trusted):
        address = hops.pop()
    return _network_prefix(address)


def _within(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    # A socket for both protocols reports an IPv4 peer as an IPv6 address.
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return any((mapped or parsed) in network for network in networks)


def _network_prefix(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:40]
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Network((parsed, 64), strict=False))
    return str(parsed)
