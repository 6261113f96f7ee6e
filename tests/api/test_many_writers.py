"""More writers at once than the service has threads and connections: nobody is left hanging, nothing is lost."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx2
from sqlalchemy import func, select

from metrics.commands.tokens import issue_token, usual_expiry
from metrics.commands.users import add_user
from metrics.database import Sessions
from metrics.models import LedgerEntry, Submission, SubmissionEvent
from metrics.principal import Role
from metrics.queries.confirmations import LinkState
from tests.builders import whole_submission
from tests.links import link_in_state
from tests.serving import PATIENCE, LiveServer

WRITERS = 64  # the thread pool has 40, the connection pool 20
UNITS = ("441202", "441203", "441204", "441223")


def test_sixty_four_writers_at_once_are_all_answered(live_server: LiveServer) -> None:
    token, gate, refused = token_of_the_bureau(live_server), threading.Barrier(WRITERS), []

    def write(number: int) -> int:
        unit, month = UNITS[number % 4], number // 4
        period = f"{2019 + month // 12}-{month % 12 + 1:02d}"
        gate.wait(PATIENCE)
        with httpx2.Client(base_url=live_server.url, timeout=PATIENCE) as client:
            for _ in range(10):
                answer = client.post(
                    "/api/v1/submissions",
                    json=whole_submission() | {"unit": unit, "period": period},
                    headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"writer-{number}"},
                )
                if answer.status_code != 503:
                    return answer.status_code
                assert answer.headers["Retry-After"] == "5"
                refused.append(number)
                time.sleep(0.5)
        return 503

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        written = [pool.submit(write, number) for number in range(WRITERS)]
        while not all(future.done() for future in written):
            assert httpx2.get(f"{live_server.url}/healthz", timeout=PATIENCE).status_code == 200
            time.sleep(0.05)
        assert [future.result() for future in written] == [201] * WRITERS
    assert len(refused) < WRITERS // 2, "most were sent away"
    with Sessions(live_server.database.engine).read() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == WRITERS
        first, last, count = session.execute(
            select(func.min(LedgerEntry.seq), func.max(LedgerEntry.seq), func.count())
        ).one()
        assert last - first + 1 == count


def token_of_the_bureau(server: LiveServer) -> str:
    """The token of a new reviewer."""
    now = datetime.now(UTC)
    with Sessions(server.database.engine).write() as session:
        add_user(
            session,
            "bureau",
            display_name="局",
            role=Role.REVIEWER,
            units=set(),
            password="nine quiet rivers",
            known_units=set(UNITS),
            now=now,
        )
        return issue_token(session, "bureau", name="test", expires_at=usual_expiry(now=now), now=now).secret


def test_a_link_that_sixteen_use_at_once_signs_once(live_server: LiveServer) -> None:
    with Sessions(live_server.database.engine).write() as session:
        link = link_in_state(session, LinkState.OPEN)
    gate = threading.Barrier(16)

    def sign(_: int) -> tuple[int, str]:
        gate.wait(PATIENCE)
        held = {"Confirmation-Token": link.secret}
        answer = httpx2.post(f"{live_server.url}/api/v1/confirmation", headers=held, timeout=PATIENCE)
        return answer.status_code, answer.json().get("code", "")

    with ThreadPoolExecutor(16) as pool:
        answers = sorted(pool.map(sign, range(16)))
    assert answers == [(201, ""), *[(409, "confirmation_used")] * 15]
    assert link.secret not in live_server.log.read_text(encoding="utf-8")
    with Sessions(live_server.database.engine).read() as reading:
        signed = select(func.count()).select_from(SubmissionEvent).where(SubmissionEvent.action == "sign_off")
        assert reading.scalar(signed) == 1
