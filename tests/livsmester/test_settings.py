"""What a municipality sets about signing in: each fault stops the start and says what to write."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from livsmester.settings import InvalidSetting, read_settings

FILE = """
[[provider]]
id = "mitid"
name = "MitID"
issuer = "https://broker.example"
client_id = "livsmester"
person = { claim = "cpr", matches = "cpr" }
"""


def test_proxies_are_addresses_and_networks() -> None:
    rules = read_settings({"LIVSMESTER_TRUSTED_PROXY": "127.0.0.1, 10.1.0.0/16 ::1"}).sign_in
    assert rules.trusted_proxies == (ip_network("127.0.0.1"), ip_network("10.1.0.0/16"), ip_network("::1"))
    assert read_settings({}).sign_in.trusted_proxies == ()


@pytest.mark.parametrize("word", ["nginx", "10.1.0.1/16", "300.1.1.1"])
def test_a_proxy_that_is_no_address_is_named(word: str) -> None:
    with pytest.raises(InvalidSetting, match=f"holds '{word}', which is not an address or network"):
        read_settings({"LIVSMESTER_TRUSTED_PROXY": f"127.0.0.1 {word}"})


def test_the_file_of_providers_is_read_once_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "sign_in.toml"
    path.write_text(FILE)
    (mitid,) = read_settings({"LIVSMESTER_SIGN_IN_FILE": str(path)}).sign_in.providers
    assert mitid.name == "MitID"


def test_an_error_in_the_provider_file_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "sign_in.toml"
    with pytest.raises(InvalidSetting, match=r"sign_in\.toml, which can't be read"):
        read_settings({"LIVSMESTER_SIGN_IN_FILE": str(path)})
    path.write_text(FILE.replace("https:", "http:"))
    with pytest.raises(
        InvalidSetting, match=r"sign_in\.toml: provider 'mitid': the issuer must begin with https"
    ):
        read_settings({"LIVSMESTER_SIGN_IN_FILE": str(path)})
