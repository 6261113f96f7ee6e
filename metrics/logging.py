"""How the program speaks to its operator: one set-up of structlog for everything, the server's own log included, and
what was refused for want of rights: who asked for what, and why it was not done."""

from __future__ import annotations

import logging
import sys
import threading
from typing import Literal

import structlog
import structlog.tracebacks
from structlog.types import Processor

from metrics.errors import BiaochiError, Forbidden, NotFound
from metrics.forms import as_given
from metrics.principal import Principal

_log = structlog.get_logger(__name__)

_MOST_GIVEN = 20
_json_alone = False
_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


# Without local variables: they hold tokens and passwords.
_TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))


def configure_logging(log_format: Literal["console", "json"], *, level: int = logging.INFO) -> None:
    """Send every record of `level` or above, of structlog and of the standard library, to stderr in `log_format`.

    Replaces what an earlier call set up.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(log_format)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("alembic", "uvicorn.error"):  # they tell every step of every start
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))


def begin_logging(log_format: Literal["console", "json"]) -> None:
    """Set up the log of a program that serves, as the settings say."""
    every_line_as_json() if log_format == "json" else configure_logging("console")


def every_line_as_json() -> None:
    """Set up the log as JSON, and have it tell what else would be written to stderr: warnings and what nobody caught.

    For a program that says nothing to people: :func:`says_json` is true from here on.
    """
    global _json_alone
    configure_logging("json")
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, error, trace: _uncaught(error)
    threading.excepthook = lambda raised: _uncaught(raised.exc_value)
    sys.unraisablehook = lambda raised: _uncaught(raised.exc_value)
    _json_alone = True


def says_json() -> bool:
    """True if every line that this process writes is to be JSON."""
    return _json_alone


def say(zh: str, en: str) -> None:
    """Tell the operator how far it is, in both languages: on stdout, or in the log where all lines are JSON."""
    if _json_alone:
        _log.info("said", zh=zh.strip(), en=en.strip())
    else:
        print(f"{zh}  {en}", flush=True)  # noqa: T201  this is where the program speaks


def log_ending(refused: BiaochiError) -> None:
    """Log why the program ends, with each place that is wrong."""
    problems = [
        {"at": one.cell or one.pointer or one.column or "", "code": one.code, **one.message.as_dict()}
        for one in refused.problems
    ]
    _log.error(refused.code, **refused.message.as_dict(), problems=problems)


def _uncaught(error: BaseException | None) -> None:
    _log.critical("uncaught", exc_info=error)


def _rendering(log_format: Literal["console", "json"]) -> tuple[Processor, ...]:
    if log_format == "json":
        return (_TRACEBACKS, structlog.processors.JSONRenderer(ensure_ascii=False))
    return (
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=structlog.dev.plain_traceback,  # others print local variables, tokens among them
        ),
    )


def log_refusal(error: BiaochiError, *, principal: Principal | None, asked: str, request_id: str = "") -> None:
    """Log one line if `error` says that `principal` may not, or that there is nothing for `principal` to see.

    What belongs to another unit is answered as what does not exist, so both are logged; `given` are the units or
    cells that the refusal names.
    """
    if isinstance(error, Forbidden) or (isinstance(error, NotFound) and principal is not None):
        _log.warning(
            "refused",
            user=None if principal is None else principal.username,
            role=None if principal is None else principal.role.value,
            asked=as_given(asked),
            code=error.code,
            reason=as_given(error.message.en),
            given=[problem.given for problem in error.problems[:_MOST_GIVEN] if problem.given is not None],
            request_id=request_id,
        )
