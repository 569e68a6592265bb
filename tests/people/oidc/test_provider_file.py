"""The TOML file that describes the municipality's identity providers."""

import pytest

from people.access.model import Role
from people.authentication.providers import InvalidProviderFile, parse_providers, roles_from_claims

FILE = """
[[provider]]
id = "mitid"
name = "MitID"
issuer = "https://broker.example"
client_id = "livsmester"
client_secret_variable = "MITID_SECRET"
assurance = ["substantial", "high"]
second_factor = true
person = { claim = "cpr", matches = "cpr" }

[[provider]]
id = "staff"
name = "Kommunens login"
issuer = "https://login.example"
client_id = "livsmester"
person = { claim = "upn", matches = "sign_in_name", make = true }
[provider.roles]
claim = "realm_access.roles"
groups = { "LM-Koordinator" = "coordinator" }
"""


def test_the_file_describes_several_providers() -> None:
    mitid, staff = parse_providers(FILE, {"MITID_SECRET": "s"})
    assert mitid.client_secret == "s"
    assert roles_from_claims(staff, {"realm_access": {"roles": ["LM-Koordinator"]}}) == {Role.COORDINATOR}
    assert roles_from_claims(mitid, {"realm_access": {"roles": ["LM-Koordinator"]}}) == frozenset()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"MITID_SECRET"', '"OTHER"', "provider 'mitid': OTHER is not set"),
        ("https://broker", "http://broker", "the issuer must begin with https://"),
        ('id = "staff"', 'id = "mitid"', "two providers have the same id"),
        ('id = "staff"', 'id = "Staff!"', "small letters"),
        ('"coordinator"', '"citizen"', "gives no one the role citizen"),
        ('"coordinator"', '"king"', "Invalid enum value 'king'"),
        ('matches = "cpr"', 'match = "cpr"', "unknown field `match`"),
        ("[[provider]]", "[[provider", "line"),
        ('client_id = "livsmester"\nclient', 'algorithms = ["none"]\nclient_id = "livsmester"\nclient', "algorithms can be RS256"),
        ("client_secret_variable", "client_secret", "the secret belongs into the environment"),
    ],
)  # fmt: skip
def test_an_error_in_the_provider_file_is_reported(old: str, new: str, message: str) -> None:
    with pytest.raises(InvalidProviderFile, match=message.replace("(", r"\(")):
        parse_providers(FILE.replace(old, new, 1), {"MITID_SECRET": "s"})
