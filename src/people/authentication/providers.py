"""The municipality's identity providers, from its settings file: a MitID broker, the staff directory.

The file is TOML with a `[[provider]]` for each; docs/concepts/sign-in.md shows one. No I/O.
"""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

from people.access.model import Role

# Neither `none` nor HS256: with a shared secret, the provider's public key could sign tokens.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ID = re.compile(r"[a-z][a-z0-9-]{0,19}")


class InvalidProviderFile(Exception):
    """The file is invalid; the message says where and what to write."""


class MatchBy(StrEnum):
    """The field of a person that a claim is matched with."""

    SIGN_IN_NAME = "sign_in_name"
    FILE_ID = "file_id"
    CPR = "cpr"


class PersonRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the person is identified at the first sign-in; afterwards the provider's subject identifies them."""

    claim: str
    matches: MatchBy
    make: bool = False  # whether an unknown person with roles is created
    given_name: str = "given_name"  # the claims to take the name from
    surname: str = "family_name"


class RoleRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which group of the directory gives which role. A role ends with its group at the next sign-in."""

    claim: str
    groups: dict[str, Role]


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An identity provider (OpenID Connect)."""

    id: str
    name: str  # on its button
    issuer: str
    client_id: str
    person: PersonRule
    client_secret_variable: str = ""
    client_secret: str = ""  # from the environment, never in the file
    scopes: tuple[str, ...] = ("openid",)
    algorithms: tuple[str, ...] = ("RS256", "PS256", "ES256")
    assurance: tuple[str, ...] = ()  # the levels that are accepted; none: any
    assurance_claim: str = "acr"
    second_factor: bool = False  # whether the provider's sign-in includes a second factor
    roles: RoleRule | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    provider: list[Provider]


def parse_providers(text: str, environment: Mapping[str, str]) -> tuple[Provider, ...]:
    """The providers of a file; client secrets are read from the environment. Raises InvalidProviderFile."""
    try:
        providers = msgspec.convert(tomllib.loads(text), _File).provider
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InvalidProviderFile(str(error)) from error
    ids = [provider.id for provider in providers]
    if len(set(ids)) < len(ids):
        raise InvalidProviderFile("two providers have the same id")
    return tuple(_validate(provider, environment) for provider in providers)


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
    """A claim as texts, whether it is a single value, a list or missing.

    A dot in the name leads into an object (`realm_access.roles`).
    """
    claim: object = claims.get(name)
    # The whole name first: a claim such as `dk.cpr` has the dot in its own name.
    if claim is None and "." in name:
        claim = claims
        for part in name.split("."):
            claim = claim.get(part) if isinstance(claim, Mapping) else None
    values = claim if isinstance(claim, list) else [claim]
    return tuple(
        # PostgreSQL stores no NUL in a text.
        str(value).replace("\x00", "")
        for value in values
        if isinstance(value, str | int) and not isinstance(value, bool)
    )


def roles_from_claims(provider: Provider, claims: Mapping[str, object]) -> frozenset[Role]:
    """The roles that a person's groups give them."""
    if provider.roles is None:
        return frozenset()
    groups = provider.roles.groups
    return frozenset(groups[group] for group in claim_texts(claims, provider.roles.claim) if group in groups)
