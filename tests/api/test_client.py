from typing import Any

import pytest
from starlette.testclient import TestClient

from api import client as module
from metrics.settings import settings


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch) -> Any:
    def change(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(f"BIAOCHI_{name.upper()}", value)
        settings.cache_clear()
        module._own_names.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()
    module._own_names.cache_clear()


def asked(client: TestClient, host: str, path: str = "/api/v1/nothing") -> tuple[int, str]:
    answer = client.get(path, headers={b"Host": host.encode()})
    return answer.status_code, answer.json()["code"] if path.startswith("/api") else ""


def test_on_loopback_any_name_will_do(client: TestClient) -> None:
    assert asked(client, "figures.example") == (404, "path_unknown")


@pytest.mark.parametrize("host", ["", "a b", "a,b", "a/b", "[::1", "a:b", "é", "x" * 300])
def test_a_malformed_host_is_refused(client: TestClient, host: str) -> None:
    assert asked(client, host) == (400, "host_malformed")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("figures.example", 404),
        ("FIGURES.example:8443", 404),
        ("a.city.example", 404),
        ("city.example", 421),
        ("127.0.0.1:8000", 404),
        ("evil.test", 421),
        ("figures.example.evil.test", 421),
        ("192.0.2.1", 421),
    ],
)
def test_only_the_hosts_that_are_set_are_served(client: TestClient, set_to: Any, host: str, status: int) -> None:
    set_to(allowed_hosts="figures.example, *.city.example")
    assert asked(client, host)[0] == status
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"), [("192.0.2.1", 404), ("[2001:db8::1]:80", 404), ("figures.example", 404), ("evil.test", 421)]
)
def test_on_other_addresses_the_services_own_names_are(client: TestClient, set_to: Any, host: str, status: int) -> None:
    set_to(host="192.0.2.77", public_url="https://figures.example/")
    assert asked(client, host)[0] == status


def test_a_page_is_refused_in_words(client: TestClient, set_to: Any) -> None:
    set_to(allowed_hosts="figures.example")
    answer = client.get("/targets", headers={"Host": "evil.test", "Accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (421, "text/html; charset=utf-8")
    assert "BIAOCHI_ALLOWED_HOSTS" in answer.text
    assert answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "headers",
    [{f"X-{number}": "a" for number in range(120)}, {"X-Forwarded-For": "9" * 40_000}],
    ids=["many", "long"],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/units.csv", "/api/v1/session"])
def test_too_many_or_too_long_headers_are_a_431(client: TestClient, headers: dict[str, str], path: str) -> None:
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (431, "headers_too_large")


def test_a_very_long_address_is_a_414(client: TestClient) -> None:
    assert client.get("/?x=" + "a" * 20_000).status_code == 414


def test_forwarded_addresses_of_any_length_are_no_server_error(client: TestClient, set_to: Any) -> None:
    set_to(trusted_proxies="192.0.2.0/24 10.0.0.0/8")
    for value in ("9" * 9000, "1.1.1.1," * 1000, "\x00", "[", "☺", ""):
        body = {"username": "nobody", "password": "wrong"}
        assert client.post("/api/v1/session", json=body, headers={b"X-Forwarded-For": value.encode()}).status_code in (
            401,
            429,
        )


def test_rotating_a_forwarded_address_does_not_pass_the_lock(client: TestClient) -> None:
    answers = [
        client.post(
            "/api/v1/session",
            json={"username": "nobody", "password": "wrong"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        ).status_code
        for number in range(7)
    ]
    assert answers == [401] * 5 + [429] * 2


def test_a_body_of_two_lengths_is_refused_and_the_connection_ends(client: TestClient) -> None:
    """Whichever a proxy in front goes by, nothing after it is taken for another request."""
    headers = {"Content-Length": "5", "Transfer-Encoding": "chunked"}
    for path in ("/api/v1/session", "/sign-in", "/healthz"):
        answer = client.post(path, content=b"0\r\n\r\n", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "length_ambiguous")
        assert answer.headers["connection"] == "close"
