"""What `/assessments` takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from metrics.assessments import Method
from metrics.commands.record_assessment import Measured, RecordedAssessment

_Text = Annotated[str, Field(max_length=2000)]
_Code = Annotated[str, Field(max_length=100)]
_Figure = Annotated[
    Any,  # a figure that cannot be read is to be named with the others
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]}),
]


class AssessmentBody(BaseModel):
    """One measurement: numerator and denominator, or the value in the indicator's unit of measure."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "unit": "plan:unit",
                    "period": "plan:month",
                    "indicator": "plan:indicator",
                    "method": "field_visit",
                    "numerator": 180,
                    "denominator": 200,
                    "sample_size": 200,
                }
            ]
        },
    )

    unit: _Code
    period: Annotated[str, Field(max_length=100, description="YYYY-MM")]
    indicator: _Code
    method: Literal["big_data", "field_visit", "interview", "questionnaire", "platform_data"]
    numerator: _Figure = None
    denominator: _Figure = None
    value: _Figure = None
    sample_size: Annotated[int | None, Field(description="Says that the figures are those of a sample")] = None
    evidence: Annotated[_Text, Field(description="An http or https address")] = ""
    note: _Text = ""
    reason: Annotated[_Text, Field(description="Why an assessment that is there already is revised")] = ""

    def as_measured(self) -> Measured:
        """The body as the command takes it."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return Measured(**given | {"method": Method(self.method)})


class AssessmentOut(BaseModel):
    """A revision of an assessment and its place in the ledger."""

    id: int
    revision: int
    seq: int
    recorded_at: datetime
    leaf_hash: str


def assessment_out(recorded: RecordedAssessment) -> dict[str, Any]:
    """`recorded` in the shape of :class:`AssessmentOut`, ready to be written as JSON."""
    return {
        "id": recorded.id,
        "revision": recorded.revision,
        "seq": recorded.seq,
        "recorded_at": recorded.recorded_at.isoformat(),
        "leaf_hash": recorded.leaf_hash,
    }
