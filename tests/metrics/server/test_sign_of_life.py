"""Whether a database that is there says anything, wherever it lies."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from sqlalchemy.engine import make_url

from metrics.server import sign_of_life
from metrics.server.libpq import libpq_address


@pytest.mark.parametrize("folder", ["plain", "数 据+50%"])
def test_a_database_that_says_nothing_is_told_from_one_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    place = tmp_path / folder
    place.mkdir()
    monkeypatch.chdir(place)  # the path of a socket is short
    url = make_url(f"postgresql+psycopg://a b:x y@/biaochi?host={quote(str(place), safe='')}&port=5432")
    monkeypatch.setattr(sign_of_life, "engine", lambda: SimpleNamespace(url=url))
    assert sign_of_life.gives_sign_of_life(1)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(".s.PGSQL.5432")
        silent.listen()
        assert not sign_of_life.gives_sign_of_life(1)


def test_an_address_for_libpq_has_no_blank_and_no_sign_that_stands_for_one() -> None:
    address = libpq_address(make_url("postgresql+psycopg://a b:c d@/e?host=%2Ff%20g%2Bh&port=1"))
    assert address == "postgresql://a%20b:c%20d@/e?host=%2Ff%20g%2Bh&port=1"
