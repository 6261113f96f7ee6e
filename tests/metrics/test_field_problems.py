"""What has not its form says in both languages what to write."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel, ValidationError

from metrics.field_problems import field_problems


class Method(BaseModel):
    method: Literal["big_data", "field_visit", "interview"]


def test_where_one_of_a_few_words_is_wanted_both_languages_name_them() -> None:
    with pytest.raises(ValidationError) as refused:
        Method.model_validate({"method": "抽样"})
    (problem,) = field_problems(refused.value)
    assert (problem.code, problem.pointer, problem.given) == ("field_invalid", "/method", "抽样")
    assert problem.message.zh == "应为以下之一:'big_data'、'field_visit'、'interview'。"
    assert problem.message.en == "It is 'big_data', 'field_visit' or 'interview'."
