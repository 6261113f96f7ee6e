"""A bulletin's draft as documents: drawn from its release, with the words edited into it, in both languages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from metrics.bulletin.as_docx import docx_file
from metrics.bulletin.as_html import html_file
from metrics.bulletin.as_pdf import pdf_file
from metrics.bulletin.content import CARRIED, LANGUAGES, Made, bulletin_document
from metrics.bulletin.figures import BulletinFigures
from metrics.bulletin.known_month import bulletin_figures
from metrics.database import ReadSession
from metrics.errors import BadRequest, Message, NotFound, Problem
from metrics.forms import as_given
from metrics.queries.bulletins import BulletinMonth, bulletin_bytes, bulletin_months
from metrics.queries.releases import release

FORMS = ("html", "pdf", "docx", "json")


@dataclass(frozen=True)
class PresentDraft:
    """What a draft is drawn from: the release's figures, words by language, and the version before, if there is one."""

    month: BulletinMonth
    version: int
    known: BulletinFigures
    words: Mapping[str, Mapping[str, str]]
    before: Mapping[str, Mapping[str, Any]]

    def document(self, language: str, *, issued_on: date | None = None) -> Made:
        return bulletin_document(
            self.known,
            language=language,
            words=self.words.get(language, {}),
            version=self.version,
            issued_on=issued_on,
            before=self.before.get(language),
        )


def present_draft(session: ReadSession, month: BulletinMonth) -> PresentDraft:
    """The draft of `month`. Raises NotFound `bulletin_draft_missing` without one; see `bulletin_figures`."""
    if month.draft is None:
        raise NotFound(
            "bulletin_draft_missing", Message("该月没有通报草稿,请先起草。", "The month has no draft; draft one first.")
        )
    earlier = next((one for one in bulletin_months(session) if one.period < month.period and one.issued), None)
    since = None if earlier is None or earlier.newest is None else release(session, earlier.newest.release).stands_on
    words = {
        language: {
            **{key: text for key, text in _of(earlier, language).items() if key in CARRIED},
            **month.words.get(language, {}),
        }
        for language in LANGUAGES
    }
    newest = month.newest
    before = (
        {}
        if newest is None
        else {language: json.loads(bulletin_bytes(session, newest, f"{language}.json")) for language in LANGUAGES}
    )
    known = bulletin_figures(session, release(session, month.draft.release), month.period, since=since)
    return PresentDraft(month, month.draft.version, known, words, before)


def rendered(made: Made, form: str, *, made_at: datetime, draft: bool) -> bytes:
    """The document in one of the forms of :data:`FORMS`."""
    document = made.document
    if form == "html":
        return html_file(document, draft=draft)
    if form == "pdf":
        return pdf_file(document, made_at=made_at, draft=draft)
    if form == "docx":
        return docx_file(document, made_at=made_at, draft=draft)
    return (json.dumps(document.as_json(), ensure_ascii=False, indent=1) + "\n").encode()


def require_language(language: str) -> str:
    """`language` if bulletins are written in it. Raises BadRequest."""
    if language not in LANGUAGES:
        message = Message("语言须为 zh 或 en。", "The language is zh or en.")
        raise BadRequest(
            "language_unknown", message, [Problem("language_unknown", message, "/language", given=as_given(language))]
        )
    return language


def _of(month: BulletinMonth | None, language: str) -> Mapping[str, str]:
    return {} if month is None else month.words.get(language, {})
