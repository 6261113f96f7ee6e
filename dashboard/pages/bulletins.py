"""The pages of bulletins: every month's at `/bulletins`, and one month's, where a reviewer writes it."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.acts.forms import asking_form, folded, press, reason_field
from dashboard.locale import _, count_text, instant_text, language, month_text, ngettext, pgettext
from dashboard.pages.bulletin_preview import draft_preview
from dashboard.pages.refusals import not_found
from dashboard.pages.releases import basis_word
from dashboard.parts import csv_link, empty, page_head, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING
from metrics.bulletin.content import LANGUAGES
from metrics.bulletin.present_draft import PresentDraft, present_draft
from metrics.errors import BiaochiError
from metrics.periods import add_months, format_period, parse_period
from metrics.principal import Scope
from metrics.queries.bulletins import BulletinDraft, BulletinMonth, IssuedBulletin, bulletin_month, bulletin_months
from metrics.results import Basis

Component = Any
_OFFERED = 6  # months that have none, newest first
_FORMS = ("pdf", "docx", "html")


def bulletins_page(reading: Reading) -> Content:
    """The page at `/bulletins`: what was issued, and for reviewers the months that have none yet."""
    found = bulletin_months(reading.session, until=reading.view.seq)
    issued = [month for month in found if month.issued]
    title = ngettext("A bulletin was issued for {n} month", "Bulletins were issued for {n} months", len(issued))
    csv = csv_link(reading.address.csv("bulletins"))
    body = html.Div(
        [
            page_head(title if issued else _("No bulletin has been issued yet"), reading),
            *([_to_write(reading, found)] if _writes(reading) else []),
            section(_("Bulletins"), _issued_table(reading, issued) if issued else _none(), aside=csv),
        ]
    )
    return Content(title=_("Bulletins"), body=body)


def bulletin_page(reading: Reading, written: str) -> Content:
    """The page at `/bulletins/{period}`: its versions; for reviewers the draft, its words and the act of issuing."""
    period = parse_period(written)
    if period is None:
        return not_found(reading, what=_("There is no month {month}", month=written))
    month = bulletin_month(reading.session, period)
    name = _("Bulletin for {month}", month=month_text(period))
    under = html.P(dcc.Link(_("All bulletins"), href=reading.address.to("/bulletins")), className="screen-only")
    body = html.Div(
        [
            page_head(name + _(": ") + _standing(month), reading, under, dated=False),
            *([html.Div(_writing(reading, month))] if _writes(reading) else []),
            section(_("Versions"), _versions(reading, month) if month.issued else _none()),
        ]
    )
    return Content(title=name, body=body)


def _writes(reading: Reading) -> bool:
    return reading.view.is_now and reading.principal is not None and reading.principal.may(Scope.RELEASE)


def _standing(month: BulletinMonth) -> str:
    newest = month.newest
    if month.draft is not None:
        return _("version {n} is a draft", n=month.draft.version)
    return _("not written yet") if newest is None else _("version {n} is issued", n=newest.version)


def _none() -> Component:
    return empty(
        _("No bulletin has been issued yet"),
        _("A reviewer of the bureau drafts it from a release, edits its words and issues it; then it never changes."),
    )


def _to_write(reading: Reading, found: tuple[BulletinMonth, ...]) -> Component:
    """Drafts that are open, and the newest months up to the one judged that have no bulletin."""
    there = {month.period: month for month in found}
    months: list[date] = (
        [] if reading.month is None else [add_months(reading.month.period, -n) for n in range(_OFFERED)]
    )
    first = months[-1] if reading.months is None or not months else reading.months[0]
    wanted = [period for period in months if period >= first and period not in there]
    drafts = [month.period for month in found if month.draft is not None]
    links = [
        html.Li(
            html.P(
                [
                    dcc.Link(month_text(period), href=reading.address.to(f"/bulletins/{format_period(period)}")),
                    " · " + (_standing(there[period]) if period in there else _("not written yet")),
                ]
            )
        )
        for period in dict.fromkeys([*drafts, *wanted])
    ]
    return section(_("To write"), html.Ul(links) if links else html.P(_("Every month has its bulletin")))


def _issued_table(reading: Reading, issued: list[BulletinMonth]) -> Component:
    rows = [
        [
            dcc.Link(month_text(month.period), href=reading.address.to(f"/bulletins/{format_period(month.period)}")),
            count_text(newest.version),
            instant_text(newest.recorded_at, timezone=reading.timezone),
            _release_link(reading, newest.release),
            _files(newest),
        ]
        for month in issued
        if (newest := month.newest)
    ]
    headings = [_("Month"), _("Version"), _("When issued"), _("Release"), _("Files")]
    return scrolled(plain_table(_("Bulletins"), headings, rows, labelled=True), name="texts as-cards")


def _release_link(reading: Reading, number: int) -> Component:
    return dcc.Link(_("Release {number}", number=number), href=reading.address.to(f"/releases/{number}"))


def _files(issued: IssuedBulletin) -> Component:
    """Both editions in every form, the page's own language first."""
    period = format_period(issued.period)
    languages = sorted(LANGUAGES, key=lambda code: code != language())
    names = {"zh": "中文", "en": "English"}
    links = []
    for code in languages:
        for form in _FORMS:
            href = f"/api/v1/bulletins/{period}.{form}?lang={code}&version={issued.version}"
            links += [html.A(f"{names[code]} {form.upper()}", href=href, download=""), " "]
    return html.Span(links)


def _versions(reading: Reading, month: BulletinMonth) -> Component:
    names = reading.names({issued.actor for issued in month.issued})
    rows = [
        [
            _("Version {version}", version=count_text(issued.version)),
            instant_text(issued.recorded_at, timezone=reading.timezone),
            names[issued.actor],
            _release_link(reading, issued.release),
            html.Span(issued.reason, lang="zh-CN") if issued.reason else NOTHING,
            _files(issued),
            html.Code(issued.file("zh.pdf").sha256.hex()[:12]),
        ]
        for issued in month.issued
    ]
    headings = [
        _("Version"),
        _("When issued"),
        _("Issued by"),
        _("Release"),
        _("Reason for reissue"),
        _("Files"),
        _("Digest of the Chinese PDF"),
    ]
    return scrolled(plain_table(_("Versions"), headings, rows, labelled=True), name="texts as-cards")


def _writing(reading: Reading, month: BulletinMonth) -> list[Component]:
    if month.draft is None:
        anew = _("Draft the next version") if month.issued else _("Draft the bulletin")
        return [section(anew, _draft_form(month, main=True), name="publish")]
    try:
        drawn = present_draft(reading.session, month)
    except BiaochiError as refused:
        said = html.P(refused.message.in_language(language()), className="note")
        return [section(_("The draft can no longer be generated"), said, _draft_form(month, main=True), name="publish")]
    return [
        section(_("Issue it"), *_facts(reading, month.draft, drawn), _issue_form(month.draft), name="publish"),
        section(_("The draft"), draft_preview(drawn, month.draft), aside=_preview_links(month.draft)),
        section(
            _("Generate it again"), folded(_("From a release with the newest figures"), _draft_form(month, main=False))
        ),
    ]


def _draft_form(month: BulletinMonth, *, main: bool) -> Component:
    options = [html.Option(basis_word(basis), value=basis.value) for basis in Basis]
    said = _("The newest release is taken if it holds everything that is known; else one is made. Edited words stay.")
    return asking_form(
        "bulletin.draft",
        html.P(said, className="note"),
        html.Label(_("Basis"), htmlFor="bulletin-basis"),
        html.Select(options, name="basis", id="bulletin-basis", className="entry"),
        press(pgettext("act", "Draft"), main=main),
        fields={"period": format_period(month.period)},
    )


def _issue_form(draft: BulletinDraft) -> Component:
    reason = reason_field("bulletin-reason", _("Why it is reissued")) if draft.version > 1 else []
    said = _("Once issued, it is frozen: its HTML, PDF and DOCX in both languages are kept for good.")
    return asking_form(
        "bulletin.issue",
        html.P(said, className="note"),
        *reason,
        press(_("Issue version {n}", n=draft.version), main=True),
        fields={"period": format_period(draft.period), "draft": draft.etag.strip('"')},
    )


def _facts(reading: Reading, draft: BulletinDraft, drawn: PresentDraft) -> list[Component]:
    known = drawn.known.release
    said = {paragraph.key: paragraph.text for paragraph in drawn.document(language()).document.paragraphs}
    facts = [
        (_("Drawn from"), _release_link(reading, draft.release)),
        (_("Basis"), basis_word(known.basis)),
        (_("Known up to entry"), count_text(known.stands_on)),
        (_("Last changed"), instant_text(draft.recorded_at, timezone=reading.timezone)),
        (_("Changed by"), reading.names([draft.actor])[draft.actor]),
        (
            _("Signed by (edit it at the draft's end)"),
            " · ".join(said.get("signature", "").splitlines()) or _("nobody"),
        ),
    ]
    return [html.Dl([part for name, said in facts for part in (html.Dt(name), html.Dd(said))], className="facts")]


def _preview_links(draft: BulletinDraft) -> Component:
    address = f"/api/v1/bulletins/{format_period(draft.period)}"
    links = [
        html.A(
            _("Preview {form}", form=form.upper()),
            href=f"{address}.{form}?lang={language()}&draft=1",
            download="",
            className="quiet-link",
        )
        for form in _FORMS
    ]
    return html.Div(links, className="section-aside")
