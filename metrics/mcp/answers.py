"""Answers to an assistant: rows of datasets as the API gives them, what proves them, and the clauses they rest on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from metrics.audit_acts import AuditAction, AuditChannel, AuditOutcome
from metrics.auditing.writing import conclude, outcome_of
from metrics.authority import authority_of
from metrics.commands.note_use import note_use
from metrics.database import ReadSession, read_session
from metrics.errors import BiaochiError
from metrics.ledger.continuation import doubt_where_read
from metrics.plan.store import plan_at
from metrics.present_act import Acting, Actor, as_subject, under_way
from metrics.principal import Principal, Scope
from metrics.publish.catalogue import DATASETS
from metrics.publish.closed_counts import refuse_closed_counts, within_own_units
from metrics.publish.dataset import Wording
from metrics.publish.going_on import refuse_other_history
from metrics.publish.plan_parts import TARGETS
from metrics.publish.pull import check_pull, cursor_for, parse_pull
from metrics.publish.rendering import render
from metrics.queries.blindness import refuse_blind
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.ledger import ledger_hash
from metrics.queries.principals import principal_by_token
from metrics.queries.reader_view import own_units_view, view_for
from metrics.queries.view import View

MOST_ROWS = 200
Given = Mapping[str, Sequence[str]]
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TokenReader:
    """Who asks: the principal of a token, looked up anew for every question, so that a revoked one ends at once."""

    secret: str

    def principal(self) -> Principal:
        """Raises Unauthenticated for a token that is not good (any more), Forbidden for one that may not read."""
        with read_session() as session:
            found = principal_by_token(session, self.secret)
        note_use(found)
        found.require(Scope.READ)
        refuse_blind(found)
        return found


def asked(reader: TokenReader, tool: str, given: Given, answer: Callable[[ReadSession, Principal], Answer]) -> Answer:
    """What `answer` says in one snapshot in which the reader acts, noted in the audit; a refusal in both languages.

    `in_doubt`: why the ledger is not the one that was signed, None while it is.
    """
    said = " ".join(["mcp", tool, *(f"{name}={value}" for name, values in given.items() for value in values)])
    acting = Acting(AuditChannel.COMMAND, address="", request_id=uuid4().hex, action=AuditAction.PULL_DATA)
    acting.subject = as_subject(said)
    with under_way(acting):
        try:
            principal = reader.principal()
            acting.actor = Actor.of(principal)
            with read_session(authority_of(principal)) as session:
                found = answer(session, principal) | {"in_doubt": _doubt(session)}
        except BiaochiError as refused:
            conclude(acting, outcome_of(refused), code=refused.code)
            return {
                "refused": {
                    "code": refused.code,
                    "message": refused.message.as_dict(),
                    "places": [problem.message.as_dict() for problem in refused.problems[:20]],
                }
            }
        conclude(acting, AuditOutcome.DONE)
    return found


def rows_of(session: ReadSession, principal: Principal, name: str, given: Given) -> Answer:
    """The rows of a pull as `/api/v1/{name}.json` answers them, at most MOST_ROWS, with what proves them.

    `digest`: sha-256 of the very bytes that `address` answers; `as_of`: the entry up to which they know, and its hash;
    `next`: the cursor with which the following rows are asked for, None if these were the last.
    """
    dataset = DATASETS[name].asked(given)
    limited = {"limit": [str(MOST_ROWS)], **{key: list(values) for key, values in given.items() if values}}
    pull = parse_pull(dataset, limited, form="json", timezone=lambda: plan_at(session).document.timezone)
    pull = within_own_units(pull, dataset, principal=principal)
    view = view_for(session, public=False, as_of=pull.as_of, basis=pull.basis, numbered=pull.release)
    view = own_units_view(view, principal=principal)
    check_pull(pull, view)
    refuse_other_history(session, pull, view)
    refuse_closed_counts(pull, dataset, view)
    rendered = render(dataset, session=session, view=view, pull=pull, form="json")
    with rendered.file as file:
        rows = json.load(file)
    pinned = {key: values for key, values in limited.items() if key not in ("as_of", "release")}
    place, more = place_of(session, view), rendered.next_offset
    asked_for = [(key, value) for key, values in pinned.items() for value in values]
    if "cursor" not in pinned:  # which names its entry itself
        asked_for.append(("as_of", str(view.seq)))
    found: Answer = {
        "dataset": name,
        "as_of": place,
        "basis": view.basis.value,
        "address": f"/api/v1/{name}.json?{urlencode(asked_for)}",
        "digest": rendered.digest,
        "synthetic": is_demonstration_loaded(session),
        "complete": more is None,
        "next": None if more is None else cursor_for(offset=more, seq=view.seq, ledger_hash=place["ledger_hash"]),
        "rows": rows,
    }
    codes = {row["target_code"] for row in rows if row.get("target_code")}
    return found | {"clauses": _clauses(session, view, codes, language=pull.language)}


def place_of(session: ReadSession, view: View) -> dict[str, Any]:
    """The entry up to which an answer knows, when it was recorded, and the ledger's hash there."""
    moment = None if view.recorded_at is None else view.recorded_at.isoformat()
    return {"seq": view.seq, "recorded_at": moment, "ledger_hash": ledger_hash(session, view.seq)}


def _doubt(session: ReadSession) -> dict[str, Any] | None:
    doubt = doubt_where_read(session)
    return None if doubt is None else {"code": doubt.code, "message": doubt.message.as_dict()}


def _clauses(session: ReadSession, view: View, codes: set[str], *, language: str) -> dict[str, Any]:
    """By target the clause of the plan word for word, and where it stands."""
    words = Wording(session, view, language=language)
    wanted = ("target_name", "section", "line", "quote", "task_numbers")
    return {
        code: {name: TARGETS.row(view.plan.target_revisions[code][-1], words)[name] for name in wanted}
        for code in sorted(codes)
    }
