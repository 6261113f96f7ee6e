"""What was refused for want of rights, for the operator's log: who asked for what, and why it was not done."""

from __future__ import annotations

import structlog

from metrics.errors import BiaochiError, Forbidden, NotFound
from metrics.forms import as_given
from metrics.principal import Principal

log = structlog.get_logger(__name__)

_MOST_GIVEN = 20


def log_refusal(error: BiaochiError, *, principal: Principal | None, asked: str, request_id: str = "") -> None:
    """Log one line if `error` says that `principal` may not, or that there is nothing for `principal` to see.

    What belongs to another unit is answered as what does not exist, so both are logged; `given` are the units or
    cells that the refusal names.
    """
    if isinstance(error, Forbidden) or (isinstance(error, NotFound) and principal is not None):
        log.warning(
            "refused",
            user=None if principal is None else principal.username,
            role=None if principal is None else principal.role.value,
            asked=as_given(asked),
            code=error.code,
            reason=as_given(error.message.en),
            given=[problem.given for problem in error.problems[:_MOST_GIVEN] if problem.given is not None],
            request_id=request_id,
        )
