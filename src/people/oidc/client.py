"""Talking to a provider: what it says of itself, its keys, and what a code is worth. Nothing is kept between sign-ins."""

from typing import TypeVar

import httpx
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from people.authentication.providers import Provider
from people.errors import ExternalSignInFailed
from people.oidc.protocol import ProviderMetadata

TIMEOUT_SECONDS = 8.0
RESPONSE_BYTES_MAX = 256 * 1024

Value = TypeVar("Value")


class _TokenResponse(msgspec.Struct):
    id_token: str


def discover(provider: Provider) -> ProviderMetadata:
    """What the provider says of itself. Raises ExternalSignInFailed, also when it says that it is another one."""
    address = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    found = _decode(_request("GET", address), ProviderMetadata)
    if found.issuer != provider.issuer:
        raise ExternalSignInFailed("the provider names another issuer than the settings")
    return found


def fetch_signing_keys(metadata: ProviderMetadata) -> KeySet:
    """The keys that the provider signs with now. Raises ExternalSignInFailed."""
    try:
        return KeySet.import_key_set(_decode(_request("GET", metadata.jwks_uri), dict))  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError) as problem:
        raise ExternalSignInFailed("the provider's keys can't be read") from problem


def exchange_code(
    provider: Provider, metadata: ProviderMetadata, code: str, verifier: str, redirect_uri: str
) -> str:
    """The ID token that the provider gives for a code. Raises ExternalSignInFailed."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": provider.client_id,
        "code_verifier": verifier,
    }
    login = httpx.BasicAuth(provider.client_id, provider.client_secret) if provider.client_secret else None
    return _decode(_request("POST", metadata.token_endpoint, form, login), _TokenResponse).id_token


def _request(
    method: str, url: str, form: dict[str, str] | None = None, login: httpx.BasicAuth | None = None
) -> bytes:
    try:
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client,
            client.stream(
                method, url, data=form, auth=login, headers={"accept": "application/json"}
            ) as answer,
        ):
            content = b""
            for part in answer.iter_bytes():
                content += part
                if len(content) > RESPONSE_BYTES_MAX:
                    raise ExternalSignInFailed("the provider's answer is too long")
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise ExternalSignInFailed(f"the provider can't be reached: {type(problem).__name__}") from problem
    if answer.status_code != httpx.codes.OK:
        raise ExternalSignInFailed(f"the provider answered {answer.status_code}")
    return content


def _decode(content: bytes, shape: type[Value]) -> Value:
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, msgspec.ValidationError) as problem:
        raise ExternalSignInFailed("the provider's answer can't be read") from problem
