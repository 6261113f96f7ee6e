"""What stands at the head and foot of every printed page; assets/print.css puts it there."""

from __future__ import annotations

from dashboard.locale import _, date_text, instant_text, language
from dashboard.window.reading import Reading
from metrics.ledger.epochs import present_epoch
from metrics.plan.model import Plan


def print_lines(reading: Reading, *, desk: bool) -> dict[str, str]:
    """`head`: the document; `foot`: what reproduces the page; and the words around the two page numbers.

    A clerk's own page (`desk`) was judged on no day and shows what stands now.
    """
    around = _("Page {page} of {pages}", page="\n", pages="\n").split("\n")
    synthetic = _("Synthetic demonstration data: no figure here was reported by anyone.")
    return {
        "head": document_line(reading.plan),
        "foot": " · ".join([*([] if desk else vintage_words(reading)), *[synthetic] * reading.demonstration]),
        **dict(zip(("before-page", "before-pages", "after-pages"), around, strict=True)),
    }


def vintage_words(reading: Reading) -> list[str]:
    """The day judged, up to when things are known, and the release: what reproduces a page."""
    judged = [] if reading.on is None else [_("Judged on {date}", date=date_text(reading.on))]
    known = _("Known as of: {when}", when=known_as_of(reading))
    release = reading.address.release
    return [*judged, known, *([] if release is None else [_("Release {number}", number=release)])]


def document_line(plan: Plan) -> str:
    """The plan document and this program, for what leaves the page."""
    document = plan.document
    return f"{document.title.in_language(language())} · {document.document_number} · 标尺 Biaochi"


def known_as_of(reading: Reading) -> str:
    """The moment and the ledger's entry up to which things are known; after a declared restore the epoch as well."""
    moment, epoch = reading.view.recorded_at, present_epoch(reading.session)
    place = _("entry {seq} of the ledger", seq=reading.view.seq)
    if epoch > 1:
        place = _("entry {seq} of the ledger, epoch {epoch}", seq=reading.view.seq, epoch=epoch)
    return place if moment is None else f"{instant_text(moment, timezone=reading.timezone)} · {place}"
