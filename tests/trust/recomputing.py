"""Pulls held against what the verifier makes of the ledger's leaves, without a service between."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.ledger.verifying.archive import facts_stated
from metrics.ledger.verifying.comparing import Proof
from metrics.ledger.verifying.facts import LeavesTold
from metrics.ledger.verifying.question import as_of_seq, read_query
from metrics.ledger.verifying.recompute import recompute, recompute_from
from metrics.ledger.verifying.tables import TABLES
from metrics.models import LedgerEntry
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Pull
from metrics.publish.release_facts import release_facts
from metrics.publish.release_files import releasable_view
from metrics.publish.rendering import render
from metrics.queries.view import View
from metrics.results import Basis
from tests.metrics.publish.pulling import pulled


def leaves_in(session: ReadSession) -> list[bytes | None]:
    """Every leaf of the ledger, in order."""
    return [leaf.encode() for leaf in session.scalars(select(LedgerEntry.leaf).order_by(LedgerEntry.seq))]


def follow_from_facts(session: ReadSession, basis: Basis) -> int:
    """How many cells of a release made now follow from what it states itself. Raises Wrong."""
    view = releasable_view(session, basis=basis)
    tables = {name: _released(session, view, name) for name in ("observations", *TABLES)}
    stated = json.loads(json.dumps(release_facts(session, view)))
    facts = facts_stated(stated, tables["observations"])
    proofs = [recompute_from(facts, table, tables[table], {}, columns=TABLES[table]) for table in TABLES]
    return sum(proof.cells for proof in proofs)


def _released(session: ReadSession, view: View, name: str) -> bytes:
    pull = Pull(basis=view.basis)
    with render(DATASETS[name], session=session, view=view, pull=pull, form="csv").file as file:
        return file.read()


def recomputed(session: ReadSession, table: str, leaves: list[bytes | None] | None = None, **given: Any) -> Proof:
    """A pull of `table`, held against what follows from the leaves. Raises Wrong."""
    leaves = leaves or leaves_in(session)
    listed = {name: value if isinstance(value, list) else [value] for name, value in given.items()}
    asked = read_query("&".join(f"{name}={one}" for name, values in listed.items() for one in values), table)
    content = pulled(session, table, **given)
    return recompute(table, content, LeavesTold(leaves, seq=as_of_seq(asked, leaves)), asked)
