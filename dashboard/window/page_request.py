"""A request to the pages: of a form so much is read, and so many fields are taken apart, and no more."""

from __future__ import annotations

from io import BytesIO
from typing import IO, TYPE_CHECKING

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from metrics.limits.body_sizes import LARGEST_FORM, MOST_FIELDS

if TYPE_CHECKING:
    from werkzeug.formparser import t_parse_result

_FORM = "application/x-www-form-urlencoded"


class _ShortForms(FormDataParser):
    """Raises RequestEntityTooLarge before a long form is taken apart; a number of parts is counted by Werkzeug."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> t_parse_result:
        body = stream.read(LARGEST_FORM + 1)
        if len(body) > LARGEST_FORM or (mimetype == _FORM and body.count(b"&") >= MOST_FIELDS):
            raise RequestEntityTooLarge
        return super().parse(BytesIO(body), mimetype, content_length, options)


class PageRequest(Request):
    """As Flask's, with :class:`_ShortForms`."""

    form_data_parser_class = _ShortForms
