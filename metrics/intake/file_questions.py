"""What is asked of a file as a whole: which of its months are meant, whether they are the form's that is open."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.errors import Message, Problem
from metrics.forms import as_given
from metrics.intake.file_reading import Choice, FileSubmission
from metrics.intake.tables.findings import AS_READ, Findings
from metrics.intake.vocabulary.names import Vocabulary

_ALL = Choice("all", Message("全部", "All of them"))


@dataclass(frozen=True, slots=True)
class Opened:
    """The form that is open beside the file: another unit (code) or period (`YYYY-MM`) in the file is asked about."""

    unit: str
    period: str


def choose_months(
    submissions: list[FileSubmission], found: Findings, opened: Opened | None, vocabulary: Vocabulary
) -> list[FileSubmission]:
    """The submissions that are meant: of a workbook with a sheet a month the sender says which."""
    by_sheet = {sent.cells[0].place.sheet: sent for sent in submissions}
    units = {sent.unit for sent in submissions}
    months = sorted({sent.period for sent in submissions})
    if len(units) == 1 and len(months) > 1 and len(by_sheet) > 1:
        first = [opened.period] if opened is not None and opened.period in months else []
        return _chosen(submissions, [*first, *(month for month in months if month not in first)], found)
    if (
        opened is not None
        and submissions
        and all((sent.unit, sent.period) != (opened.unit, opened.period) for sent in submissions)
    ):
        _ask_about_form(submissions[0], found, opened, vocabulary)
    return submissions


def _chosen(submissions: list[FileSubmission], months: list[str], found: Findings) -> list[FileSubmission]:
    place = submissions[0].cells[0].place
    sheets = "、".join(f"{sent.period}({sent.cells[0].place.sheet})" for sent in submissions)
    message = Message(
        f"工作簿里有几个月的表:{sheets}。报送哪一个月?", f"The workbook holds several months: {sheets}. Which is sent?"
    )
    choices = (*(Choice(month, Message(month, month)) for month in months), _ALL)
    answer = found.ask(place, "several_months", message, given="、".join(months), choices=choices)
    return [sent for sent in submissions if answer in (None, _ALL.value, sent.period)]


def _ask_about_form(sent: FileSubmission, found: Findings, opened: Opened, vocabulary: Vocabulary) -> None:
    in_file, in_form = vocabulary.name_of(sent.unit), vocabulary.name_of(opened.unit)
    message = Message(
        f"文件是{in_file.zh} {sent.period} 的,打开的表却是{in_form.zh} {opened.period} 的。"
        f"确实要报送{in_file.zh} {sent.period} 吗?",
        f"The file is of {in_file.en}, {sent.period}; the form that is open is of {in_form.en}, {opened.period}. "
        f"Is {in_file.en}, {sent.period}, meant?",
    )
    found.ask(sent.cells[0].place, "form_differs", message, given=f"{sent.unit} {sent.period}", choices=(AS_READ,))


def refuse_unknown_answers(found: Findings) -> None:
    """Refuse answers to what was not asked, and answers that are none of the choices."""
    choices = {question.id: [choice.value for choice in question.choices] for question in found.questions}
    for name, answer in found.answers.items():
        if answer in choices.get(name, []):
            continue
        taken = choices.get(name)
        shown = as_given(name)
        if taken is None:
            message = Message(f"没有问过“{shown}”。", f"Nothing was asked under {shown!r}.")
            expected = Message("、".join(choices) or "不带回答", ", ".join(choices) or "no answers")
        else:
            message = Message(f"对“{shown}”没有这个选项。", f"{shown!r} has no such choice.")
            expected = Message("、".join(taken), ", ".join(taken))
        found.problems.append(Problem("answer_unknown", message, "/answers", given=as_given(answer), expected=expected))
