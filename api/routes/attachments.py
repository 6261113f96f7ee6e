"""Files that records carry: uploaded for a unit, and downloaded by those who may see its records."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.attachment import attachment
from api.dependencies import ReadDatabase
from api.json_body import as_model
from api.security.dependencies import CurrentPrincipal
from api.upload import SentAttachment
from metrics.authority import authority_of
from metrics.commands.attach_file import Attached, attach_file
from metrics.database import write_session
from metrics.principal import Scope
from metrics.queries.attachments import attachment_content
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.supervision.file_kinds import FILE_KINDS

router = APIRouter(prefix="/attachments", tags=["supervise"])


class AttachmentFields(BaseModel):
    """The text that comes with a file."""

    model_config = ConfigDict(extra="forbid")

    unit: Annotated[str, Field(max_length=100, description="The unit whose records are to carry it")]


class AttachmentBody(AttachmentFields):
    """The whole body, for the description of the API."""

    file: Annotated[
        bytes,
        Field(json_schema_extra={"format": "binary"}, description="PDF, DOCX, XLSX, JPEG or PNG, at most 20 MiB"),
    ]


_BODY = AttachmentBody.model_json_schema(ref_template="#/components/schemas/{model}")


@router.post(
    "",
    status_code=201,
    response_model=Attached,
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _BODY}}}},
    responses={
        200: {"model": Attached, "description": "The unit has this file already"},
        400: {"description": "Not readable"},
        401: {"description": "Nobody known is asking"},
        403: {"description": "Not allowed, or another unit's"},
        413: {"description": "File too large"},
        415: {"description": "Not multipart/form-data"},
        422: {"description": "No file that can be attached, and why"},
        429: {"description": "So many files were uploaded for the unit in one day"},
    },
)
def post_attachment(principal: CurrentPrincipal, sent: SentAttachment) -> Response:
    """Upload a file (multipart, `file` and `unit`) that a record of the unit is to carry; its `seq` is its number.

    PDF, DOCX, XLSX, JPEG and PNG are taken, known by what is in them. A name with another ending, a password, macros
    and scripts are refused. The same bytes are kept once for a unit: sent again, they are answered with 200 and the
    number and name that they have. At most 100 files and 400 MiB of a unit in 24 hours.
    """
    principal.require(Scope.POST_SUBMISSION)
    unit = as_model(AttachmentFields, sent.fields).unit
    with write_session(authority_of(principal)) as session:
        kept = attach_file(session, principal=principal, unit=unit, name=sent.name, content=sent.content)
    return json_answer(kept, status=201 if kept.recorded else 200)


@router.get(
    "/{attachment}",
    response_class=Response,
    responses={
        200: {"content": {kind.media_type: {} for kind in FILE_KINDS}, "description": "The file as it was uploaded"},
        401: {"description": "Nobody known is asking"},
        403: {"description": "Not allowed"},
        404: {"description": "No such attachment, or not yours"},
    },
)
def get_attachment(
    principal: CurrentPrincipal,
    number: Annotated[int, Path(alias="attachment", ge=1, le=2**53)],
    session: ReadDatabase,
) -> Response:
    """Download one file, for its unit and for the bureau. It is never shown in a page: what is in it is not ours."""
    file, content = attachment_content(session, number, principal=principal)
    name = PurePath(file.name)
    headers = attachment(name.stem, name.suffix.removeprefix("."), synthetic=is_demonstration_loaded(session))
    headers |= {
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "Cache-Control": "private, no-store",
        "ETag": f'"{file.sha256.hex()}"',
    }
    return Response(content, media_type=file.media_type, headers=headers)
