"""One release: what it is, its files, and what changed since another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import dcc, html

from dashboard.grids.changes import changes_table
from dashboard.locale import _, count_text, instant_text, language, ngettext
from dashboard.pages.refusals import not_found
from dashboard.pages.releases import archive_link, basis_word
from dashboard.parts import empty, page_head, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from metrics.methods import PRESENT
from metrics.publish.citation import citation_of
from metrics.publish.differences import differences, first_rows, released_side
from metrics.queries.releases import Published, releases

Component = Any
_SHOWN = 200


def release_page(reading: Reading, number: str) -> Content:
    """The page at `/releases/{number}`; `since=` in the address names the release it is compared with."""
    found = {published.number: published for published in releases(reading.session)}
    published = found.get(int(number))
    if published is None:
        return not_found(reading, what=_("There is no release {number}", number=number))
    earlier = _compared_with(reading.address.keeps("since"), published, found)
    title = _("Release {number}", number=published.number)
    body = html.Div(
        [
            page_head(title, reading, html.P(published.notes, lang="zh-CN", className="release-notes")),
            html.Dl(_facts(reading, published), className="facts"),
            html.P(
                [
                    dcc.Link(_("Show every page as this release has it"), href=_as_released(reading, published)),
                    " · ",
                    archive_link(published),
                ]
            ),
            _changes(reading, published, earlier, others=sorted(found)),
            section(_("Files"), _files(published)),
        ]
    )
    return Content(title=title, body=body)


def _compared_with(since: str | None, published: Published, found: Mapping[int, Published]) -> Published | None:
    """The release that `since` names if it is another one, else the one before; None for the first."""
    named = next((other for number, other in found.items() if str(number) == since), None)
    return found.get(published.number - 1) if named in (None, published) else named


def _as_released(reading: Reading, published: Published) -> str:
    return replace(reading.address, path="/", kept=()).released(published.number)


def _facts(reading: Reading, published: Published) -> list[Component]:
    facts = [
        (_("Published"), instant_text(published.recorded_at, timezone=reading.timezone)),
        (_("By"), reading.names([published.actor])[published.actor]),
        (_("Basis"), basis_word(published.basis)),
        (_("Method of calculation"), _method_words(published)),
        (_("Known up to entry"), count_text(published.stands_on)),
        (_("Its own entry in the ledger"), count_text(published.seq)),
        (_("Cite as"), _cited(reading, published)),
    ]
    return [part for name, text in facts for part in (html.Dt(name), html.Dd(text))]


def _cited(reading: Reading, published: Published) -> list[Component]:
    """How the release is cited, and the same as a file for programs that keep references."""
    text = citation_of(reading.session, published, reading.plan).text.in_language(language())
    href, names = f"/api/v1/releases/{published.number}.cff", "quiet-link within-text"
    file = html.A("CITATION.cff", href=href, className=names, download="")
    return [text, " ", file]


def _method_words(published: Published) -> str:
    """The number of the method the release was made by; that there is another now, where there is."""
    if published.method == PRESENT.number:
        return str(published.method)
    return _("{number}; method {present} is in force now", number=published.method, present=PRESENT.number)


def _changes(reading: Reading, published: Published, earlier: Published | None, *, others: list[int]) -> Component:
    title = _("What changed")
    if earlier is None:
        return section(title, empty(_("There is no earlier release to compare with")))
    sides = [released_side(reading.session, one) for one in (earlier, published)]
    rows, count = first_rows(differences(*sides), _SHOWN)
    words = ngettext(
        "{n} value or verdict differs from release {number}",
        "{n} values and verdicts differ from release {number}",
        count,
        number=earlier.number,
    )
    if count > len(rows):
        words += _("; the first {shown} are shown, the CSV has them all", shown=len(rows))
    csv = html.A(
        _("Download CSV"),
        href=f"/api/v1/releases/{published.number}/differences.csv?from={earlier.number}&bom=1",
        className="quiet-link",
        download="",
    )
    choices = [
        dcc.Link(_("Release {number}", number=number), href=reading.address.keeping(since=str(number)))
        for number in others
        if number not in (earlier.number, published.number)
    ][-8:]
    compare = html.P([_("Compare with"), ": ", html.Span(choices, className="owing")], className="note")
    return section(
        title,
        html.P(words),
        *([compare] if choices else []),
        changes_table(reading.plan, rows) if rows else None,
        aside=csv,
    )


def _files(published: Published) -> Component:
    rows = [
        [
            html.A(file.name, href=f"/api/v1/releases/{published.number}/{file.name}", download=""),
            count_text(file.rows) if file.rows else "",
            count_text(file.size),
            html.Code(file.sha256.hex(), className="digest"),
        ]
        for file in published.files
    ]
    return scrolled(plain_table(_("Files"), [_("File"), _("Rows"), _("Bytes"), "SHA-256"], rows))
