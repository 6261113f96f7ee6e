"""Taking the periods' migration back and putting it in again, with a signed return in the database."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import create_engine, text

from metrics.commands.record_person import PersonGiven, record_person
from metrics.commands.sign_off_submission import OnPaper, sign_off_submission
from metrics.commands.verify_submission import verify_submission
from metrics.database import Sessions, database_url
from metrics.plan.store import plan_at
from metrics.server.downgrading import downgrade
from metrics.server.migration import migrate
from tests.builders import UNIT
from tests.databases import Database
from tests.posting import REVIEWER, post

BEFORE_PERIODS = "0003"


def test_a_signed_return_stands_at_the_event_before_it_for_an_older_program(clean_database: Database) -> None:
    with Sessions(clean_database.engine).write() as session:
        posted = post(session, principal=REVIEWER, now=datetime(2019, 10, 1, tzinfo=UTC))
        assert posted.id is not None
        verified = verify_submission(session, principal=REVIEWER, submission_id=posted.id)
        leader = PersonGiven("leader", "李明", "副区长", "2019-03-01", phone="0758-2220000")
        record_person(session, UNIT, plan=plan_at(session), principal=REVIEWER, given=leader)
        signed = sign_off_submission(
            session, posted.id, plan=plan_at(session), principal=REVIEWER, on_paper=OnPaper("李明")
        )
    clean_database.engine.dispose()
    owner = create_engine(database_url(clean_database.owner_url))
    with owner.connect() as connection:
        entries = connection.scalar(text("select count(*) from ledger_entries"))
    downgrade(owner, revision=BEFORE_PERIODS, lose_data=True)
    with owner.connect() as connection:
        assert connection.execute(text("select seq, state from submissions")).one() == (verified.seq, "verified")
        actions = connection.scalars(text("select action from submission_events order by seq")).all()
        assert actions == ["submit", "verify"]
        assert connection.scalar(text("select count(*) from ledger_entries")) == entries
        kept = text("select kind from ledger_entries where seq = :seq")
        assert connection.scalar(kept, {"seq": signed.seq}) == "sign_off"
        guarded = text("select tgenabled from pg_trigger where tgname = 'submission_events_append_only'")
        assert connection.scalar(guarded) in ("O", b"O")
    migrate(owner)
    owner.dispose()
