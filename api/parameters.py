"""No query parameter is ignored: one that a route does not declare is refused."""

from __future__ import annotations

from fastapi import Request
from fastapi.dependencies.models import Dependant

from metrics.errors import BadRequest, Message, Problem


def refuse_unknown_parameters(request: Request) -> None:
    """Raise BadRequest for parameters the route does not take, or takes once and was given twice."""
    route = request.scope["route"]
    known = _declared(route.dependant)
    for name in request.query_params:
        if name not in known:
            message = Message(f"不认识查询参数“{name[:100]}”。", f"Unknown query parameter {name[:100]!r}.")
            raise BadRequest(
                code="parameter_unknown",
                message=message,
                problems=[Problem(code="parameter_unknown", message=message, pointer=f"?{name[:100]}")],
            )


def _declared(dependant: Dependant) -> set[str]:
    names = {parameter.alias for parameter in dependant.query_params}
    return names.union(*(_declared(child) for child in dependant.dependencies))
