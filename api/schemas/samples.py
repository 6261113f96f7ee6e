"""What `/samples` takes and answers."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from metrics.commands.draw_sample import Drawing
from metrics.errors import Message, Problem
from metrics.forms import plain
from metrics.models import Sample
from metrics.queries.samples import FoundCell, SampleRead, Share
from metrics.rounding import shown, shown_share
from metrics.sampling import SampledCell, SentFinding

_Code = Annotated[str, Field(max_length=100)]
_Figure = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]})]


class SampleBody(BaseModel):
    """What is drawn: so many cells of each unit, of these periods and elements."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"periods": ["plan:month"], "per_unit": 3, "seed": "drawn before witnesses: 4711"}]
        },
    )

    periods: Annotated[list[_Code], Field(max_length=100, description="YYYY-MM")]
    per_unit: int
    elements: Annotated[list[_Code], Field(max_length=500, description="None: all of the form")] = []
    seed: Annotated[str | None, Field(max_length=1000, description="Without: 128 random bits")] = None

    def as_drawing(self) -> Drawing:
        """The body as the command takes it."""
        return Drawing(periods=self.periods, per_unit=self.per_unit, elements=self.elements, seed=self.seed)


class FindingBody(BaseModel):
    """What was found for one cell."""

    model_config = ConfigDict(extra="forbid")

    unit: _Code
    period: _Code
    element: _Code
    finding: Annotated[_Code, Field(description="confirmed, differs, no_evidence, or measured: the service compares")]
    value: _Figure = None
    note: Annotated[str, Field(max_length=2000)] = ""


class FindingsBody(BaseModel):
    """Findings, all recorded or none."""

    model_config = ConfigDict(extra="forbid")

    findings: Annotated[list[FindingBody], Field(max_length=5000)]

    def as_sent(self) -> list[SentFinding]:
        """The body as the command takes it."""
        return [
            SentFinding(
                cell=SampledCell(one.unit, one.period, one.element),
                finding=one.finding,
                value=one.value,
                note=one.note,
                at=Problem("", Message("", ""), pointer=f"/findings/{place}"),
            )
            for place, one in enumerate(self.findings)
        ]


class SampleOut(BaseModel):  # a copy: of a row of the database; its cells are counted
    """A sample: everything it was drawn by, and its place in the ledger."""

    number: int
    seq: int
    stands_on: int
    seed: str
    per_unit: int
    periods: list[str]
    elements: list[str]
    cells: int
    actor: str
    recorded_at: datetime


class SamplesOut(BaseModel):
    items: list[SampleOut]


class SampledCellOut(BaseModel):
    """A cell, what was reported by the drawing (null: nothing, or `hidden`), and the newest finding."""

    unit: str
    period: str
    element: str
    reported_value: str | None
    hidden: bool
    finding: str | None
    value: str | None
    note: str | None
    blind: bool | None


class ShareOut(BaseModel):  # a copy: percent and interval are written as they are shown
    """Shares in percent; `unit` null: all units together, each counting by its population.

    `worst` and `best`: the share were all cells drawn and not checked wrong, and were they right.
    """

    unit: str | None
    drawn: int
    found: int
    confirmed: int
    no_evidence: int
    share: str | None
    low: str | None
    high: str | None
    interval_method: Annotated[
        Literal["hypergeometric", "korn_graubard", "clopper_pearson", "census"] | None,
        Field(description="How low and high were come by; docs/assessments.md has each"),
    ]
    population: Annotated[int, Field(description="How many cells were drawn from")]
    weight: Annotated[str | None, Field(description="How many cells each one checked stands for")]
    unchecked: Annotated[int, Field(description="Non-response: drawn, and nothing was found out about them")]
    worst: str
    best: str
    units_covered: Annotated[int, Field(description="Of how many units anything was found")]
    effective_size: Annotated[str | None, Field(description="What korn_graubard and clopper_pearson count as cases")]


class SampleReadOut(SampleOut):
    """A sample with its cells and results."""

    items: list[SampledCellOut]
    results: list[ShareOut]


def sample_out(sample: Sample) -> dict[str, Any]:
    """`sample` in the shape of :class:`SampleOut`."""
    names = ("number", "seq", "stands_on", "seed", "per_unit", "periods", "elements", "actor")
    said = {name: getattr(sample, name) for name in names}
    return said | {"cells": len(sample.cells), "recorded_at": sample.recorded_at.isoformat()}


def sample_read_out(read: SampleRead) -> dict[str, Any]:
    """`read` in the shape of :class:`SampleReadOut`."""
    return sample_out(read.sample) | {
        "items": [_cell_out(cell) for cell in read.cells],
        "results": [_share_out(share) for share in read.shares],
    }


def _cell_out(found: FoundCell) -> dict[str, Any]:
    said = found.found
    return {
        "unit": found.cell.unit,
        "period": found.cell.period,
        "element": found.cell.element,
        "reported_value": None if found.reported is None else plain(found.reported),
        "hidden": found.hidden,
        "finding": None if said is None else said.finding,
        "value": None if said is None or said.value is None else plain(said.value),
        "note": None if said is None else said.note,
        "blind": None if said is None else said.blind,
    }


def _share_out(share: Share) -> dict[str, Any]:
    names = ("unit", "drawn", "found", "confirmed", "no_evidence", "population", "unchecked")
    interval, size = share.interval, share.effective_size
    return {name: getattr(share, name) for name in names} | {
        "share": None if share.percent is None else shown_share(share.percent),
        "low": None if interval is None else shown_share(interval.low),
        "high": None if interval is None else shown_share(interval.high),
        "interval_method": None if interval is None else interval.method.value,
        "weight": None if share.weight is None else shown(share.weight),
        "worst": shown_share(share.worst),
        "best": shown_share(share.best),
        "units_covered": share.covered,
        "effective_size": None if size is None else shown(Fraction(size)),
    }
