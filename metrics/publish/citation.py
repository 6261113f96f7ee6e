"""How data are cited: by whom, what, which release or entry, and an identifier that stays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import LedgerEntry
from metrics.plan.model import Plan, Text
from metrics.publish.edition import publisher
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.releases import Published
from metrics.settings import settings

_SYNTHETIC = Text(zh="(合成演示数据)", en=" (synthetic demonstration data)")


def ledger_identity(session: ReadSession) -> bytes:
    """The hash of the ledger's first entry, of which every identifier is made: another one in every ledger."""
    return session.scalars(select(LedgerEntry.leaf_hash).where(LedgerEntry.seq == 1)).one()


def identifier(ledger: bytes, name: str) -> str:
    """The identifier of what is called `name` in that ledger, as `urn:uuid:…`: the same for ever."""
    return uuid5(UUID(bytes=ledger[:16]), name).urn


@dataclass(frozen=True, slots=True)
class CitedAs:
    """`text`: as a reader writes it into a list of references; `urn`: the identifier; `address`: empty without one."""

    title: Text
    text: Text
    urn: str
    address: str


def release_citation(
    plan: Plan, *, ledger: bytes, number: int, day: datetime, public_url: str, synthetic: bool
) -> CitedAs:
    """How a release made or known as of `day` is cited."""
    name = plan.document.title
    title = Text(zh=f"{name.zh}:第 {number} 号数据发布", en=f"{name.en}: release {number}")
    address = f"{public_url.rstrip('/')}/releases/{number}" if public_url else ""
    return _citation(plan, title, identifier(ledger, f"release:{number}"), day, address, synthetic=synthetic)


def citation_of(session: ReadSession, published: Published, plan: Plan) -> CitedAs:
    """How a release that there is is cited, by the day on which it was published."""
    return release_citation(
        plan,
        ledger=ledger_identity(session),
        number=published.number,
        day=published.recorded_at,
        public_url=settings().public_url,
        synthetic=is_demonstration_loaded(session),
    )


def dataset_citation(
    plan: Plan, *, ledger: bytes, name: str, title: Text, seq: int, day: datetime, address: str, synthetic: bool
) -> CitedAs:
    """How a pull of a dataset as known at the entry `seq`, recorded at `day`, is cited."""
    whole = Text(
        zh=f"{plan.document.title.zh}:{title.zh}(截至第 {seq} 条)",
        en=f"{plan.document.title.en}: {title.en}, as known at entry {seq}",
    )
    return _citation(plan, whole, identifier(ledger, f"dataset:{name}"), day, address, synthetic=synthetic)


def _citation(plan: Plan, title: Text, urn: str, day: datetime, address: str, *, synthetic: bool) -> CitedAs:
    """In Chinese as GB/T 7714 has it for data sets on line, in English as DataCite."""
    who, where = publisher(plan), f" {address}" if address else ""
    zh, en = (_SYNTHETIC.zh, _SYNTHETIC.en) if synthetic else ("", "")
    text = Text(
        zh=f"{who.zh}. {title.zh}{zh}[DS/OL]. ({day:%Y-%m-%d}).{where} {urn}.",
        en=f"{who.en} ({day:%Y}): {title.en}{en} [Data set], {day:%Y-%m-%d}.{where} {urn}",
    )
    return CitedAs(title, text, urn, address)


def citation_file(plan: Plan, cited: CitedAs, *, number: int, day: datetime, licence: str) -> str:
    """A release in the Citation File Format 1.2.0 (`CITATION.cff`); every text is quoted as JSON, which YAML reads."""
    lines = [
        "cff-version: 1.2.0",
        f"message: {_quoted(cited.text.zh)}",
        "type: dataset",
        f"title: {_quoted(cited.title.zh)}",
        f"abstract: {_quoted(cited.text.en)}",
        "authors:",
        f"  - name: {_quoted(publisher(plan).zh)}",
        f'version: "{number}"',
        f"date-released: {day:%Y-%m-%d}",
        "identifiers:",
        "  - type: other",
        f"    value: {_quoted(cited.urn)}",
        *([f"url: {_quoted(cited.address)}"] if cited.address else []),
        *([f"license-url: {_quoted(licence)}"] if licence else []),
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
