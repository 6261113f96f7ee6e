"""Stating in the ledger by which settings verdicts are given, so that whoever has it can follow them."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession, WriteSession
from metrics.ledger.entry import append, hold_ledger, next_place
from metrics.ledger.verifying.facts import DEFAULT_SETTINGS
from metrics.models import LedgerEntry
from metrics.settings import settings

SETTINGS_KIND = "settings"  # of the entry that says lights by status, and the share that makes a month judged
_ACTOR = "biaochi"


def state_settings(session: WriteSession) -> int | None:
    """Record the settings that verdicts depend on where the ledger says others; answers the entry, None for none.

    Nothing is recorded while they are the defaults that hold without any such entry.
    """
    said = settings().of_verdicts
    if said == _newest(session):
        return None
    hold_ledger(session)
    if said == _newest(session):  # another process was first
        return None
    place = next_place(session)
    append(session, kind=SETTINGS_KIND, place=place, content={"actor": _ACTOR, **said})
    return place.seq


def _newest(session: ReadSession) -> dict[str, Any]:
    leaf = session.scalar(
        select(LedgerEntry.leaf).where(LedgerEntry.kind == SETTINGS_KIND).order_by(LedgerEntry.seq.desc()).limit(1)
    )
    said = DEFAULT_SETTINGS if leaf is None else json.loads(leaf)
    return {name: said[name] for name in ("lights", "judged_share")}
