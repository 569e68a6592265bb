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


class InvalidProviderFile(Exception):
    """The file can't be used; the message says where and what to write."""


class MatchBy(StrEnum):
    """What of a person a claim is compared with."""

    SIGN_IN_NAME = "sign_in_name"
    FILE_ID = "file_id"
    CPR = "cpr"


class PersonRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the person is found the first time; afterwards the provider's own subject is enough."""

    claim: str
    matches: MatchBy
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
    """The providers of a file; each client's secret comes from the environment. Raises InvalidProviderFile."""
    try:
        found = msgspec.convert(tomllib.loads(text), _File).provider
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        raise InvalidProviderFile(str(problem)) from problem
    ids = [one.id for one in found]
    if len(set(ids)) < len(ids):
        raise InvalidProviderFile("two providers have the same id")
    return tuple(_validate(one, environment) for one in found)


def _validate(provider: Provider, environment: Mapping[str, str]) -> Provider:
    where = f"provider '{provider.id}'"
    if not ID.fullmatch(provider.id):
        raise InvalidProviderFile(f"{where}: write the id with small letters, digits and hyphens, 20 at most")
    address = urlsplit(provider.issuer)
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in LOOPBACK):
        raise InvalidProviderFile(f"{where}: the issuer must begin with https://")
    unknown = set(provider.algorithms) - set(ALGORITHMS)
    if unknown or not provider.algorithms:
        raise InvalidProviderFile(f"{where}: algorithms can be {', '.join(ALGORITHMS)}")
    if "openid" not in provider.scopes:
        raise InvalidProviderFile(f"{where}: the scopes must hold 'openid'")
    if provider.client_secret:
        raise InvalidProviderFile(
            f"{where}: the secret belongs into the environment; name it in client_secret_variable"
        )
    if provider.roles is not None and Role.CITIZEN in provider.roles.groups.values():
        raise InvalidProviderFile(f"{where}: a directory gives no one the role citizen")
    if not provider.client_secret_variable:
        return provider
    secret = environment.get(provider.client_secret_variable, "")
    if not secret:
        raise InvalidProviderFile(f"{where}: {provider.client_secret_variable} is not set")
    return msgspec.structs.replace(provider, client_secret=secret)


def claim_texts(claims: Mapping[str, object], name: str) -> tuple[str, ...]:
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


def roles_from_claims(provider: Provider, claims: Mapping[str, object]) -> frozenset[Role]:
    """The roles that a person's groups give."""
    if provider.roles is None:
        return frozenset()
    groups = provider.roles.groups
    return frozenset(groups[group] for group in claim_texts(claims, provider.roles.claim) if group in groups)
