"""Pages with figures behind them: a few submissions, and an evaluator who looks at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import pytest
from starlette.testclient import TestClient

from dashboard.locale import speaking
from metrics.commands.derive_rates import derive_rates
from metrics.commands.override_light import override_light
from metrics.database import WriteSession
from metrics.ledger.entry import Place, append, next_place
from metrics.models import Figure, Observation, Submission, SubmissionEvent
from metrics.periods import format_period, parse_period
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.results import Light
from tests.beginnings import beginning
from tests.builders import whole_values
from tests.dashboard.drawn import signed_in, use_secret
from tests.people import person

SUBMISSIONS = {
    ("441202", "2019-07"): {"items_online": 620},
    ("441202", "2019-08"): {"items_online": 660},
    ("441202", "2019-09"): {"items_online": 699},
    ("441203", "2019-08"): {"items_online": 700},
    ("441203", "2019-09"): {"items_online": 850},
}


@beginning
def submissions(session: WriteSession) -> WriteSession:
    """Submissions of two units: 441202 misses 70 % online by one item in September 2019, 441203 meets it."""
    record_all(session)
    return session


def record_all(session: WriteSession) -> None:
    for (unit, month), changes in SUBMISSIONS.items():
        record(session, unit, month, **changes)


def set_light(session: WriteSession, light: Light, *, reason: str) -> None:
    """Set the light of 441203 on TG-05A in September 2019 by hand."""
    override_light(
        session,
        principal=Principal(9, "han", "韩", Role.EVALUATOR),
        unit="441203",
        target="TG-05A",
        period=date(2019, 9, 1),
        light=light,
        reason=reason,
    )


def record(session: WriteSession, unit: str, month: str, **changes: int | None) -> int:
    """Put a whole submission into the tables; answers its sequence number."""
    period = parse_period(month)
    assert period is not None
    place = next_place(session)
    append(session, kind="submission", place=place, content={"unit": unit, "period": format_period(period)})
    submission = Submission(
        unit_code=unit,
        period=period,
        revision=1,
        state="submitted",
        seq=place.seq,
        first_recorded_at=place.recorded_at,
        first_received_at=place.recorded_at,
    )
    session.add(submission)
    session.flush()
    session.add(
        SubmissionEvent(
            seq=place.seq,
            submission_id=submission.id,
            action="submit",
            revision=1,
            actor="chen",
            detail={"changed": [], "unchanged": 0, "warnings": []},
            recorded_at=place.recorded_at,
        )
    )
    _put_figures(session, submission, place, whole_values(**changes))
    return place.seq


def _put_figures(session: WriteSession, submission: Submission, place: Place, values: Mapping[str, object]) -> None:
    for element, value in values.items():
        cell = {
            "unit_code": submission.unit_code,
            "period": submission.period,
            "element_code": element,
            "revision": 1,
            "value": Decimal(str(value)),
            "seq": place.seq,
            "submission_id": submission.id,
            "recorded_at": place.recorded_at,
        }
        session.add_all([Observation(**cell), Figure(**cell)])
    session.flush()
    derive_rates(session, plan_at(session), first=place.seq, last=place.seq)


@pytest.fixture
def evaluator(client: TestClient, session: WriteSession) -> TestClient:
    """A browser in which an evaluator is signed in."""
    person(session, "wang", role=Role.EVALUATOR)
    use_secret(client, signed_in(session, "wang"))
    return client


@pytest.fixture
def clerk(client: TestClient, session: WriteSession) -> TestClient:
    """A browser in which the clerk of 441202 is signed in."""
    person(session, "chen")
    use_secret(client, signed_in(session))
    return client


@pytest.fixture(params=["zh", "en"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each language in turn, being spoken."""
    with speaking(request.param):
        yield request.param
