"""Writing the bulletin (通报) of a month: drafted from a release, its words edited, issued and frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from metrics.bulletin.content import LANGUAGES
from metrics.bulletin.document import Paragraph
from metrics.bulletin.known_month import require_month
from metrics.bulletin.present_draft import FORMS, PresentDraft, present_draft, rendered, require_language
from metrics.bulletin.words import read_words, words_etag
from metrics.commands.create_release import create_release
from metrics.commands.record_bulletin_act import record_bulletin_act, told_if_busy, wait_for_others
from metrics.database import WriteSession
from metrics.errors import Invalid, Message, NotFound, Problem
from metrics.evidence import is_visible
from metrics.forms import as_given
from metrics.if_match import named_versions, require_named
from metrics.media_types import media_type_of
from metrics.methods import PRESENT
from metrics.models import BulletinFile, LedgerEntry, Release
from metrics.periods import format_period
from metrics.principal import Principal, Scope
from metrics.queries.bulletins import BulletinDraft, BulletinMonth, IssuedBulletin, bulletin_month
from metrics.queries.releases import release
from metrics.results import Basis

LONGEST_REASON = 2000  # characters
# Entries that change no figure: a release still holds what is known when nothing but these came after it.
_NO_FIGURES = ("release", "key", "bulletin", "announcement")


@dataclass(frozen=True, slots=True)
class BulletinDrafted:
    """The draft that stands. `recorded` False: it stood so before; `released`: a release was made for it."""

    draft: BulletinDraft
    recorded: bool
    released: bool


def draft_bulletin(
    session: WriteSession,
    period: date,
    *,
    principal: Principal,
    basis: Basis,
    simulated_at: datetime | None = None,
) -> BulletinDrafted:
    """Draft the bulletin of `period`, or draw its draft anew, from a release that holds what is known on `basis`.

    The newest release is taken if it does, else one is made. What was edited stays. A draft that is drawn from that
    release already is not recorded again.

    Whoever drafts the same at once waits for the first, and finds that draft. `simulated_at` dates one of the synthetic
    demonstration history.

    Raises Forbidden, Conflict `bulletin_month_unknown`, `bulletin_busy`, and what :func:`create_release` raises.
    """
    principal.require(Scope.RELEASE)
    with told_if_busy():
        wait_for_others(session)
        number = _release_that_knows(session, basis)
        released = number is None
        if number is None:
            said = format_period(period)
            notes = f"{said} 通报所据数据 / For the bulletin of {said}"
            made = create_release(session, principal=principal, notes=notes, basis=basis, simulated_at=simulated_at)
            number = made.number
    require_month(session, release(session, number), period)
    month = bulletin_month(session, period)
    if month.draft is not None and month.draft.release == number:
        return BulletinDrafted(month.draft, recorded=False, released=released)
    record_bulletin_act(session, month, act="draft", release=number, principal=principal, simulated_at=simulated_at)
    return BulletinDrafted(_draft_of(session, period), recorded=True, released=released)


def edit_bulletin(
    session: WriteSession,
    period: date,
    *,
    principal: Principal,
    language: str,
    paragraph: str,
    text: str | None,
    if_match: str | None,
) -> BulletinDrafted:
    """Write `text` into one paragraph of the draft, empty to leave the paragraph out; None: as generated again.

    Figures stand in braces and can be moved, left out or repeated, not rewritten (`metrics.bulletin.words`). What
    stands so already is not recorded again.

    `if_match` names the draft, or the paragraph alone (`words_etag`), so that whoever edits another one hinders nobody.

    Raises Forbidden, NotFound without a draft or paragraph, VersionMissing, Stale, Invalid for words that cannot be,
    Conflict `bulletin_busy`.
    """
    principal.require(Scope.RELEASE)
    require_language(language)
    with told_if_busy():
        wait_for_others(session)
    drawn = present_draft(session, bulletin_month(session, period))
    there = _paragraph(drawn, language, paragraph)
    draft = _named(drawn.month, if_match, words_etag(there))
    words = None if text is None else read_words(there, text)
    if words == (there.template if there.edited or words is not None else None):
        return BulletinDrafted(draft, recorded=False, released=False)
    record_bulletin_act(
        session,
        drawn.month,
        act="edit",
        release=draft.release,
        principal=principal,
        language=language,
        paragraph=paragraph,
        words=words,
    )
    return BulletinDrafted(_draft_of(session, period), recorded=True, released=False)


def issue_bulletin(
    session: WriteSession,
    period: date,
    *,
    principal: Principal,
    reason: str,
    if_match: str | None,
    advance: Callable[[], None] = lambda: None,
    simulated_at: datetime | None = None,
) -> IssuedBulletin:
    """Issue the draft: every form in both languages is made and kept for ever, its digests in the ledger's entry.

    A version after the first needs a `reason` and says by itself what changed; what was issued stays. `simulated_at`
    dates one of the synthetic demonstration history.

    Raises Forbidden, NotFound without a draft, VersionMissing, Stale, Invalid, Conflict `bulletin_busy`, Unavailable
    `font_missing`.
    """
    principal.require(Scope.RELEASE)
    with told_if_busy():
        wait_for_others(session)
    drawn = present_draft(session, bulletin_month(session, period))
    draft = _named(drawn.month, if_match)
    _check_reason(reason, version=draft.version)
    files = _files(drawn, advance, now=simulated_at or datetime.now(UTC))
    said = [
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    ]
    seq = record_bulletin_act(
        session,
        drawn.month,
        act="issue",
        release=draft.release,
        principal=principal,
        reason=reason.strip(),
        files=said,
        simulated_at=simulated_at,
    )
    for name, content in files.items():
        kept = BulletinFile(
            seq=seq,
            name=name,
            media_type=media_type_of(name),
            size=len(content),
            sha256=hashlib.sha256(content).digest(),
            content=content,
        )
        session.add(kept)
    session.flush()
    return bulletin_month(session, period).version(draft.version)


def _files(drawn: PresentDraft, advance: Callable[[], None], *, now: datetime) -> dict[str, bytes]:
    today = now.astimezone(ZoneInfo(drawn.known.plan.document.timezone)).date()
    files = {}
    for language in LANGUAGES:
        made = drawn.document(language, issued_on=today)
        for form in FORMS:
            files[f"{language}.{form}"] = rendered(made, form, made_at=now, draft=False)
            advance()
    return files


def _release_that_knows(session: WriteSession, basis: Basis) -> int | None:
    """The newest release if it is on `basis`, made by the present method, and nothing came after that has figures."""
    newest = session.scalars(select(Release).order_by(Release.number.desc()).limit(1)).one_or_none()
    if newest is None or newest.basis != basis.value or newest.method != PRESENT.number:
        return None
    since = select(LedgerEntry.seq).where(LedgerEntry.seq > newest.stands_on, LedgerEntry.kind.not_in(_NO_FIGURES))
    return newest.number if session.scalar(since.limit(1)) is None else None


def _draft_of(session: WriteSession, period: date) -> BulletinDraft:
    draft = bulletin_month(session, period).draft
    if draft is None:
        raise ValueError(f"the draft of {period} was recorded and is not there")
    return draft


def _named(month: BulletinMonth, if_match: str | None, also: str = "") -> BulletinDraft:
    """The draft, if `if_match` names it or what `also` is the tag of. Raises VersionMissing, Stale."""
    draft = month.draft
    if draft is None:
        raise ValueError("a draft was drawn that is not there")
    require_named(
        if_match,
        also if also in named_versions(if_match) else draft.etag,
        missing=Message(
            "修改或签发草稿须在 If-Match 中写明所依据的版本。", "To change or issue a draft, name it in If-Match."
        ),
        changed=lambda: Message(
            "草稿已有变动,请核对后再提交。", "The draft has changed. Look at it and send yours again."
        ),
    )
    return draft


def _paragraph(drawn: PresentDraft, language: str, key: str) -> Paragraph:
    found = next((p for p in drawn.document(language).document.paragraphs if p.key == key), None)
    if found is None or key == "changed":
        message = Message(f"草稿没有段落“{as_given(key)}”。", f"The draft has no paragraph {as_given(key)!r}.")
        raise NotFound("bulletin_paragraph_unknown", message)
    return found


def _check_reason(reason: str, *, version: int) -> None:
    if version > 1 and not is_visible(reason):
        message = Message("重新印发须说明理由。", "To issue a bulletin anew needs a reason.")
        raise Invalid(
            "reason_missing", message, [Problem("reason_missing", message, "/reason", given=as_given(reason))]
        )
    if len(reason) > LONGEST_REASON:
        message = Message(f"理由最多 {LONGEST_REASON} 字。", f"The reason has at most {LONGEST_REASON} characters.")
        raise Invalid("reason_too_long", message, [Problem("reason_too_long", message, "/reason")])
