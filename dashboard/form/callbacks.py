"""The form's callbacks: checking and keeping what is typed, sending it, letting go of a draft.

Each opens its own transaction; rights, checks and versions are those of the commands behind the API. What cannot be
done is answered in words (`refused`), never with an error.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State

from dashboard.form.answer import Said, answered
from dashboard.form.entries import Entries, read_entries
from dashboard.form.findings import said_of
from dashboard.form.panel import submission_panel
from dashboard.form.version_difference import draft_difference, version_difference
from dashboard.locale import _, clock_text, language
from dashboard.window.address import Address
from metrics.audit_acts import AuditAction
from metrics.auditing.writing import note_error
from metrics.authority import authority_of
from metrics.commands.idempotency_keys import once
from metrics.commands.keep_draft import discard_draft, drop_draft, keep_draft
from metrics.commands.post_submission import post_submission
from metrics.database import ReadSession, WriteSession, read_session, write_session
from metrics.errors import Invalid, KeyReused, Stale, VersionMissing
from metrics.periods import parse_period, period_problem
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.present_act import about
from metrics.principal import Principal
from metrics.queries.accounts import display_names
from metrics.queries.drafts import draft_of, keeps_drafts
from metrics.queries.present_submission import PresentSubmission, present_submission
from metrics.queries.submission_changes import CheckedSubmission, checked_submission
from metrics.submissions import refuse_submission

Component = Any
Act = Callable[[Principal, Entries, Address], tuple[Said, Component]]


def install_form(app: Dash) -> None:
    """Register the form's callbacks on `app`; the browser's part of them is assets/src/form/collect.js."""
    for name, answer in (("typed", check_typed), ("sent", send_typed), ("discarded", discard_typed)):
        app.callback(
            Output(f"collect-{name}-said", "data"),
            Output(f"collect-{name}-shown", "children"),
            Input(f"collect-{name}", "data"),
            State("url", "search"),
            prevent_initial_call=True,
        )(answer)
        _hand_over(app, f"after_{name}", of=f"collect-{name}-said")
    _hand_over(app, "opened", of="collect-opened")
    app.clientside_callback(
        ClientsideFunction("biaochi_collect", "choose"),
        Output("url", "search", allow_duplicate=True),
        Input("collect-unit", "value"),
        Input("collect-period", "value"),
        State("collect-opened", "data"),
        prevent_initial_call=True,
    )


def _hand_over(app: Dash, function: str, *, of: str) -> None:
    """Give what the store `of` holds to a function of assets/src/form/collect.js. Dash calls none without an output."""
    app.clientside_callback(
        ClientsideFunction("biaochi_collect", function), Output(f"{of}-taken", "data"), Input(of, "data")
    )


def check_typed(text: str | None, search: str | None) -> tuple[Said, Component]:
    """What the checks say of the entries; they are kept as the unit's draft. Shown: the panel beside the form."""
    return _answered(text, search, _check, action=AuditAction.KEEP_DRAFT)


def send_typed(text: str | None, search: str | None) -> tuple[Said, Component]:
    """Send the submission, once however often the same attempt comes.

    Said: the receipt's address, or why there is none.
    """
    return _answered(text, search, _send, action=AuditAction.POST_SUBMISSION)


def discard_typed(text: str | None, search: str | None) -> tuple[Said, Component]:
    """Let go of the unit's draft."""
    return _answered(text, search, _discard, action=AuditAction.DISCARD_DRAFT)


def _answered(text: str | None, search: str | None, act: Act, *, action: AuditAction) -> tuple[Said, Component]:
    """What `act` answers to the entries in `text`, which must be for a unit of the one who asks."""

    def of_entries(principal: Principal, address: Address) -> tuple[Said, Component]:
        entries = read_entries(text)
        about(f"{entries.unit} {entries.period}")
        principal.require_unit(entries.unit)
        return act(principal, entries, address)

    return answered(search, of_entries, action=action)


def _check(principal: Principal, entries: Entries, address: Address) -> tuple[Said, Component]:
    now = datetime.now(UTC)
    with write_session(authority_of(principal)) as session:
        plan = plan_at(session)
        standing = _standing(session, plan, principal, entries, now=now)
        request = entries.as_submission(plan, known=standing.known)
        checked = checked_submission(session, plan, request, principal=principal, now=now)
        draft, conflict = _keep(session, plan, principal, entries, checked, now=now)
    panel = submission_panel(plan, checked, acknowledged=entries.typed.acknowledged)
    return said_of(plan, checked) | draft, [*conflict, *panel]


def _keep(
    session: WriteSession,
    plan: Plan,
    principal: Principal,
    entries: Entries,
    checked: CheckedSubmission,
    *,
    now: datetime,
) -> tuple[Said, list[Component]]:
    """Save the draft of a window that edits one; what became of it, and the difference from a draft in the way."""
    period = checked.sent.period
    if not entries.editor or period is None or not checked.sent.placed:
        return {}, []
    if not keeps_drafts(principal, unit=entries.unit):
        return {}, []
    try:
        kept = keep_draft(
            session,
            principal=principal,
            unit=entries.unit,
            period=period,
            typed=entries.typed,
            editor=entries.editor,
            seen=entries.seen,
            now=now,
        )
    except Stale as changed:
        theirs = draft_of(session, principal=principal, unit=entries.unit, period=period)
        assert theirs is not None  # noqa: S101  it is what refused ours
        said = {"conflict": changed.message.in_language(language()), "conflict_version": theirs.version}
        name = display_names(session, [theirs.username])[theirs.username]
        return said, [draft_difference(plan, theirs, entries.typed, name=name)]
    at = clock_text(kept.updated_at, timezone=plan.document.timezone)
    return {"draft_version": kept.version, "draft": _("Draft saved {time}", time=at)}, []


def _send(principal: Principal, entries: Entries, address: Address) -> tuple[Said, Component]:
    try:
        with write_session(authority_of(principal)) as session:
            plan = plan_at(session)
            now = datetime.now(UTC)
            standing = _standing(session, plan, principal, entries, now=now)
            answer = once(
                session,
                principal=principal,
                key=entries.key,
                asked={"request": "form", "unit": entries.unit, "period": entries.period, "etag": entries.etag}
                | entries.typed.as_dict(),
                do=lambda: _post(session, plan, principal, entries, standing),
            )
            draft = draft_of(session, principal=principal, unit=entries.unit, period=standing.period)
            if draft is not None and (not answer.replayed or draft.typed == entries.typed):
                drop_draft(session, unit=entries.unit, period=standing.period)
    except (Stale, VersionMissing) as stale:
        note_error(stale)
        return _revised_meanwhile(principal, entries, stale.message.in_language(language()))
    except KeyReused as reused:  # the answer to this attempt never came, and more was typed since
        note_error(reused)
        recorded = _(
            "What was sent before is recorded; what was changed since is not. Look at it, and send it as a correction."
        )
        return _revised_meanwhile(principal, entries, recorded)
    except Invalid as refused:
        note_error(refused)
        return {"refused": refused.message.in_language(language()), "check": True}, None
    return {"receipt": address.at_desk(f"/collect/receipt/{answer.body['id']}")}, None


def _post(
    session: WriteSession, plan: Plan, principal: Principal, entries: Entries, standing: PresentSubmission
) -> dict[str, Any]:
    request = entries.as_submission(plan, known=standing.known)
    posted = post_submission(session, plan=plan, principal=principal, request=request, if_match=entries.etag)
    return {"id": posted.id, "changed": posted.changed}


def _revised_meanwhile(principal: Principal, entries: Entries, refused: str) -> tuple[Said, Component]:
    """It was sent since the form was opened: what differs, and the version to name if sent again."""
    with read_session(authority_of(principal)) as session:
        plan = plan_at(session)
        standing = _standing(session, plan, principal, entries, now=datetime.now(UTC))
    said = {"refused": refused, "etag": standing.etag, "revision": True}
    return said, version_difference(plan, standing, entries.typed)


def _discard(principal: Principal, entries: Entries, address: Address) -> tuple[Said, Component]:
    with write_session(authority_of(principal)) as session:
        discard_draft(session, principal=principal, unit=entries.unit, period=_period(entries))
    return {"discarded": True}, None


def _standing(
    session: ReadSession, plan: Plan, principal: Principal, entries: Entries, *, now: datetime
) -> PresentSubmission:
    return present_submission(session, plan, principal=principal, unit=entries.unit, period=_period(entries), now=now)


def _period(entries: Entries) -> date:
    """The period. Raises Invalid if it is none."""
    period = parse_period(entries.period)
    if period is None:
        raise refuse_submission([period_problem(entries.period)])
    return period
