"""The municipality's own ways to sign in, as its file describes them: MitID's broker, the directory of staff.

The file is TOML, with a `[[provider]]` for each; docs/sign_in.md shows one. No I/O here.
"""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

from people.access.model import Role

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ID = re.compile(r"[a-z][a-z0-9-]{0,19}")


class BadProviders(Exception):
    """The file can't be used; the message says where and what to write."""


class Match(StrEnum):
    """What of a person a claim is compared with."""

    SIGN_IN_NAME = "sign_in_name"
    FILE_ID = "file_id"
    CPR = "cpr"


class PersonRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the person is found the first time; afterwards the provider's own subject is enough."""

    claim: str
    matches: Match
    make: bool = False  # whether a person with roles whom nobody knows is made
    given_name: str = "given_name"  # the claims to take the name from
    surname: str = "family_name"


class RoleRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which of the directory's groups gives which role. A role ends with its group at the next sign-in."""

    claim: str
    groups: dict[str, Role]


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to sign in outside."""

    id: str
    name: str  # what its button says
    issuer: str
    client_id: str
    person: PersonRule
    client_secret_variable: str = ""
    client_secret: str = ""  # never in the file
    scopes: tuple[str, ...] = ("openid",)
    algorithms: tuple[str, ...] = ("RS256", "PS256", "ES256")
    assurance: tuple[str, ...] = ()  # the levels that suffice; none: any
    assurance_claim: str = "acr"
    second_factor: bool = False  # whether theirs counts as the second proof too
    roles: RoleRule | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    provider: list[Provider]


def parse_providers(text: str, environment: Mapping[str, str]) -> tuple[Provider, ...]:
    """The providers of a file; each client's secret comes from the environment. Raises BadProviders."""
    try:
        found = msgspec.convert(tomllib.loads(text), _File).provider
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        raise BadProviders(str(problem)) from problem
    ids = [one.id for one in found]
    if len(set(ids)) < len(ids):
        raise BadProviders("two providers have the same id")
    return tuple(_checked(one, environment) for one in found)


def _checked(one: Provider, environment: Mapping[str, str]) -> Provider:
    where = f"provider '{one.id}'"
    if not ID.fullmatch(one.id):
        raise BadProviders(f"{where}: write the id with small letters, digits and hyphens, 20 at most")
    address = urlsplit(one.issuer)
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in LOOPBACK):
        raise BadProviders(f"{where}: the issuer must begin with https://")
    unknown = set(one.algorithms) - set(ALGORITHMS)
    if unknown or not one.algorithms:
        raise BadProviders(f"{where}: algorithms can be {', '.join(ALGORITHMS)}")
    if "openid" not in one.scopes:
        raise BadProviders(f"{where}: the scopes must hold 'openid'")
    if one.client_secret:
        raise BadProviders(
            f"{where}: the secret belongs into the environment; name it in client_secret_variable"
        )
    if one.roles is not None and Role.CITIZEN in one.roles.groups.values():
        raise BadProviders(f"{where}: a directory gives no one the role citizen")
    if not one.client_secret_variable:
        return one
    secret = environment.get(one.client_secret_variable, "")
    if not secret:
        raise BadProviders(f"{where}: {one.client_secret_variable} is not set")
    return msgspec.structs.replace(one, client_secret=secret)


def texts(claims: Mapping[str, object], name: str) -> tuple[str, ...]:
    """A claim as texts, whether it is one, a list or missing; names with dots lead into objects (`realm_access.roles`)."""
    found: object = claims.get(name)
    if found is None and "." in name:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    values = found if isinstance(found, list) else [found]
    return tuple(
        str(one).replace("\x00", "")
        for one in values
        if isinstance(one, str | int) and not isinstance(one, bool)
    )


def roles_of(provider: Provider, claims: Mapping[str, object]) -> frozenset[Role]:
    """The roles that a person's groups give."""
    if provider.roles is None:
        return frozenset()
    groups = provider.roles.groups
    return frozenset(groups[group] for group in texts(claims, provider.roles.claim) if group in groups)
