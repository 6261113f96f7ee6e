"""What pydantic refuses, as problems in both languages."""

from __future__ import annotations

from pydantic import ValidationError

from metrics.errors import Message, Problem
from metrics.forms import as_given, pointer_to
from metrics.texts import too_long

# Pydantic's kind of error -> code and sentences; its own sentence is English only.
_KNOWN = {
    "missing": ("field_missing", Message("缺少此项。", "This field is missing.")),
    "extra_forbidden": ("field_unknown", Message("没有这一项。", "There is no such field.")),
    "string_type": ("field_not_text", Message("此项应为文字。", "This field is a text.")),
    "dict_type": ("field_not_an_object", Message("此项应为“名称: 内容”的形式。", "This field is an object.")),
    "date_from_datetime_parsing": (
        "field_not_a_date",
        Message("应为日期 YYYY-MM-DD。", "A date is written YYYY-MM-DD."),
    ),
    **dict.fromkeys(
        ("decimal_parsing", "decimal_type", "finite_number", "int_parsing", "int_from_float", "float_parsing"),
        ("field_invalid", Message("应为数字,如 95 或 95.5。", "A number is written in digits, such as 95 or 95.5.")),
    ),
    "code_form": (
        "field_invalid",
        Message("代码只含字母、数字和 . _ -。", "A code holds letters, digits, '.', '_' and '-' only."),
    ),
    "date_parsing": ("field_not_a_date", Message("应为日期 YYYY-MM-DD。", "A date is written YYYY-MM-DD.")),
}
_CHOICES = ("literal_error", "enum")  # pydantic's kinds of error where one of a few words is wanted


def field_problems(refused: ValidationError, *, secret: bool = False) -> list[Problem]:
    """One problem, with its pointer, for every field that has not its form; `secret`: without what stood there."""
    problems = []
    for error in refused.errors(include_url=False):
        code, message = _KNOWN.get(error["type"], ("field_invalid", None))
        if error["type"] == "string_too_long":
            code, message = "field_too_long", too_long(error["ctx"]["max_length"])
        elif error["type"] in _CHOICES:
            allowed = error["ctx"]["expected"]  # 'a', 'b' or 'c'
            message = Message(
                f"应为以下之一:{allowed.replace(' or ', ', ').replace(', ', '、')}。", f"It is {allowed}."
            )
        elif message is None:
            message = Message(
                "此项内容不符合要求。", f"This field cannot be read: {error['msg'].removeprefix('Value error, ')}."
            )
        given = error["input"]
        hidden = secret or isinstance(given, dict | list) or error["type"] == "missing"
        shown = None if hidden else as_given(given)
        problems.append(Problem(code, message, pointer_to(*(str(part) for part in error["loc"])), given=shown))
    return problems
