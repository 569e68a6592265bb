"""A strict OpenID provider on loopback: it checks PKCE and one-time codes, and returns forged tokens on request."""

import hashlib
import json
import threading
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT_ID = "livsmester"
CLIENT_SECRET = "en hemmelighed"
KEY = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})


class FakeOidcProvider:
    """The provider's state, and hooks that falsify its next response."""

    def __init__(self) -> None:
        self.address = ""
        self.claims: dict[str, Any] = {"sub": "subject-1"}
        self.now: Callable[[], float] = lambda: 0.0
        self.codes: dict[str, dict[str, str]] = {}
        self.metadata: dict[str, Any] = {}  # overrides of the discovery document
        self.other_keys: list[dict[str, Any]] = []  # published before its own signing key
        self.alter_claims: Callable[[dict[str, Any]], dict[str, Any]] = dict
        self.sign: Callable[[dict[str, Any]], str] = self.rs256

    def rs256(self, claims: dict[str, Any]) -> str:
        """A token signed with the provider's key."""
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY)

    def foreign_key(self, claims: dict[str, Any]) -> str:
        """A token signed with another key under the provider's key id."""
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, OTHER_KEY)

    def unsigned(self, claims: dict[str, Any]) -> str:
        """A token with `alg: none`."""
        return f"{_encoded_part({'alg': 'none'})}.{_encoded_part(claims)}."

    def public_key_as_secret(self, claims: dict[str, Any]) -> str:
        """A token signed by HS256 with the public key as the secret."""
        secret = OctKey.import_key(KEY.as_pem(private=False))
        return jwt.encode({"alg": "HS256", "kid": "one"}, claims, secret, algorithms=["HS256"])

    def authorize(self, address: str, **more: str) -> str:
        """The redirect URL with a code, as after the user has consented."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT_ID
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        response = {"code": code, "state": query["state"], "iss": self.address} | more
        return f"{query['redirect_uri']}?{urlencode(response)}"

    def exchange_code(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The token endpoint: a code works once, for the same redirect URL and with its verifier."""
        request = self.codes.pop(form.get("code", ""), None)
        challenge = (
            urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        )
        if (
            request is None
            or request["code_challenge"] != challenge
            or request["redirect_uri"] != form["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(self.now())
        claims = {
            "iss": self.address, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": request["nonce"],
        }  # fmt: skip
        token = self.sign(self.alter_claims(claims | self.claims))
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token}


def _encoded_part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@contextmanager
def running_provider() -> Iterator[FakeOidcProvider]:
    """Run the provider on loopback."""
    provider = FakeOidcProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/.well-known/openid-configuration":
                self.answer(
                    200,
                    {
                        "issuer": provider.address,
                        "authorization_endpoint": f"{provider.address}/authorize",
                        "token_endpoint": f"{provider.address}/token",
                        "jwks_uri": f"{provider.address}/keys",
                        "authorization_response_iss_parameter_supported": True,
                    }
                    | provider.metadata,
                )
            else:
                self.answer(200, {"keys": [*provider.other_keys, KEY.as_dict(private=False)]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            login = b64decode(self.headers["authorization"].removeprefix("Basic ")).decode()
            if login != f"{CLIENT_ID}:{CLIENT_SECRET}":
                self.answer(401, {"error": "invalid_client"})
                return
            self.answer(*provider.exchange_code({name: values[0] for name, values in parse_qs(body).items()}))

        def answer(self, status: int, content: dict[str, Any]) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    # The poll interval in seconds is how long shutting down takes.
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()
