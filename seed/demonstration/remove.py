"""Removing the demonstration: the rehearsal is over, and the database is as it was before the first submission.

A ledger is append-only, so nothing can be taken out of the middle of it. A database that held the demonstration is
emptied, in one transaction and as the owner, and gets its plan anew: the real history starts at sequence number 1.
Accounts that are not the demonstration's stay, with their tokens; everybody has to sign in again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from psycopg.errors import LockNotAvailable
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from metrics.commands.load_plan import load_plan
from metrics.database import Sessions, WriteSession
from metrics.errors import Conflict, Message
from metrics.ledger.continuation import begin_remembering
from metrics.ledger.keys import key_file, next_key_file
from metrics.ledger.memory import forget
from metrics.models.open_sql import PROGRESS_TABLE
from metrics.plan.model import Plan
from metrics.queries.demonstration import is_demonstration_loaded
from seed.demonstration.accounts import delete_accounts
from seed.demonstration.real_records import in_words, real_records

ACTOR = "biaochi demo remove"
LOCK_TIMEOUT = "10s"
# Named one by one, and truncated without CASCADE: a table that a later migration adds is not emptied by accident.
EMPTIED = (
    "sessions",
    "sign_in_steps",
    "idempotency_keys",
    "refused_files",
    "drafts",
    "fundings",
    "work_plans",
    "material_records",
    "attached_files",
    "task_checks",
    "task_sanctions",
    "task_reports",
    "gate_rules",
    "slip_acts",
    "self_assessments",
    "score_rules",
    "inquiry_scores",
    "rectifications",
    "inspection_findings",
    "sample_findings",
    "samples",
    "assessments",
    "light_overrides",
    "bulletin_files",
    "bulletin_acts",
    "release_parts",
    "release_files",
    "releases",
    "announcements",
    "reminders",
    "followed_turns",
    "follows",
    "confirmations",
    "confirmed_layouts",
    "people_contacts",
    "people_records",
    "period_events",
    "open_refreshes",
    "rolled_up_rates",
    "unit_turns",
    "far_past",
    "unit_rates",
    "stored_formulas",
    "figures",
    "observations",
    "submission_events",
    "submissions",
    "plan_records",
    "ledger_checkpoints",
    "ledger_cosignatures",
    "witness_troubles",
    "ledger_keys",
    "ledger_tiles",
    "ledger_entries",
)
# What belongs to accounts and stays with those that stay.
KEPT_BY_ACCOUNT = ("tokens", "second_factors", "recovery_codes", "former_passwords", "password_links")
_OF_DEMONSTRATION = "(select id from users where demonstration)"
_ACCOUNTS = (
    *(f"delete from {table} where user_id in {_OF_DEMONSTRATION}" for table in KEPT_BY_ACCOUNT),  # noqa: S608  ours
    "delete from sign_in_failures where username in (select username from users where demonstration)",
    "delete from users where demonstration",
)
_REAL_SUBMISSIONS = text(
    "select count(distinct event.submission_id) from submission_events event"
    " join ledger_entries entry on entry.seq = event.seq"
    " where event.action = 'submit' and not coalesce((entry.leaf::jsonb -> 'synthetic')::boolean, false)"
)


@dataclass(frozen=True, slots=True)
class DemonstrationRemoved:
    """What went. `submissions` counts submissions, `real_submissions` those among them that had a real revision;
    `real_records` everything that was not synthetic.
    """

    submissions: int
    real_submissions: int
    real_records: int
    accounts: int


def remove_demonstration(
    owner_engine: Engine, *, plan: Plan, home: Path, with_real_submissions: bool = False
) -> DemonstrationRemoved:
    """Empty the database, delete the demonstration's accounts, load `plan` and delete `home`/demo-accounts.json.

    `owner_engine` connects as the owner of the tables. Target revisions and all else in the ledger go as well.
    The rehearsal's key and what its signer remembers go before the transaction ends: if the process dies between, the
    rehearsal is signed no more, and removing it again puts that right. The file goes last: if the process dies before,
    it names accounts that no longer exist, and the next load or removal puts that right.

    Raises Conflict `demonstration_missing` if no demonstration is loaded, `real_records` if people recorded anything
    that is not synthetic, unless `with_real_submissions`, and `database_busy` if somebody holds the tables for long.
    """
    with Sessions(owner_engine).write() as session:
        loaded = is_demonstration_loaded(session)
        if loaded:
            _lock(session)
            begin_remembering(session)
            removed = _emptied(session, with_real_submissions=with_real_submissions)
            load_plan(session, plan, actor=ACTOR)
            forget()  # another ledger begins: its checkpoints must not pass for the rehearsal's
            for key in (key_file(), next_key_file()):
                key.unlink(missing_ok=True)
    delete_accounts(home)
    if not loaded:
        raise Conflict(
            code="demonstration_missing",
            message=Message("数据库中没有演示数据。", "There is no demonstration data in the database."),
        )
    return removed


def _lock(session: WriteSession) -> None:
    """Keep everybody else out of the tables until the transaction ends."""
    session.execute(text("select set_config('lock_timeout', :timeout, true)"), {"timeout": LOCK_TIMEOUT})
    try:
        session.execute(
            text(f"lock table {', '.join((*EMPTIED, PROGRESS_TABLE, 'users', 'tokens'))} in access exclusive mode")
        )
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise Conflict(
            code="database_busy",
            message=Message(
                "数据库正忙,未能锁定各表;请停止服务后再试。",
                "The database is busy: its tables could not be locked. Stop the service and try again.",
            ),
        ) from error


def _emptied(session: WriteSession, *, with_real_submissions: bool) -> DemonstrationRemoved:
    submissions = session.scalar(text("select count(*) from submissions")) or 0
    real = session.scalar(_REAL_SUBMISSIONS) or 0
    records = real_records(session)
    if records and not with_real_submissions:
        said = in_words(records)
        raise Conflict(
            code="real_records",
            message=Message(
                f"数据库中有非演示的记录:{said.zh}。移除演示数据会一并清空;确需清空请加 --with-real-submissions。",
                f"The database holds what is not synthetic: {said.en}. Removing the demonstration empties all of it, "
                "that included; --with-real-submissions does so.",
            ),
        )
    guards = [table for table in EMPTIED if _is_guarded(session, table)]
    for table in guards:
        session.execute(text(f"alter table {table} disable trigger {table}_no_truncate"))
    session.execute(text(f"truncate {', '.join((*EMPTIED, PROGRESS_TABLE))} restart identity"))
    for table in guards:
        session.execute(text(f"alter table {table} enable trigger {table}_no_truncate"))
    accounts = session.scalar(text("select count(*) from users where demonstration")) or 0
    for statement in _ACCOUNTS:
        session.execute(text(statement))
    return DemonstrationRemoved(submissions, real, sum(records.values()), accounts)


def _is_guarded(session: WriteSession, table: str) -> bool:
    """True if a trigger refuses to truncate the table. Row triggers do not see a truncation."""
    found = text("select exists (select from pg_trigger where tgrelid = cast(:of as regclass) and tgname = :name)")
    return bool(session.scalar(found, {"of": table, "name": f"{table}_no_truncate"}))
