"""The OpenID Connect protocol: the authorization code flow with PKCE, and the checks of each response. No
I/O.

OpenID Connect Core 1.0 (3.1), PKCE with S256 (RFC 7636), the issuer in the response (RFC 9207), and the
security best practice of RFC 9700. All values of one sign-in are derived from one secret that only the
browser stores.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from foundation.ids import new_token
from people.authentication.providers import Provider
from people.errors import ExternalSignInFailed

REQUEST_LIFETIME = timedelta(minutes=10)
SUBJECT_LENGTH_MAX = 255  # OpenID Connect Core 1.0, 2
LEEWAY_SECONDS = 60  # between the provider's clock and ours


class ProviderMetadata(msgspec.Struct, frozen=True):
    """A provider's metadata from `/.well-known/openid-configuration`."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    authorization_response_iss_parameter_supported: bool = False


class AuthorizationRequest(msgspec.Struct, frozen=True):
    """The values of one sign-in at one provider."""

    state: str
    nonce: str
    code_verifier: str


def new_browser_secret(now: datetime) -> str:
    """The secret in the browser's cookie during a sign-in: its start time and 256 random bits."""
    return f"{int(now.timestamp())}.{new_token()}"


def authorization_request(secret: str, provider_id: str, now: datetime) -> AuthorizationRequest:
    """The sign-in that belongs to a browser's secret. Raises ExternalSignInFailed if it expired or never
    started.
    """
    started = secret.partition(".")[0]
    # From a cookie, so it can be anything: `isdigit` alone accepts digits that `int` refuses.
    age = (
        now.timestamp() - int(started)
        if started.isascii() and started.isdigit() and len(started) < 12
        else -1
    )
    if not 0 <= age <= REQUEST_LIFETIME.total_seconds():
        raise ExternalSignInFailed("the try began too long ago, or in another browser")
    return AuthorizationRequest(
        # Derived per provider: the answer of one can't complete a sign-in at another (RFC 9700).
        *(_derive(secret, f"{use}:{provider_id}") for use in ("state", "nonce", "verifier"))
    )


def _derive(secret: str, use: str) -> str:
    return _base64(hmac.new(secret.encode(), use.encode(), hashlib.sha256).digest())


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def authorization_url(
    provider: Provider, metadata: ProviderMetadata, auth_request: AuthorizationRequest, redirect_uri: str
) -> str:
    """The URL at the provider where the user signs in."""
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(provider.scopes),
        "state": auth_request.state,
        "nonce": auth_request.nonce,
        "code_challenge": _base64(hashlib.sha256(auth_request.code_verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    if provider.assurance:
        query["acr_values"] = " ".join(provider.assurance)
    separator = "&" if "?" in metadata.authorization_endpoint else "?"
    return f"{metadata.authorization_endpoint}{separator}{urlencode(query)}"


def check_callback(
    metadata: ProviderMetadata, auth_request: AuthorizationRequest, parameters: Mapping[str, str]
) -> str:
    """The code in a callback's parameters.

    Raises ExternalSignInFailed if the callback doesn't belong to this sign-in, or is from another provider.
    """
    # As bytes: `compare_digest` raises for texts with characters beyond ASCII.
    if not hmac.compare_digest(auth_request.state.encode(), parameters.get("state", "").encode()):
        raise ExternalSignInFailed("the state is another one")
    issuer = parameters.get("iss")
    # A provider that says it sends the issuer has to: leaving it out must not avoid the check (RFC 9207).
    if issuer is None and metadata.authorization_response_iss_parameter_supported:
        raise ExternalSignInFailed("the answer names no issuer")
    if issuer is not None and issuer != metadata.issuer:
        raise ExternalSignInFailed("the answer names another issuer")
    if not parameters.get("code"):
        raise ExternalSignInFailed("the answer holds no code")
    return parameters["code"]


def check_id_token(
    provider: Provider, keys: KeySet, id_token: str, nonce: str, now: datetime
) -> dict[str, object]:
    """The claims of a valid ID token: signed by the provider, for us, for this sign-in, unexpired, at an
    accepted level.

    Only the algorithms in the settings are accepted: neither `none` nor a public key used as a shared secret
    is. Raises ExternalSignInFailed.
    """
    try:
        claims = jwt.decode(id_token, keys, algorithms=list(provider.algorithms)).claims
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise ExternalSignInFailed(f"the ID token: {type(error).__name__}") from error
    # OpenID Connect Core 1.0, 3.1.3.7: with several audiences, `azp` has to name us.
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != provider.client_id:
        raise ExternalSignInFailed("the ID token is for several, and not for us first")
    if not isinstance(claims["sub"], str) or len(claims["sub"]) > SUBJECT_LENGTH_MAX:
        raise ExternalSignInFailed("the ID token: the subject is no text, or too long")
    # The request only asks for a level (`acr_values`); the provider can answer with a lower one.
    if provider.assurance and claims.get(provider.assurance_claim) not in provider.assurance:
        raise ExternalSignInFailed("the level of assurance is too low", assurance_too_low=True)
    return claims
