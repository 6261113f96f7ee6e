import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.addresses import address_of, client_address, neighbourhood, origin_of

PROXIES = tuple(ipaddress.ip_network(each) for each in ("10.0.0.0/8", "127.0.0.1/32", "fd00::/8"))


def seen(peer: str, *forwarded: str, scheme: str = "") -> tuple[str, str | None]:
    headers = [(b"x-forwarded-for", value.encode("latin-1", "replace")) for value in forwarded]
    headers += [(b"X-Forwarded-Proto", scheme.encode())] if scheme else []
    found = origin_of(peer, headers, trusted=PROXIES)
    return found.address, found.scheme


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.7", (), "192.0.2.7"),
        ("192.0.2.7", ("198.51.100.1",), "192.0.2.7"),  # nobody we know says so
        ("10.1.2.3", ("198.51.100.1",), "198.51.100.1"),
        ("10.1.2.3", (), "10.1.2.3"),
        ("10.1.2.3", ("203.0.113.9, 198.51.100.1",), "198.51.100.1"),  # what the client wrote itself is left of that
        ("10.1.2.3", ("203.0.113.9", "198.51.100.1, 10.9.9.9"), "198.51.100.1"),
        ("10.1.2.3", ("198.51.100.1:443",), "198.51.100.1"),
        ("10.1.2.3", ("[2001:db8::5]:443",), "2001:db8::5"),
        ("fd00::1", ("2001:DB8::5",), "2001:db8::5"),
        ("::ffff:10.1.2.3", ("::ffff:198.51.100.1",), "198.51.100.1"),
        ("10.1.2.3", ("not an address",), "10.1.2.3"),
        ("10.1.2.3", ("198.51.100.1, nonsense, 10.0.0.9",), "10.0.0.9"),
        ("10.1.2.3", ("fe80::1%eth0",), "10.1.2.3"),
        ("10.1.2.3", ("9" * 9000,), "10.1.2.3"),
        ("10.1.2.3", ("1.2.3.4, " * 900 + "198.51.100.1",), "198.51.100.1"),
        ("10.1.2.3", ("10.0.0.1",) * 300, "10.0.0.1"),
        ("10.1.2.3", ("",), "10.1.2.3"),
        ("", ("198.51.100.1",), ""),
        ("testclient", ("198.51.100.1",), "testclient"),
    ],
)
def test_only_proxies_that_are_named_are_believed(peer: str, forwarded: tuple[str, ...], address: str) -> None:
    assert seen(peer, *forwarded)[0] == address


@pytest.mark.parametrize(
    ("peer", "said", "scheme"),
    [
        ("10.1.2.3", "https", "https"),
        ("10.1.2.3", "https, HTTP", "http"),
        ("10.1.2.3", "gopher", None),
        ("192.0.2.7", "https", None),
    ],
)
def test_the_scheme_is_the_nearest_proxys_word(peer: str, said: str, scheme: str | None) -> None:
    assert seen(peer, scheme=said)[1] == scheme


@given(st.lists(st.text(alphabet=st.characters(max_codepoint=255), max_size=60), max_size=4))
def test_whatever_is_said_the_result_is_an_address(forwarded: list[str]) -> None:
    assert address_of(seen("10.1.2.3", *forwarded)[0]) is not None


def test_without_a_connection_the_client_is_unknown() -> None:
    assert client_address({"client": None}) == client_address({}) == "unknown"
    assert client_address({"client": ("192.0.2.7", 1)}) == "192.0.2.7"


def test_a_subscriber_of_ipv6_counts_as_one() -> None:
    assert neighbourhood("2001:db8:1:2:3::4") == neighbourhood("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert neighbourhood("192.0.2.7") == "192.0.2.7"
    assert neighbourhood("unknown") == "unknown"
