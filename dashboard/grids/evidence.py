"""The evidence of a record: an address on another site, and the files that were attached to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING
from metrics.queries.attachments import Attachment, attachments_of

Component = Any
_LONGEST_ADDRESS = 60


def evidence(reading: Reading, address: str, attachments: Sequence[int]) -> Component:
    """The address and the files by their numbers, as far as the reader sees those; a dash where there is neither."""
    files = attachments_of(reading.session, attachments)
    if not files:
        return evidence_link(address)
    links = html.Ul([html.Li(file_link(file)) for file in files])
    return [evidence_link(address), links] if address else links


def evidence_link(address: str) -> Component:
    """A link that tells the other site nothing; a dash where there is none."""
    if not address:
        return NOTHING
    shown = address if len(address) <= _LONGEST_ADDRESS else address[:_LONGEST_ADDRESS] + "…"
    return html.A(shown, href=address, rel="noopener noreferrer nofollow", target="_blank")


def file_link(file: Attachment) -> Component:
    """A file to be downloaded, by its name."""
    return html.A(file.name, href=f"/api/v1/attachments/{file.seq}", download=file.name, lang="zh-CN")
