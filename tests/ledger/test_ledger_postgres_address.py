"""Where a ledger on a server is: what an address may say, and that nothing unprotected leaves the machine."""

import ssl
from pathlib import Path

import pytest
from ledger_world import SetClock

from token_dashboard.ledger import open_ledger
from token_dashboard.ledger._postgres_address import Address
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.secret import Secret

CERTIFICATE = Path(__file__).parent / "certificates" / "localhost.pem"


def address_of(url: str) -> Address:
    return Address.of(Secret(url))


def test_an_address_is_read_with_its_special_characters() -> None:
    address = address_of("postgres://t%40m:a%2Fb%3Ac%25@db.example.com:6000/usage%20of%20all")
    assert (address.host, address.port, address.database) == ("db.example.com", 6000, "usage of all")
    assert (address.user, address.password) == ("t@m", Secret("a/b:c%"))
    assert address.name == "db.example.com:6000/usage of all"


def test_what_an_address_leaves_out_is_as_usual() -> None:
    address = address_of("postgresql://db.example.com/usage")
    assert (address.port, address.user, address.password) == (5432, None, None)
    assert address.name == "db.example.com/usage"
    assert address_of("postgresql:///usage").host == "localhost"
    assert address_of("postgresql:///usage?host=/run/postgresql").name == "/run/postgresql/usage"
    assert address_of("postgresql://[2001:db8::1]:6000/usage").name == "[2001:db8::1]:6000/usage"


def test_off_this_machine_the_server_must_prove_its_name() -> None:
    tls = address_of("postgresql://db.example.com/usage").tls()
    assert isinstance(tls, ssl.SSLContext)
    assert (tls.check_hostname, tls.verify_mode) == (True, ssl.CERT_REQUIRED)


@pytest.mark.parametrize(
    ("mode", "checks_name", "trust"),
    [
        ("verify-full", True, ssl.CERT_REQUIRED),
        ("verify-ca", False, ssl.CERT_REQUIRED),
        ("require", False, ssl.CERT_NONE),
    ],
)
def test_less_is_proved_only_where_the_address_says_so(
    mode: str, checks_name: bool, trust: ssl.VerifyMode
) -> None:
    tls = address_of(f"postgresql://db.example.com/usage?sslmode={mode}").tls()
    assert isinstance(tls, ssl.SSLContext)
    assert (tls.check_hostname, tls.verify_mode) == (checks_name, trust)


def test_a_certificate_of_ones_own_can_be_trusted() -> None:
    tls = address_of(f"postgresql://db.example.com/usage?sslrootcert={CERTIFICATE}").tls()
    assert isinstance(tls, ssl.SSLContext)
    assert [one["serialNumber"] for one in tls.get_ca_certs()] == [_serial_number()]


@pytest.mark.parametrize("host", ["localhost", "db.example.com"])
@pytest.mark.parametrize(("mode", "checks_name"), [("", True), ("&sslmode=require", False)])
def test_whoever_names_a_certificate_has_it_asked_for(host: str, mode: str, checks_name: bool) -> None:
    tls = address_of(f"postgresql://{host}/usage?sslrootcert={CERTIFICATE}{mode}").tls()
    assert isinstance(tls, ssl.SSLContext)
    assert (tls.check_hostname, tls.verify_mode) == (checks_name, ssl.CERT_REQUIRED)


def test_a_certificate_may_lie_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "ca.pem").symlink_to(CERTIFICATE)
    tls = address_of("postgresql://db.example.com/usage?sslrootcert=~/ca.pem").tls()
    assert isinstance(tls, ssl.SSLContext)
    assert [one["serialNumber"] for one in tls.get_ca_certs()] == [_serial_number()]


@pytest.mark.parametrize("port", ["0", "65536", "99999"])
def test_a_port_that_none_can_have_is_named(port: str) -> None:
    with pytest.raises(LedgerError, match="its port is none of 1 to 65535"):
        address_of(f"postgresql://u:canary@h:{port}/db")


def _serial_number() -> str:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(CERTIFICATE)
    return str(context.get_ca_certs()[0]["serialNumber"])


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_on_this_machine_nothing_is_encrypted_unless_asked_for(host: str) -> None:
    assert address_of(f"postgresql://{host}/usage").tls() is False
    assert address_of(f"postgresql://{host}/usage?sslmode=disable").tls() is False
    assert address_of(f"postgresql://{host}/usage?sslmode=require").tls() is not False


@pytest.mark.parametrize("host", ["db.example.com", "10.0.0.7", "localhost.example.com", "[2001:db8::1]"])
def test_nothing_leaves_the_machine_in_the_clear(host: str) -> None:
    with pytest.raises(LedgerError, match="sslmode=disable would send"):
        address_of(f"postgresql://u:canary@{host}/usage?sslmode=disable")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ("sslmode=prefer", "unknown sslmode; use verify-full, verify-ca, require, disable"),
        (
            "sslmode=require&channel_binding=require",
            "has channel_binding; leave that out: only host, sslmode, sslrootcert",
        ),
        ("sslrootcert=/canary/none.pem", "/canary/none.pem can't be read: No such file"),
    ],
)
def test_a_setting_that_cannot_be_followed_is_refused(settings: str, reason: str) -> None:
    with pytest.raises(LedgerError, match=reason) as refused:
        address_of(f"postgresql://u:canary@db.example.com/usage?{settings}").tls()
    assert refused.value.params["path"] == "db.example.com/usage"


@pytest.mark.parametrize(
    "malformed",
    [
        "mysql://u:canary@h/db",
        "postgresql://u:canary@h",
        "postgresql://u:canary@h/",
        "postgresql://u:1234/canary@h/db",
        "postgresql://u:1234?canary@h/db",
        "postgresql://u:ab#canary@h/db",
        "postgresql://u:ca@nary@h/db",
        "postgresql://u:canary@h:port/db",
        "postgresql://u:canary@h:5432000/db",
        "postgresql://u:canary%zz@h/db",
        "postgresql://u:100%@h/canary",
        "postgresql://u:canary@h..example.org/db",
        "postgresql://u:canary%00@h/db",
        "postgresql://u:canary@h/db%00application_name",
        "postgresql://u:canary@" + "h" * 64 + "/db",
        "postgresql://u:canary@h,g/db",
        "canary",
    ],
)
async def test_a_malformed_address_is_refused_and_not_shown(malformed: str, clock: SetClock) -> None:
    with pytest.raises(LedgerError, match="not of the form postgresql://user:password@host") as refused:
        async with open_ledger(Secret(malformed), clock):
            pass
    assert "canary" not in str(refused.value)
