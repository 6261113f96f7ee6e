"""An earlier program knows neither links nor leaders' accounts: both go, what was signed stays, and the way is back."""

from __future__ import annotations

from sqlalchemy import create_engine, text

from metrics.database import Sessions, database_url
from metrics.principal import Role
from metrics.queries.confirmations import LinkState
from metrics.server.downgrading import downgrade
from metrics.server.migration import migrate
from tests.databases import Database
from tests.links import link_in_state
from tests.people import person, token

BEFORE = "0013"


def test_links_and_leaders_accounts_go_and_signatures_stay(clean_database: Database) -> None:
    with Sessions(clean_database.engine).write() as session:
        link_in_state(session, LinkState.USED)
        person(session, "li", role=Role.LEADER)
        token(session, "li")
        person(session, "chen")
    clean_database.engine.dispose()
    owner = create_engine(database_url(clean_database.owner_url))
    downgrade(owner, revision=BEFORE, lose_data=True)
    with owner.connect() as connection:
        assert connection.scalars(text("select username from users")).all() == ["chen"]
        signed = text("select actor from submission_events where action = 'sign_off'")
        assert connection.scalars(signed).all() == ["李明"]
    migrate(owner)
    with owner.connect() as connection:
        assert connection.scalar(text("select count(*) from confirmations")) == 0
    owner.dispose()
