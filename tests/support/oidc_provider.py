"""A strict OpenID provider on loopback for the tests: it checks PKCE and one use itself, and lies when it is told to."""

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
    """What the provider knows, and what of its next answer is to be false."""

    def __init__(self) -> None:
        self.address = ""
        self.claims: dict[str, Any] = {"sub": "subject-1"}
        self.now: Callable[[], float] = lambda: 0.0
        self.codes: dict[str, dict[str, str]] = {}
        self.metadata: dict[str, Any] = {}  # what it says of itself beside the truth
        self.alter_claims: Callable[[dict[str, Any]], dict[str, Any]] = (
            dict  # what becomes of a token's claims
        )
        self.sign: Callable[[dict[str, Any]], str] = self.rs256

    def rs256(self, claims: dict[str, Any]) -> str:
        """Signed as it should be."""
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY)

    def foreign_key(self, claims: dict[str, Any]) -> str:
        """Signed with a key that isn't the provider's, under its name."""
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, OTHER_KEY)

    def unsigned(self, claims: dict[str, Any]) -> str:
        """`alg: none`."""
        return f"{_encoded_part({'alg': 'none'})}.{_encoded_part(claims)}."

    def public_key_as_secret(self, claims: dict[str, Any]) -> str:
        """HS256 with the public key for a shared secret."""
        secret = OctKey.import_key(KEY.as_pem(private=False))
        return jwt.encode({"alg": "HS256", "kid": "one"}, claims, secret, algorithms=["HS256"])

    def authorize(self, address: str, **more: str) -> str:
        """What a browser is sent back to after the person has said yes: the redirect, with a code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT_ID
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.address} | more
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def exchange_code(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The token endpoint: a code works once, at the same address, for whoever knows its verifier."""
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = (
            urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        )
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(self.now())
        claims = {
            "iss": self.address, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
        }  # fmt: skip
        token = self.sign(self.alter_claims(claims | self.claims))
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token}


def _encoded_part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@contextmanager
def running_provider() -> Iterator[FakeOidcProvider]:
    """The provider, listening on loopback until the end."""
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
                self.answer(200, {"keys": [KEY.as_dict(private=False)]})

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
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}
    )  # seconds to its end
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()
