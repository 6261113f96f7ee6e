"""What `/releases` takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from metrics.commands.create_release import LONGEST_NOTES
from metrics.queries.releases import Published


class ReleaseBody(BaseModel):
    """What to publish and what to say about it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"notes": "2019年三季度", "basis": "verified"}]}
    )

    notes: Annotated[str, Field(max_length=LONGEST_NOTES)]
    basis: Literal["submitted", "verified"] = "submitted"
    announced: Annotated[int | None, Field(ge=1, le=2**53, description="The announcement that it keeps")] = None


class ReleaseFileOut(BaseModel):  # a copy: it has an address here, and how it is kept is not told
    """One file. `sha256` in hexadecimal, as the ledger's entry has it; `rows` is 0 for a file that is no table."""

    name: str
    url: str
    media_type: str
    bytes: int
    rows: int
    sha256: str


class ReleaseOut(BaseModel):  # a copy: its archive and files have addresses here
    """One release. `seq` is its own entry in the ledger, `stands_on` the newest entry that it knows.

    `method` is the number of the method of calculation that its files were made by; `announced` the announcement that
    it keeps, null without one.
    """

    number: int
    seq: int
    stands_on: int
    basis: str
    notes: str
    actor: str
    recorded_at: datetime
    method: int
    announced: int | None
    archive: str
    files: list[ReleaseFileOut]


class ReleasesOut(BaseModel):
    """Every release, newest first."""

    items: list[ReleaseOut]


def release_out(published: Published) -> dict[str, Any]:
    """`published` in the shape of :class:`ReleaseOut`, ready to be written as JSON."""
    address = f"/api/v1/releases/{published.number}"
    return {
        "number": published.number,
        "seq": published.seq,
        "stands_on": published.stands_on,
        "basis": published.basis.value,
        "notes": published.notes,
        "actor": published.actor,
        "recorded_at": published.recorded_at.isoformat(),
        "method": published.method,
        "announced": published.announced,
        "archive": f"{address}.zip",
        "files": [
            {
                "name": file.name,
                "url": f"{address}/{file.name}",
                "media_type": file.media_type,
                "bytes": file.size,
                "rows": file.rows,
                "sha256": file.sha256.hex(),
            }
            for file in published.files
        ],
    }
