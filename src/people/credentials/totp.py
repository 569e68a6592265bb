"""One-time codes from an app (TOTP, RFC 6238), and the recovery codes for whoever is without it."""

import hmac
import io
import secrets
from datetime import datetime

import pyotp
import segno

STEP_SECONDS = 30
DRIFT_STEPS = 1  # a phone's clock may be that far off, either way
RECOVERY_CODE_COUNT = 10
RECOVERY_CODE_GROUPS = 4  # of four characters: 80 bits
RECOVERY_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # no letters that look like digits


def new_secret() -> str:
    """A fresh secret for an app: 160 bits in base 32."""
    return pyotp.random_base32()


def verify_code(secret: str, code: str, now: datetime) -> int | None:
    """The number of the half minute whose code it is: the present one, the one before or the one after; else None."""
    current = int(now.timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret, interval=STEP_SECONDS)
    found = None
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if hmac.compare_digest(app.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def provisioning_uri(secret: str, name: str, issuer: str) -> str:
    """What the picture for the app says: an `otpauth://` address."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=name, issuer_name=issuer)


def qr_code(uri: str) -> str:
    """The address as a QR code: an SVG file of its own, dark on white in every colour scheme."""
    out = io.BytesIO()
    segno.make(uri, error="m").save(out, kind="svg", scale=5, border=4, dark="#000", light="#fff")
    return out.getvalue().decode()


def new_recovery_codes() -> tuple[str, ...]:
    """Fresh recovery codes as a person reads them: `7k3m-x0qa-92bd-hh4t`."""
    return tuple(_recovery_code(RECOVERY_CODE_GROUPS) for _ in range(RECOVERY_CODE_COUNT))


def _recovery_code(groups: int) -> str:
    return "-".join("".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(4)) for _ in range(groups))


def normalize(code: str) -> str:
    """A code as it is compared: small letters without spaces and hyphens, and what looks like a digit is one."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return plain.translate(str.maketrans("oil", "011"))
