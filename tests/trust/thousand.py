"""T1 in full: `python -m tests.trust.thousand [COUNT] [SEED]` tampers in SQL with figures and one of everything.

Prints what was done how often, what was missed, and the false alarms on the untouched ledger; exit code 1 if any.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections import Counter
from itertools import product
from pathlib import Path

from sqlalchemy import Engine, create_engine

from metrics.authority import SYSTEM
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.commands.verify_submission import verify_submission
from metrics.database import database_url, make_engine, read_session, use_engine, write_session
from metrics.ledger.checking.walk import check_ledger
from metrics.ledger.entry import newest_seq
from metrics.principal import Principal, Role
from metrics.queries.derived_check import derived_findings
from metrics.server.embedded import embedded_server
from metrics.server.migration import migrate
from metrics.settings import settings
from metrics.submission_states import Action
from tests.posting import post
from tests.trust.campaign import missed, tampered
from tests.trust.full_ledger import REVIEWER, far_past_kept, one_of_everything

_UNITS = ("441202", "441203", "441204", "441223", "441224", "441225", "441226")
_MONTHS = tuple(f"2019-0{month}" for month in range(1, 10))
_CLERK = Principal(1, "chen", "陈", Role.CLERK, frozenset(_UNITS))


def main(count: int = 1000, seed: int = 1) -> int:
    """Tamper `count` times and print the score."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        os.environ["BIAOCHI_HOME"] = str(home)  # the key and what its signer remembers are this run's alone
        settings.cache_clear()
        with embedded_server(home) as addresses, use_engine(make_engine(addresses.owner)) as engine:
            migrate(engine)
            load_plan_folder(CITY_PLAN, actor="tests")
            with write_session(SYSTEM) as session:
                for unit, month in product(_UNITS, _MONTHS):
                    earlier = post(session, principal=_CLERK, unit=unit, period=month)
                    more = {"changes": {"items_online": 840}, "reason": "漏计", "if_match": earlier.etag}
                    posted = post(session, principal=_CLERK, unit=unit, period=month, **more)
                    assert posted.id is not None
                    for step in (Action.VERIFY, Action.REOPEN, Action.VERIFY):  # more than a tile of the tree in all
                        reason = "核对" if step is Action.REOPEN else ""
                        verify_submission(
                            session, principal=REVIEWER, submission_id=posted.id, action=step, reason=reason
                        )
                one_of_everything(session)
                far_past_kept(session, seq=newest_seq(session) * 2 // 3)
                far_past_kept(session)
                issue_checkpoint(session)
            owner = create_engine(database_url(addresses.owner))
            try:
                return _campaign(owner, count=count, seed=seed)
            finally:
                owner.dispose()


def _campaign(owner: Engine, *, count: int, seed: int) -> int:
    draw, done, bad = random.Random(seed), Counter[str](), []
    for _ in range(count):
        own = draw.getrandbits(64)
        with tampered(owner, own) as ([tampering], found):
            done[tampering.what.partition(".")[0]] += 1
            if missed(tampering, found):
                bad.append((own, tampering, missed(tampering, found), found[:3]))
    with read_session() as session:
        alarms = [*check_ledger(session), *derived_findings(session)]
    for what, times in sorted(done.items()):
        sys.stdout.write(f"{times:5} {what}\n")
    for own, tampering, rows, found in bad:
        sys.stdout.write(f"MISSED {own} {tampering}\n  not named {rows}\n  found {found}\n")
    sys.stdout.write(
        f"{count - len(bad)} of {count} detected with the row named; {len(alarms)} false alarms {alarms}\n"
    )
    return 1 if bad or alarms else 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
