"""Every release with its notes, and for a reviewer the form that publishes the next."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.acts.forms import asking_form, press
from dashboard.grids.changes import changes_table
from dashboard.locale import _, count_text, instant_text, language, ngettext
from dashboard.pages.release_calendar import announced_choice, release_calendar
from dashboard.parts import empty, hidden, page_head, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from metrics.errors import Conflict
from metrics.principal import Scope
from metrics.publish.differences import preview_release
from metrics.queries.releases import Published, releases
from metrics.results import Basis

Component = Any
_SHOWN = 12


def releases_page(reading: Reading) -> Content:
    """The page at `/releases`."""
    found = releases(reading.session)
    title = ngettext("{n} release has been published", "{n} releases have been published", len(found))
    body = html.Div(
        [
            page_head(title if found else _("Nothing has been released yet"), reading),
            *([_publishing(reading)] if _may_publish(reading) else []),
            section(_("Releases"), _table(reading, found) if found else _none(), _feed()),
            release_calendar(reading),
        ]
    )
    return Content(title=_("Releases"), body=body)


def basis_word(basis: Basis) -> str:
    return _("verified submissions only") if basis is Basis.VERIFIED else _("every submission")


def archive_link(published: Published) -> Component:
    return html.A(
        _("Download all (zip)"), href=f"/api/v1/releases/{published.number}.zip", className="quiet-link", download=""
    )


def _feed() -> Component:
    """Where a reader of feeds finds what is new."""
    link = html.A("feed.atom", href=f"/api/v1/feed.atom?lang={language()}", className="quiet-link")
    return html.P(
        [_("Releases and their calendar, corrections, bulletins and changes of status as a feed (Atom):"), " ", link],
        className="note",
    )


def _may_publish(reading: Reading) -> bool:
    return reading.view.is_now and reading.principal is not None and reading.principal.may(Scope.RELEASE)


def _table(reading: Reading, found: tuple[Published, ...]) -> Component:
    names = reading.names({published.actor for published in found})
    rows = [
        [
            dcc.Link(
                _("Release {number}", number=published.number), href=reading.address.to(f"/releases/{published.number}")
            ),
            instant_text(published.recorded_at, timezone=reading.timezone),
            html.Span(published.notes, lang="zh-CN"),
            basis_word(published.basis),
            names[published.actor],
            html.Code(published.file("datapackage.json").sha256.hex()[:12]),
            archive_link(published),
        ]
        for published in found
    ]
    headings = [
        _("Number"),
        _("Published"),
        _("Notes"),
        _("Basis"),
        _("By"),
        _("Digest of the data package"),
        _("Files"),
    ]
    return scrolled(plain_table(_("Releases"), headings, rows), name="texts releases")


def _none() -> Component:
    return empty(
        _("Nothing has been released yet"),
        _("A release is a numbered snapshot that never changes; a reviewer of the bureau publishes it."),
    )


def _publishing(reading: Reading) -> Component:
    """The form, and on each basis what has changed since the newest release, or the way to it.

    Comparing reads every figure twice, so it is done for the basis that `compare` in the address names.
    """
    asked = reading.address.keeps("compare")
    return section(
        _("Publish the next release"),
        _form(reading),
        *[_preview(reading, b) if b.value == asked else _offered(reading, b) for b in reversed(Basis)],
        name="publish",
    )


def _offered(reading: Reading, basis: Basis) -> Component:
    words = [_("Show what would change"), hidden(_(": ") + basis_word(basis))]
    way = dcc.Link(words, href=reading.address.keeping(compare=basis.value))
    return html.P([html.B(basis_word(basis)), ": ", way], className="note")


def _form(reading: Reading) -> Component:
    """A repeated press publishes nothing twice."""
    options = [html.Option(basis_word(basis), value=basis.value) for basis in reversed(Basis)]
    return asking_form(
        "release.publish",
        html.Label(_("Notes"), htmlFor="release-notes"),
        html.Textarea(name="notes", id="release-notes", required=True, maxLength=2000, rows=2, className="entry"),
        html.Label(_("Basis"), htmlFor="release-basis"),
        html.Select(options, name="basis", id="release-basis", className="entry"),
        *announced_choice(reading),
        press(_("Publish"), main=True),
        once=True,
    )


def _preview(reading: Reading, basis: Basis) -> Component:
    try:
        preview = preview_release(reading.session, basis=basis, most=_SHOWN)
    except Conflict as refused:
        words = refused.message.in_language(language())
        return html.P([html.B(basis_word(basis)), ": ", words], className="note")
    if preview.since is None:
        words = _("this would be the first release")
    else:
        words = ngettext(
            "{n} value or verdict differs from release {number}",
            "{n} values and verdicts differ from release {number}",
            preview.count,
            number=preview.since,
        )
    standing = _("no. {seq}", seq=count_text(preview.seq))
    return html.Details(
        [
            html.Summary([html.B(basis_word(basis)), ": ", words, " · ", standing]),
            changes_table(reading.plan, preview.rows) if preview.rows else None,
        ],
        className="table-view",
        open=True,
    )
