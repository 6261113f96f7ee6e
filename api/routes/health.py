"""`/healthz`: the process answers. `/readyz`: the database answers, is migrated, keeps what it is told, and is ours."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Response

from api.dependencies import ReadDatabase
from metrics.authority import SYSTEM
from metrics.backups.standing import is_kept_here, standing_of
from metrics.database import read_session
from metrics.errors import PlanMissing
from metrics.ledger.witnessing.known import service_policy
from metrics.plan.store import require_plan
from metrics.queries.checkpoints_sent import checkpoints_sent
from metrics.queries.cosignatures import standings
from metrics.queries.ledger import known_keys
from metrics.queries.open_progress import open_progress_kept
from metrics.replica import copy_state
from metrics.server.connections import connection_room
from metrics.settings import Settings, settings
from metrics.watch.readiness import not_ready

router = APIRouter(tags=["operations"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process is alive; this needs no thread, so it answers whatever the others wait for."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(session: ReadDatabase, response: Response) -> dict[str, Any]:
    """200 if submissions can be taken; 503 with the reasons otherwise. `plan` is `missing` until one is loaded.

    `problems`: each reason with its code, in both languages. Where no connection is to be had the answer is a problem
    (`database_away`, `connections_exhausted`).

    `warnings`: what is amiss and stops nothing, such as a key that signs and was not handed over by the one before it,
    or a backup that failed or is overdue.
    `replica`: whether pulls are read from the copy that is named: `in use`, `behind`, `away`; null where none is.
    `replica_behind_seconds`: since when it lacks an entry that the database has; 0 in use, null if that is not known.
    `open_sql`: how far what other tools read by SQL follows the ledger; it says nothing of submissions.
    """
    found_wrong = not_ready(session)
    reasons = [str(refusal) for refusal in found_wrong]
    if reasons:
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    problems = [{"code": refusal.code, "message": refusal.message.as_dict()} for refusal in found_wrong]
    found: dict[str, Any] = {
        "status": "ready" if not reasons else "not ready",
        "reasons": reasons,
        "plan": _plan(session),
    }
    if reasons:
        return found | {"problems": problems}
    return found | {"warnings": _warnings(session), "open_sql": _open_sql(session)} | _replica()


def _replica() -> dict[str, Any]:
    state = copy_state()
    if state is None:
        return {"replica": None, "replica_behind_seconds": None}
    behind = state.behind_seconds
    return {"replica": state.standing, "replica_behind_seconds": None if behind is None else round(behind, 1)}


def _warnings(session: ReadDatabase) -> list[str]:
    keys, found = known_keys(session), []
    if keys and keys[-1].handed_over is False:
        found.append(f"the key {keys[-1].key_id} signs without the word of the key before it")
    for witness in standings(session, service_policy()):
        if witness.told is not None and witness.since is not None:
            found.append(f"the witness {witness.name} {witness.told.en}, since {witness.since:%Y-%m-%dT%H:%M:%SZ}")
    connections = connection_room(session.connection(), settings())
    if not connections.services:
        found.append(f"{connections.service} connections may be asked for, and the server leaves {connections.room}")
    return [*found, *_of_checkpoints(settings().checkpoint_to), *of_backups(settings(), datetime.now(UTC))]


def _of_checkpoints(recipients: Collection[str]) -> Iterator[str]:
    """That some did not go out; to whom they go is not for strangers."""
    if recipients:
        with read_session(SYSTEM) as session:
            failed = sum(bool(one.failure) for one in checkpoints_sent(session, recipients))
        if failed:
            yield f"checkpoints do not reach {failed} of {len(recipients)} recipients"


def of_backups(configured: Settings, now: datetime) -> Iterator[str]:
    """What is amiss with backups, where they are this installation's own work. No paths: anybody may read this."""
    if not is_kept_here(configured):
        return
    standing = standing_of(configured)
    if standing.failed is not None:
        yield f"the last backup failed at {standing.failed.at.isoformat()}: {standing.failed.code}"
    if standing.is_overdue(now):
        yield "no backup was made yet" if standing.newest is None else f"no backup since {standing.newest.isoformat()}"


def _open_sql(session: ReadDatabase) -> dict[str, Any]:
    """Up to which entry what other tools read by SQL is kept, and for how many seconds the next one has waited."""
    kept = open_progress_kept(session)
    return {"as_of_seq": kept.as_of_seq, "behind_seconds": kept.behind_seconds}


def _plan(session: ReadDatabase) -> str:
    try:
        require_plan(session)
    except PlanMissing:
        return "missing"
    return "loaded"
