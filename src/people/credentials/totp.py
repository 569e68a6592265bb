"""One-time codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost."""

import hmac
import io
import secrets
from datetime import datetime

import pyotp
import segno

STEP_SECONDS = 30
DRIFT_STEPS = 1  # how far a phone's clock may be off, either way
RECOVERY_CODE_COUNT = 10
RECOVERY_CODE_GROUPS = 4  # of four characters: 80 bits
RECOVERY_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # no letters that look like digits


def new_secret() -> str:
    """A new secret for an app: 160 random bits in base 32."""
    return pyotp.random_base32()


def verify_code(secret: str, code: str, now: datetime) -> int | None:
    """The number of the 30-second step whose code it is: the current one, the one before or the one after;
    else None.
    """
    current = int(now.timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret, interval=STEP_SECONDS)
    matching_step = None
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if hmac.compare_digest(app.generate_otp(step).encode(), code.encode()):
            matching_step = step
    return matching_step


def provisioning_uri(secret: str, name: str, issuer: str) -> str:
    """The `otpauth://` URI in the QR code."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=name, issuer_name=issuer)


def qr_code(uri: str) -> str:
    """The URI as a QR code: an SVG document, dark on white in every colour scheme."""
    output = io.BytesIO()
    segno.make(uri, error="m").save(output, kind="svg", scale=5, border=4, dark="#000", light="#fff")
    return output.getvalue().decode()


def new_recovery_codes() -> tuple[str, ...]:
    """New random recovery codes, formatted: `7k3m-x0qa-92bd-hh4t`."""
    return tuple(_recovery_code(RECOVERY_CODE_GROUPS) for _ in range(RECOVERY_CODE_COUNT))


def _recovery_code(groups: int) -> str:
    return "-".join("".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(4)) for _ in range(groups))


def normalize(code: str) -> str:
    """A code for comparison: lower case without separators, and letters that look like a digit replaced by
    it.
    """
    characters = "".join(character for character in code.lower() if character.isalnum())
    return characters.translate(str.maketrans("oil", "011"))
