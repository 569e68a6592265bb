"""HTTP requests to an identity provider: metadata, signing keys, token exchange. Nothing is cached between
sign-ins.
"""

from typing import Any, TypeVar

import httpx
import msgspec
import structlog
from joserfc import jwk
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from people.authentication.providers import Provider
from people.errors import ExternalSignInFailed
from people.oidc.protocol import ProviderMetadata

TIMEOUT_SECONDS = 8.0
RESPONSE_BYTES_MAX = 256 * 1024

Value = TypeVar("Value")

_log = structlog.get_logger()


class _SigningKeys(msgspec.Struct):
    keys: list[dict[str, Any]]


class _TokenResponse(msgspec.Struct):
    id_token: str


def discover(provider: Provider) -> ProviderMetadata:
    """The provider's metadata. Raises ExternalSignInFailed, also for another issuer than the settings'."""
    url = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    metadata = _decode(_request("GET", url), ProviderMetadata)
    # Required by OpenID Connect Discovery 1.0, 4.3: metadata of another issuer must not be used.
    if metadata.issuer != provider.issuer:
        raise ExternalSignInFailed("the provider names another issuer than the settings")
    return metadata


def fetch_signing_keys(metadata: ProviderMetadata) -> KeySet:
    """The provider's current signing keys. Raises ExternalSignInFailed when none of them can be used.

    A key that is for something else or can't be read is passed over (RFC 7517, section 5).
    """
    usable = []
    for key in _decode(_request("GET", metadata.jwks_uri), _SigningKeys).keys:
        if key.get("use", "sig") != "sig":
            continue
        try:
            usable.append(jwk.import_key(key))
        except (JoseError, ValueError, KeyError, TypeError):
            _log.warning("signing key passed over", kid=str(key.get("kid", ""))[:80])
    if not usable:
        raise ExternalSignInFailed("the provider has no key that can be used")
    return KeySet(usable)


def exchange_code(
    provider: Provider, metadata: ProviderMetadata, code: str, verifier: str, redirect_uri: str
) -> str:
    """The ID token that the provider issues for a code. Raises ExternalSignInFailed."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": provider.client_id,
        "code_verifier": verifier,
    }
    auth = httpx.BasicAuth(provider.client_id, provider.client_secret) if provider.client_secret else None
    return _decode(_request("POST", metadata.token_endpoint, form, auth), _TokenResponse).id_token


def _request(
    method: str, url: str, form: dict[str, str] | None = None, login: httpx.BasicAuth | None = None
) -> bytes:
    try:
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client,
            client.stream(
                method, url, data=form, auth=login, headers={"accept": "application/json"}
            ) as response,
        ):
            content = b""
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > RESPONSE_BYTES_MAX:
                    raise ExternalSignInFailed("the provider's answer is too long")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ExternalSignInFailed(f"the provider can't be reached: {type(error).__name__}") from error
    if response.status_code != httpx.codes.OK:
        raise ExternalSignInFailed(f"the provider answered {response.status_code}")
    return content


def _decode(content: bytes, target: type[Value]) -> Value:
    try:
        return msgspec.json.decode(content, type=target)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ExternalSignInFailed("the provider's answer can't be read") from error
