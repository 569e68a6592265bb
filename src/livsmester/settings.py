"""Reads the settings from the environment; docs/operations/configuration.md describes each."""

import os
from collections.abc import Mapping
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from people.authentication.providers import InvalidProviderFile, Provider, parse_providers
from people.authentication.rules import Network, SignInRules
from people.retention.model import Retention


class Setting(NamedTuple):
    """A setting: the environment variable, its default and its purpose."""

    name: str
    default: str
    purpose: str


DATABASE_URL = Setting(
    "LIVSMESTER_DATABASE_URL",
    "sqlite:///var/livsmester.sqlite",
    "where the data is kept: sqlite:///path or postgresql://user:password@host/name",
)
HOST = Setting("LIVSMESTER_HOST", "127.0.0.1", "the address that the server listens on")
PORT = Setting("LIVSMESTER_PORT", "8000", "the port that the server listens on")
PUBLIC_URL = Setting(
    "LIVSMESTER_PUBLIC_URL",
    "",
    "the address that people type, beginning with https://; needed unless the server is only reached from its own machine",
)
MUNICIPALITY = Setting("LIVSMESTER_MUNICIPALITY", "", "the municipality's name, shown on every page")
KEYS = Setting(
    "LIVSMESTER_KEYS",
    "",
    "the keys for data that is encrypted at rest, the current one first; better kept in a file",
)
KEYS_FILE = Setting(
    "LIVSMESTER_KEYS_FILE",
    "var/livsmester.keys",
    "the file with the keys, which only its owner may read; `livsmester keys new` makes it",
)
TRUSTED_PROXY = Setting(
    "LIVSMESTER_TRUSTED_PROXY",
    "",
    "the addresses or networks of the reverse proxy, separated by commas; X-Forwarded-For is trusted only from there",
)
STAFF_NAMES = Setting(
    "LIVSMESTER_STAFF_NAMES",
    "no",
    "whether citizens read the names of staff who looked at their data (yes), or role and unit only (no)",
)
MANY_READS = Setting(
    "LIVSMESTER_MANY_READS",
    "40",
    "how many citizens a person may read about within an hour before leaders see it as unusual",
)
SECURITY_CONTACT = Setting(
    "LIVSMESTER_SECURITY_CONTACT",
    "",
    "where weaknesses are reported, for /.well-known/security.txt: mailto:… or https://…",
)
SECURITY_EXPIRES = Setting(
    "LIVSMESTER_SECURITY_EXPIRES",
    "",
    "until when that is right, as 2027-06-30; without it always half a year ahead",
)

KEEP_WISHES_MONTHS = Setting(
    "LIVSMESTER_KEEP_WISHES_MONTHS",
    "12",
    "months for which a request for a guide, its pairings and the matching runs are kept after their end",
)
KEEP_PROFILE_MONTHS = Setting(
    "LIVSMESTER_KEEP_PROFILE_MONTHS",
    "24",
    "months for which a citizen's or guide's profile is kept after their last record has ended",
)
# Bogføringsloven § 12 is the measure: accounting material outlasts a request for erasure.
KEEP_ACCOUNTING_YEARS = Setting(
    "LIVSMESTER_KEEP_ACCOUNTING_YEARS",
    "5",
    "whole years for which texts about money and receipts are kept after the year in which a grant ended",
)
KEEP_STAFF_MONTHS = Setting(
    "LIVSMESTER_KEEP_STAFF_MONTHS",
    "60",
    "months for which staff are known by name after their account was closed",
)
KEEP_SIGN_IN_DAYS = Setting(
    "LIVSMESTER_KEEP_SIGN_IN_DAYS",
    "30",
    "days for which expired sign-ins, invitations and API tokens are kept",
)
ERASE = Setting(
    "LIVSMESTER_ERASE",
    "by_hand",
    "whether what is due is erased by `livsmester erase --due` alone (by_hand), or by the server too (daily)",
)
ERASURE_LIST = Setting(
    "LIVSMESTER_ERASURE_LIST",
    "var/livsmester.erased",
    "the file beside the database that lists what was erased, so that a restored backup can be erased again",
)

SECOND_FACTOR = Setting(
    "LIVSMESTER_SECOND_FACTOR",
    "required",
    "whether everyone who sees other people's data needs a code app to sign in: required or optional",
)
SIGN_IN_FILE = Setting(
    "LIVSMESTER_SIGN_IN_FILE",
    "",
    "a TOML file with the external identity providers: MitID's broker, the staff directory",
)

SETTINGS = (
    DATABASE_URL,
    HOST,
    PORT,
    PUBLIC_URL,
    MUNICIPALITY,
    STAFF_NAMES,
    MANY_READS,
    KEYS,
    KEYS_FILE,
    TRUSTED_PROXY,
    SECOND_FACTOR,
    SIGN_IN_FILE,
    SECURITY_CONTACT,
    SECURITY_EXPIRES,
    KEEP_WISHES_MONTHS,
    KEEP_PROFILE_MONTHS,
    KEEP_ACCOUNTING_YEARS,
    KEEP_STAFF_MONTHS,
    KEEP_SIGN_IN_DAYS,
    ERASE,
    ERASURE_LIST,
)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
NUMBER_MAX = 10_000
DEBUG_SWITCHES = ("LITESTAR_DEBUG", "PYTHONASYNCIODEBUG", "PYTHONDEVMODE")


class InvalidSetting(Exception):
    """A setting has an invalid value; the message names the setting and says what to write."""


class Settings(msgspec.Struct, frozen=True):
    """The settings of this process."""

    database_url: str
    host: str
    port: int
    public_url: str
    municipality: str
    sign_in: SignInRules = SignInRules()
    staff_names: bool = False
    many_reads: int = 40
    security_contact: str = ""
    security_expires: date | None = None
    retention: Retention = Retention()
    erase_daily: bool = False
    erasure_list: Path = Path(ERASURE_LIST.default)

    @property
    def secure(self) -> bool:
        """Whether the site is served over TLS, so that cookies are sent over TLS only."""
        return self.public_url.startswith("https://")


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings from the environment. Raises InvalidSetting."""

    def value(setting: Setting) -> str:
        return environment.get(setting.name, "").strip() or setting.default

    port = value(PORT)
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise InvalidSetting(f"{PORT.name} is '{port}', which is not a port. Write a number from 1 to 65535.")
    public_url = value(PUBLIC_URL).rstrip("/")
    # Whether cookies are sent over TLS only, and HSTS, follow from this address: http would weaken both.
    if public_url and not public_url.startswith("https://"):
        raise InvalidSetting(
            f"{PUBLIC_URL.name} is '{public_url}'. Write an address that begins with https://."
        )
    try:
        backend = make_url(value(DATABASE_URL)).get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in {"sqlite", "postgresql"}:
        raise InvalidSetting(
            f"{DATABASE_URL.name} is not an address of a database. "
            "Write sqlite:///path/to/file or postgresql://user:password@host/name."
        )
    staff_names = value(STAFF_NAMES)
    if staff_names not in {"yes", "no"}:
        raise InvalidSetting(f"{STAFF_NAMES.name} is '{staff_names}'. Write yes or no.")
    erase = value(ERASE)
    if erase not in {"by_hand", "daily"}:
        raise InvalidSetting(f"{ERASE.name} is '{erase}'. Write by_hand or daily.")

    def number(setting: Setting) -> int:
        return _positive_int(setting, value(setting))

    second_factor = value(SECOND_FACTOR)
    if second_factor not in {"required", "optional"}:
        raise InvalidSetting(f"{SECOND_FACTOR.name} is '{second_factor}'. Write required or optional.")
    return Settings(
        value(DATABASE_URL),
        value(HOST),
        int(port),
        public_url,
        value(MUNICIPALITY),
        SignInRules(
            second_factor == "required",
            _read_providers(value(SIGN_IN_FILE), environment),
            _parse_networks(value(TRUSTED_PROXY)),
        ),
        staff_names == "yes",
        number(MANY_READS),
        _parse_contact(value(SECURITY_CONTACT)),
        _parse_date(SECURITY_EXPIRES, value(SECURITY_EXPIRES)),
        Retention(
            number(KEEP_WISHES_MONTHS),
            number(KEEP_PROFILE_MONTHS),
            number(KEEP_ACCOUNTING_YEARS),
            number(KEEP_STAFF_MONTHS),
            number(KEEP_SIGN_IN_DAYS),
        ),
        erase == "daily",
        Path(value(ERASURE_LIST)),
    )


def _positive_int(setting: Setting, text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= NUMBER_MAX:
        raise InvalidSetting(f"{setting.name} is '{text}'. Write a whole number above 0.")
    return int(text)


def _read_providers(path: str, environment: Mapping[str, str]) -> tuple[Provider, ...]:
    if not path:
        return ()
    try:
        return parse_providers(Path(path).read_text("utf-8"), environment)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSetting(f"{SIGN_IN_FILE.name} names {path}, which can't be read.") from error
    except InvalidProviderFile as error:
        raise InvalidSetting(f"{SIGN_IN_FILE.name}, {path}: {error}.") from error


def _parse_contact(text: str) -> str:
    if text and (not text.startswith(("mailto:", "https://")) or len(text.split()) > 1):
        raise InvalidSetting(
            f"{SECURITY_CONTACT.name} is '{text}'. Write mailto: and an e-mail address, or https:// and a page."
        )
    return text


def _parse_date(setting: Setting, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidSetting(
            f"{setting.name} is '{text}', which is not a day. Write for example 2027-06-30."
        ) from None


def _parse_networks(text: str) -> tuple[Network, ...]:
    networks: list[Network] = []
    for part in text.replace(",", " ").split():
        try:
            networks.append(ip_network(part))
        except ValueError as error:
            raise InvalidSetting(
                f"{TRUSTED_PROXY.name} holds '{part}', which is not an address or network. "
                "Write for example 127.0.0.1 or 10.1.0.0/16."
            ) from error
    return tuple(networks)
