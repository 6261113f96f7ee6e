"""A sign-off in words: whose it is, how it was given, and whether it still stands."""

from __future__ import annotations

from dashboard.locale import _, instant_text
from dashboard.window.reading import Reading
from metrics.queries.received_submissions import SignOff
from metrics.queries.submissions import SubmissionEventRow
from metrics.sign_offs import How


def how_signed(found: SignOff) -> str:
    """By the link, by the leader's own account, on paper, or by a name that somebody typed."""
    return _how(found.how, who=found.by)


def how_of_event(event: SubmissionEventRow) -> str:
    """The leader's name, and as :func:`how_signed`, of a sign-off among a submission's events."""
    how = How(event.detail.get("how", How.RECORDED))
    return _("; ").join([str(event.detail["leader"]), _how(how, who=event.actor)])


def _how(how: How, *, who: str) -> str:
    return {
        How.LINK: _("signed with the link sent to the leader's own address"),
        How.ACCOUNT: _("signed with the leader's own account {who}", who=who),
        How.PAPER: _("signed on paper (recorded by reviewer {who})", who=who),
        How.RECORDED: _("name recorded by {who}", who=who),
    }[how]


def signed_words(reading: Reading, found: SignOff | None, *, revision: int) -> str:
    """The leader who answers for `revision`, how and when; a sign-off of an earlier one is void."""
    if found is None:
        return _("not signed off")
    who = found.by if found.how is How.ACCOUNT else reading.names([found.by])[found.by]
    parts = [
        f"{found.leader} {found.title}".strip(),
        _how(found.how, who=who),
        instant_text(found.recorded_at, timezone=reading.timezone),
        *([found.note] if found.note else []),
        *([] if found.revision == revision else [_("void, revised since")]),
    ]
    return _("; ").join(parts)
