import pytest

from metrics.limits.kinds_of_work import Asked, Work, ends_when_it_answers, rooms, statement_seconds, work_of
from metrics.settings import Settings

API = "/api/v1"


@pytest.mark.parametrize(
    ("method", "path", "parameters", "size", "work"),
    [
        ("GET", "/", (), 0, Work.READ),
        ("GET", "/assets/0123/src/window.js", (), 0, Work.LIGHT),
        ("GET", "/readyz", (), 0, Work.LIGHT),
        ("POST", "/sign-in", (), 50, Work.SIGN_IN),
        ("POST", f"{API}/session", (), 50, Work.SIGN_IN),
        ("DELETE", f"{API}/session", (), 0, Work.POST),
        ("GET", "/sign-in", (), 0, Work.READ),
        ("GET", "/sign-in/oidc", ("next",), 0, Work.ELSEWHERE),
        ("GET", "/sign-in/oidc/back", ("code", "state"), 0, Work.ELSEWHERE),
        ("GET", f"{API}/audit.csv", (), 0, Work.PULL),
        ("GET", f"{API}/audit.json", ("limit",), 0, Work.READ),
        ("POST", "/_dash-update-component", (), 900, Work.READ),
        ("POST", "/_dash-update-component", (), 900_000, Work.UPLOAD),
        ("POST", f"{API}/submissions", (), 900, Work.POST),
        ("POST", f"{API}/submissions/files", ("dry_run",), 900, Work.UPLOAD),
        ("POST", f"{API}/attachments", (), 900, Work.UPLOAD),
        ("POST", f"{API}/observations/bulk", (), 900, Work.UPLOAD),
        ("POST", f"{API}/samples/3/findings", (), 900, Work.UPLOAD),
        ("POST", f"{API}/something/new", (), 900, Work.POST),
        ("GET", f"{API}/observations.csv", (), 0, Work.PULL),
        ("GET", f"{API}/observations.csv", ("history", "lang"), 0, Work.PULL),
        ("GET", f"{API}/observations.csv", ("unit",), 0, Work.READ),
        ("GET", f"{API}/observations.sdmx.csv", (), 0, Work.PULL),
        ("GET", f"{API}/observations.xlsx", ("unit",), 0, Work.PULL),
        ("GET", f"{API}/observations.schema.json", (), 0, Work.READ),
        ("GET", f"{API}/units.csv", (), 0, Work.READ),
        ("GET", f"{API}/units", (), 0, Work.READ),
        ("GET", f"{API}/openapi.json", (), 0, Work.READ),
        ("GET", f"{API}/releases", (), 0, Work.READ),
        ("GET", f"{API}/releases/3.zip", (), 0, Work.PULL),
        ("GET", f"{API}/ledger/entries", (), 0, Work.PULL),
        ("GET", f"{API}/ledger/proof", ("seq",), 0, Work.READ),
        ("GET", f"{API}/templates/441202/2019-09.xlsx", (), 0, Work.PULL),
    ],
)
def test_every_request_waits_with_its_like(
    method: str, path: str, parameters: tuple[str, ...], size: int, work: Work
) -> None:
    assert work_of(Asked(method, path, frozenset(parameters), size)) is work


@pytest.mark.parametrize(
    ("path", "ends"),
    [
        ("/targets", True),
        (f"{API}/observations.csv", True),  # lies in a file
        (f"{API}/releases/3.zip", False),
        (f"{API}/ledger/entries", False),
        (f"{API}/audit.csv", False),
        (f"{API}/audit.json", False),
    ],
)
def test_what_is_sent_as_it_is_read_keeps_its_place_until_it_is_sent(path: str, ends: bool) -> None:
    assert ends_when_it_answers(Asked("GET", path, frozenset(), 0)) is ends


@pytest.mark.parametrize("pool_size", [1, 5, 10, 50])
def test_work_that_needs_a_connection_has_one(pool_size: int) -> None:
    found = rooms(Settings(pool_size=pool_size))
    needing = sum(room.places for work, room in found.items() if work is not Work.LIGHT)
    assert needing <= 2 * pool_size or found[Work.READ].places == found[Work.POST].places == 2
    assert all(1 <= room.of_one <= room.places for room in found.values())
    assert all(room.of_one < room.places for room in found.values() if room.places > 1)


def test_statements_have_the_time_that_is_set() -> None:
    settings = Settings(statement_seconds={"pull": 5})
    assert statement_seconds(settings, Work.PULL) == 5
    assert statement_seconds(settings, Work.READ) == 30
    assert statement_seconds(settings, Work.UPLOAD) == 600
