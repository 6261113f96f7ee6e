"""What is wrong with a parameter of a pull, said in both languages."""

from __future__ import annotations

from metrics.errors import Message, Problem

_SHOWN = 200


def parameter_problem(name: str, code: str, zh: str, en: str, given: str, *, detail: str = "") -> Problem:
    """`zh` and `en` go on after the parameter's name; `given`: what stood there, `detail`: what was made of it."""
    return Problem(
        code=code,
        message=Message(f"参数 {name} {zh}。", f"Parameter {name} {en}." + (f" ({detail[:100]})" if detail else "")),
        pointer=f"?{name}",
        given=given[:_SHOWN] or None,
    )
