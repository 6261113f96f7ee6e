"""What `/submissions/files` takes and answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.json_body import as_model, read_json_object
from api.schemas.submissions import PostedOut, Sentence
from metrics.commands.post_file import FileRequest
from metrics.errors import BadRequest, Invalid, Message, Problem

_Text = Annotated[str, Field(max_length=2000)]


class FileFields(BaseModel):
    """The texts that come with a file."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[_Text, Field(description="Why returns that are there already are revised")] = ""
    note: _Text = ""
    acknowledged: Annotated[
        str,
        Field(
            description="JSON: check code → why the figures are right although the check warns; from a reviewer, also "
            "why a denominator of stocks may fall to 0"
        ),
    ] = ""
    versions: Annotated[
        str,
        Field(
            description='JSON: `{"441202/2019-09": "\\"s17-r1-31\\""}`, the ETag of each return that is revised. A dry '
            "run answers it; our own template carries it."
        ),
    ] = ""


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid")

    acknowledged: dict[str, _Text] = {}
    versions: dict[str, Annotated[str, Field(max_length=200)]] = {}


class FileBody(FileFields):
    """The whole body, for the description of the API."""

    file: Annotated[bytes, Field(json_schema_extra={"format": "binary"}, description="CSV or .xlsx, at most 10 MiB")]


def file_request(fields: dict[str, str]) -> FileRequest:
    """What the texts say. Raises Invalid or BadRequest with a pointer to the field that cannot be read."""
    sent = as_model(FileFields, fields)
    for name, text in fields.items():
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            message = Message("含有不允许的字符。", "The text holds a character that no text may hold.")
            raise Invalid("field_invalid", message, [Problem("field_invalid", message, f"/{name}")])
    texts = as_model(
        _Texts,
        {name: _object(name, text) for name in ("acknowledged", "versions") if (text := getattr(sent, name).strip())},
    )
    return FileRequest(reason=sent.reason, note=sent.note, acknowledged=texts.acknowledged, versions=texts.versions)


def _object(name: str, text: str) -> dict[str, object]:
    try:
        return read_json_object(text.encode())
    except BadRequest as error:
        raise Invalid(error.code, error.message, [Problem(error.code, error.message, f"/{name}")]) from None


class FileOut(BaseModel):
    """The file as it was read. `encoding` is that of a CSV file."""

    name: str
    kind: Literal["csv", "xlsx"]
    encoding: str | None
    sha256: str


class FileReturnOut(PostedOut):
    """What became of one return in the file, and the figures read for it."""

    values: dict[str, str]


class ChangeOut(BaseModel):
    """Something that is recorded otherwise than it was written."""

    about: Literal["value", "unit", "period"]
    sheet: str | None
    row: int
    column: str
    read: str
    recorded: str


class NoticeOut(BaseModel):
    """Something that was left out, or is worth a look."""

    code: str
    sheet: str | None
    row: int | None
    column: str | None
    message: Sentence


class PostedFileOut(BaseModel):
    """What became of a file. `versions` is the ETag of every return in it that was there before."""

    file: FileOut
    returns: list[FileReturnOut]
    versions: dict[str, str]
    changes: list[ChangeOut]
    notices: list[NoticeOut]
