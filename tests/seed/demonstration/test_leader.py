"""The demonstration's leader can sign: the account has the name of the one who leads its unit."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from metrics.database import Sessions
from metrics.queries.people import leader_of
from metrics.queries.principals import principal_by_token
from tests.seed.demonstration.conftest import Demonstration


def test_the_leader_s_account_is_that_of_a_leader_in_force(demonstration: Demonstration) -> None:
    named = json.loads(demonstration.loaded.accounts_file.read_text(encoding="utf-8"))
    (leader,) = (one for one in named if one["role"] == "leader")
    with Sessions(demonstration.database.engine).read() as session:
        account = principal_by_token(session, leader["token"])
        (unit,) = account.units
        person = leader_of(session, unit, principal=account, timezone="Asia/Shanghai", now=datetime.now(UTC))
    demonstration.database.engine.dispose()
    assert (person and person.name) == account.display_name
