"""What a reader sees: a release pins vintage and basis, and to a stranger nothing exists after the newest one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from metrics.database import WriteSession
from metrics.errors import BadRequest, NotFound
from metrics.ledger.entry import newest_seq
from metrics.queries.reader_view import view_for
from metrics.results import Basis
from tests.metrics.commands.test_create_release import published
from tests.metrics.queries.test_views import post


def test_a_release_decides_what_is_known_and_on_which_basis(session: WriteSession) -> None:
    known = post(session)
    published(session)
    post(session, items_online=700)
    for public in (True, False):
        view = view_for(session, public=public, numbered=1)
        assert (view.seq, view.basis, view.public) == (known, Basis.SUBMITTED, public)
        with pytest.raises(BadRequest, match="basis_not_released"):
            view_for(session, public=public, numbered=1, basis=Basis.VERIFIED)
        with pytest.raises(NotFound, match="release_unknown"):
            view_for(session, public=public, numbered=2)


def test_a_stranger_sees_the_newest_release_and_nothing_after_it(session: WriteSession) -> None:
    first = post(session)
    with pytest.raises(NotFound, match="nothing_released"):
        view_for(session, public=True)
    published(session)
    second = post(session, items_online=700)
    newest = published(session)
    post(session, items_online=600)
    assert view_for(session, public=True).seq == second == newest.stands_on
    assert view_for(session, public=True, as_of=first).seq == first
    assert view_for(session, public=True, numbered=1).seq == first
    for later in (newest_seq(session), second + 1, newest_seq(session) + 5, datetime(2999, 1, 1, tzinfo=UTC)):
        with pytest.raises(NotFound, match="not_released"):
            view_for(session, public=True, as_of=later)
    with pytest.raises(BadRequest, match="basis_not_released"):
        view_for(session, public=True, basis=Basis.VERIFIED)


def test_who_is_signed_in_sees_all(session: WriteSession) -> None:
    post(session)
    published(session)
    newest = post(session, items_online=700)
    assert view_for(session, public=False).seq == newest
    assert view_for(session, public=False, basis=Basis.VERIFIED).basis is Basis.VERIFIED
