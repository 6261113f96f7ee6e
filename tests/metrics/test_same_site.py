import pytest

from metrics.same_site import is_from_own_page

OWN = "https://figures.example:8443"


@pytest.mark.parametrize(
    ("site", "origin", "own"),
    [
        ("same-origin", None, True),
        ("none", None, True),
        ("Same-Origin", "https://evil.test", True),
        ("same-site", OWN, False),
        ("cross-site", OWN, False),
        ("", OWN, False),
        (None, OWN, True),
        (None, OWN.upper(), True),
        (None, "http://figures.example:8443", False),
        (None, "https://figures.example", False),
        (None, "null", False),
        (None, "", False),
        (None, None, None),
    ],
)
def test_only_a_page_of_this_site_is_its_own(site: str | None, origin: str | None, own: bool | None) -> None:
    assert is_from_own_page(site, origin, own=OWN) is own
