"""The dataset `bulletins`: every version that was issued, with the digests of its documents.

A draft is no row: it is the reviewers' own until it is issued. Digests are those that the ledger's entry has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, flag, instant
from metrics.publish.dataset import AFTER, EVERYWHERE, Cell, Dataset, Kind, Pull
from metrics.queries.bulletins import BulletinMonth, IssuedBulletin, bulletin_months
from metrics.queries.view import View

Row = tuple[BulletinMonth, IssuedBulletin, bool]  # the reader is told who


def _versions(session: ReadSession, view: View, pull: Pull) -> Iterator[Row]:
    """Every version that was issued by the view, in the order of issuing."""
    found = [
        (month, issued, not view.public)
        for month in bulletin_months(session, until=view.seq)
        if pull.wants(month.period)
        for issued in month.issued
        if pull.after_seq is None or issued.seq > pull.after_seq
    ]
    yield from sorted(found, key=lambda row: row[1].seq)


def _digest(name: str) -> Callable[[Row, object], Cell]:
    """The cell with the digest of the file `name`, as the ledger's entry has it."""
    return lambda row, _: next((file.sha256.hex() for file in row[1].files if file.name == name), None)


BULLETINS = Dataset[Row](
    name="bulletins",
    title=Text(zh="通报", en="Bulletins"),
    grain=Text(zh="一行为一期通报的一个已签发版本", en="One row per issued version of a month's bulletin"),
    columns=(
        c.SEQ.of(lambda row, _: row[1].seq),
        c.PERIOD.of(lambda row, _: format_period(row[1].period)),
        column("version", Kind.INTEGER, "版次", "Version", lambda row, _: row[1].version),
        flag("newest", "是否最新版", "Whether it is the newest version", lambda row, _: row[0].newest is row[1]),
        column("release", Kind.INTEGER, "所据数据发布序号", "Release it was drawn from", lambda row, _: row[1].release),
        c.REASON.of(lambda row, _: row[1].reason or None),
        column("issued_by", Kind.TEXT, "签发人", "Who issued it", lambda row, _: row[1].actor if row[2] else None),
        c.RECORDED_AT.of(lambda row, _: instant(row[1].recorded_at)),
        column("zh_html", Kind.CODE, "中文 HTML 的 SHA-256", "SHA-256 of the Chinese HTML", _digest("zh.html")),
        column("zh_pdf", Kind.CODE, "中文 PDF 的 SHA-256", "SHA-256 of the Chinese PDF", _digest("zh.pdf")),
        column("zh_docx", Kind.CODE, "中文 DOCX 的 SHA-256", "SHA-256 of the Chinese DOCX", _digest("zh.docx")),
        column("en_html", Kind.CODE, "英文 HTML 的 SHA-256", "SHA-256 of the English HTML", _digest("en.html")),
        column("en_pdf", Kind.CODE, "英文 PDF 的 SHA-256", "SHA-256 of the English PDF", _digest("en.pdf")),
        column("en_docx", Kind.CODE, "英文 DOCX 的 SHA-256", "SHA-256 of the English DOCX", _digest("en.docx")),
    ),
    order=("seq",),
    parameters=EVERYWHERE | {"period", "period_from", "period_to", *AFTER},
    records=_versions,
)
