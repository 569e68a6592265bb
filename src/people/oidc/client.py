"""Talking to a provider: what it says of itself, its keys, and what a code is worth. Nothing is kept between sign-ins."""

from typing import TypeVar

import httpx
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from people.authentication.providers import Provider
from people.errors import OutsideFailed
from people.oidc.protocol import Metadata

TIMEOUT_SECONDS = 8.0
ANSWER_BYTES_MAX = 256 * 1024

Value = TypeVar("Value")


class _Tokens(msgspec.Struct):
    id_token: str


def discover(provider: Provider) -> Metadata:
    """What the provider says of itself. Raises OutsideFailed, also when it says that it is another one."""
    address = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    found = _decoded(_ask("GET", address), Metadata)
    if found.issuer != provider.issuer:
        raise OutsideFailed("the provider names another issuer than the settings")
    return found


def keys(metadata: Metadata) -> KeySet:
    """The keys that the provider signs with now. Raises OutsideFailed."""
    try:
        return KeySet.import_key_set(_decoded(_ask("GET", metadata.jwks_uri), dict))  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError) as problem:
        raise OutsideFailed("the provider's keys can't be read") from problem


def redeem(provider: Provider, metadata: Metadata, code: str, verifier: str, redirect_uri: str) -> str:
    """The ID token that the provider gives for a code. Raises OutsideFailed."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": provider.client_id,
        "code_verifier": verifier,
    }
    login = httpx.BasicAuth(provider.client_id, provider.client_secret) if provider.client_secret else None
    return _decoded(_ask("POST", metadata.token_endpoint, form, login), _Tokens).id_token


def _ask(
    method: str, address: str, form: dict[str, str] | None = None, login: httpx.BasicAuth | None = None
) -> bytes:
    try:
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client,
            client.stream(
                method, address, data=form, auth=login, headers={"accept": "application/json"}
            ) as answer,
        ):
            content = b""
            for part in answer.iter_bytes():
                content += part
                if len(content) > ANSWER_BYTES_MAX:
                    raise OutsideFailed("the provider's answer is too long")
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise OutsideFailed(f"the provider can't be reached: {type(problem).__name__}") from problem
    if answer.status_code != httpx.codes.OK:
        raise OutsideFailed(f"the provider answered {answer.status_code}")
    return content


def _decoded(content: bytes, shape: type[Value]) -> Value:
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, msgspec.ValidationError) as problem:
        raise OutsideFailed("the provider's answer can't be read") from problem
