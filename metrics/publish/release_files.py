"""The files of a release: every released dataset as CSV, schemas, method, data package, and what proves them.

Names of units, indicators and so on stand in Chinese; the lists of codes come in English as well, so that every code in
the other tables can be read in either language.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import IO, Any

from metrics.database import ReadSession
from metrics.errors import Conflict, Forbidden, Message, Unauthenticated
from metrics.ledger.checking.proofs import CHECKPOINT_FILE, ENTRY_FILE
from metrics.ledger.proof import proved_entry
from metrics.ledger.verifier import verifier_source
from metrics.media_types import media_type_of
from metrics.methods import method_described
from metrics.principal import Principal
from metrics.publish.catalogue import DATASETS
from metrics.publish.citation import ledger_identity, release_citation
from metrics.publish.dataset import AnyDataset, Pull
from metrics.publish.edition import publisher
from metrics.publish.method import method_text
from metrics.publish.release_facts import FACTS_FILE, release_facts
from metrics.publish.rendering import render, table_schema
from metrics.queries.breaks import breaks
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.rates_by_unit import known_periods
from metrics.queries.releases import Published, file_bytes
from metrics.queries.view import View, view_at
from metrics.results import Basis
from metrics.settings import settings

# What is published, and what anyone may pull where released data is open. Submissions as they came and who sent them,
# and what a third party measured, are not the bureau's published figures.
RELEASED = (
    "rates",
    "progress",
    "leaderboard",
    "observations",
    "bulletins",
    "targets",
    "tasks",
    "milestones",
    "task_reports",
    "task_checks",
    "phases",
    "gates",
    "units",
    "elements",
    "indicators",
)
# What anyone may pull there though it is no file of a release: it says the same as those, put another way, or when
# the next one is due.
OPEN = frozenset({*RELEASED, "changes", "comparison", "announcements"})
IN_ENGLISH_TOO = ("targets", "tasks", "milestones", "units", "elements", "indicators")
_ENDINGS = {"zh": "csv", "en": "en.csv"}
_PACKAGE = "datapackage.json"
_OF_RATES = "of rates"  # which counts a release has: those that rates are made of


@dataclass(frozen=True)
class NewFile:
    """A file to be stored; whoever takes it closes `content`."""

    name: str
    media_type: str
    content: IO[bytes]
    rows: int = 0


def require_released(dataset: AnyDataset) -> None:
    """Raise Unauthenticated for a dataset that is not for everybody: the one who asks is not signed in."""
    if dataset.family not in OPEN:
        raise Unauthenticated(
            code="credentials_missing",
            message=Message("此数据不对外公开,请先登录。", "This is not open to everyone: sign in, or send a token."),
        )


def refuse_closed_release(session: ReadSession, published: Published, *, principal: Principal | None) -> None:
    """Raise Forbidden for clerk and leader if the release has counts that no rate is made of, and is not open to all.

    Those that were made before such counts were left out have them: what was published cannot be changed.
    """
    if principal is None or not principal.is_bound_to_units or settings().public_read:
        return
    if _package(session, published).get("counts") != _OF_RATES:
        raise Forbidden(
            code="unit_forbidden",
            message=Message(
                "该次发布含有指标公式之外的填报数据,只供主管部门与评估人员;发布中的其他文件可逐个下载。",
                "This release has counts that no rate is made of, which are for the bureau and assessors; its other "
                "files can be had one by one.",
            ),
        )


def is_synthetic(session: ReadSession, published: Published) -> bool:
    """True if the release's own data package says that its figures are the demonstration's, whatever is loaded now."""
    return _package(session, published)["synthetic"] is True


def _package(session: ReadSession, published: Published) -> dict[str, Any]:
    package: dict[str, Any] = json.loads(b"".join(file_bytes(session, published.number, published.file(_PACKAGE))))
    return package


def table_files(session: ReadSession, view: View) -> Iterator[NewFile]:
    """The CSV files, one at a time: each is made when it is asked for."""
    for name in RELEASED:
        yield _table(session, view, DATASETS[name], language="zh")
        if name in IN_ENGLISH_TOO:
            yield _table(session, view, DATASETS[name], language="en")


def description_files(session: ReadSession, view: View) -> Iterator[NewFile]:
    """The schemas, how each figure is computed, in both languages, and the verifier as it is now."""
    for name in RELEASED:
        yield _text(f"{name}.schema.json", _json(table_schema(DATASETS[name], among=RELEASED)))
    found, known = breaks(session, view), known_periods(session, view)
    within = frozenset(one for one in found.units if known is not None and one[1] > known[0])  # no series is older
    for language in ("zh", "en"):
        yield _text(
            f"method.{language}.md", method_text(view.plan, found=replace(found, units=within), language=language)
        )
    yield _text("verify.py", verifier_source())


def facts_file(session: ReadSession, view: View) -> NewFile:
    """What the tables follow from beside their figures (:mod:`metrics.publish.release_facts`)."""
    return _text(FACTS_FILE, _json(release_facts(session, view)))


def proof_files(session: ReadSession, seq: int, *, size: int, note: str) -> Iterator[NewFile]:
    """The release's entry with its proof, and the checkpoint `note` over the first `size` entries it leads to."""
    entry = proved_entry(session, seq, size=size).decode()
    yield _text(ENTRY_FILE, entry)
    yield _text(CHECKPOINT_FILE, note)


def data_package(session: ReadSession, view: View, *, number: int, notes: str, tables: list[dict[str, Any]]) -> NewFile:
    """`datapackage.json`: a Data Package (v2) of `tables`, each {name, size, sha256 (hex), rows}."""
    title, synthetic = view.plan.document.title, is_demonstration_loaded(session)
    cited = release_citation(
        view.plan,
        ledger=ledger_identity(session),
        number=number,
        day=view.recorded_at or datetime.now(UTC),
        public_url=settings().public_url,
        synthetic=synthetic,
    )
    licence = settings().data_licence
    package: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"biaochi-release-{number}",
        "id": cited.urn,
        "citation": {"zh": cited.text.zh, "en": cited.text.en},
        "contributors": [{"title": publisher(view.plan).zh, "roles": ["publisher"]}],
        **({"licenses": [{"path": licence}]} if licence else {}),
        "title": f"{title.zh} 第 {number} 号数据发布 / {title.en}: release {number}",
        "description": notes,
        "version": str(number),
        "knownAsOf": {
            "seq": view.seq,
            "recordedAt": None if view.recorded_at is None else view.recorded_at.isoformat(),
            "basis": view.basis.value,
        },
        "synthetic": synthetic,
        "counts": _OF_RATES,
        "method": method_described(),
        "resources": [_resource(table) for table in tables],
    }
    return _text(_PACKAGE, _json(package))


def releasable_view(session: ReadSession, *, basis: Basis) -> View:
    """What a release made now would stand on. Raises Conflict `nothing_to_release` while there is no figure."""
    view = release_view(view_at(session, basis=basis), basis=basis)
    if known_periods(session, view) is None:
        raise Conflict(
            code="nothing_to_release",
            message=Message(
                "尚无可发布的数据。" if basis is Basis.SUBMITTED else "尚无已审核的数据可发布。",
                "There is no figure to release yet."
                if basis is Basis.SUBMITTED
                else "There is no verified figure to release yet.",
            ),
        )
    return view


def release_view(view: View, *, basis: Basis) -> View:
    """`view` as a release sees it: fixed at its place whatever is recorded meanwhile, and fit for anyone to read."""
    return View(plan=view.plan, seq=view.seq, is_now=False, basis=basis, recorded_at=view.recorded_at, public=True)


def _table(session: ReadSession, view: View, dataset: AnyDataset, *, language: str) -> NewFile:
    pull = Pull(basis=view.basis, language=language)
    rendered = render(dataset, session=session, view=view, pull=pull, form="csv")
    name = f"{dataset.name}.{_ENDINGS[language]}"
    return NewFile(name, media_type_of(name), rendered.file, rendered.rows)


def _text(name: str, text: str) -> NewFile:
    return NewFile(name, media_type_of(name), io.BytesIO(text.encode()))


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _resource(table: dict[str, Any]) -> dict[str, Any]:
    dataset = DATASETS[table["name"].partition(".")[0]]
    schema = table_schema(dataset, among=RELEASED)
    return {
        "name": table["name"].removesuffix(".csv").replace(".", "-"),
        "path": table["name"],
        "type": "table",
        "title": schema["title"],
        "description": schema["description"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": table["size"],
        "hash": f"sha256:{table['sha256']}",
        "rows": table["rows"],
        "schema": schema,
    }
