"""No query parameter is ignored: one that a route does not declare is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant

from metrics.errors import BadRequest, Message, Problem


async def refuse_unknown_parameters(request: Request) -> None:
    """Raise BadRequest for parameters the route does not take, or takes once and was given twice."""
    if not request.query_params:
        return
    known = _declared(request.scope["route"].dependant)
    for name in request.query_params:
        shown = name[:100]
        if name not in known:
            message = Message(f"不认识查询参数“{shown}”。", f"Unknown query parameter {shown!r}.")
            raise _refused("parameter_unknown", message, name=shown)
        if not known[name] and len(request.query_params.getlist(name)) > 1:
            message = Message(f"参数 {shown} 不能重复。", f"Parameter {shown} may be given once only.")
            raise _refused("parameter_repeated", message, name=shown)


def _refused(code: str, message: Message, *, name: str) -> BadRequest:
    return BadRequest(code, message, [Problem(code, message, pointer=f"?{name}")])


def _declared(dependant: Dependant) -> Mapping[str, bool]:
    """The query parameters a route takes, by name: True for those that may be repeated."""
    found = {
        parameter.alias: get_origin(parameter.field_info.annotation) is list for parameter in dependant.query_params
    }
    for child in dependant.dependencies:
        found |= _declared(child)
    return found
