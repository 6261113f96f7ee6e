"""The chapters on tasks, on what is wrong and on what comes next: 任务进展, 存在问题 and 下一步. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from metrics.bulletin.document import Block, DocumentHeading, DocumentTable, Paragraph, TableColumn
from metrics.bulletin.figures import BulletinFigures, OpenSlip, StageNow
from metrics.bulletin.wording import STATUS_WORDS, TASK_WORDS, BulletinWording
from metrics.periods import add_months, due_on
from metrics.results import Progress, Status
from metrics.task_reports import TaskStatus

_SHORT = (Status.OVERDUE, Status.RECTIFYING, Status.BEHIND)
_TROUBLED = (TaskStatus.OVERDUE, TaskStatus.BLOCKED)


def tasks_chapter(known: BulletinFigures, words: BulletinWording) -> Iterator[Block]:
    """How many tasks stand how, which nobody has spoken of, and a table of those that are overdue or blocked."""
    yield DocumentHeading(1, words.say("四、任务进展", "4. Tasks"))
    counts = Counter(task.status for task in known.tasks)
    told = [
        words.say(
            f"{words.text(TASK_WORDS[status])}{counts[status]}项", f"{counts[status]} {words.text(TASK_WORDS[status])}"
        )
        for status in TASK_WORDS
        if counts[status]
    ]
    figures = {"on": words.day(known.on), "tasks": str(len(known.tasks)), "counts": words.listed(told) or "0"}
    template = words.say(
        "截至{on}，由填报单位承担的任务{tasks}项：{counts}。各单位状态不一的任务，按最需要督促的一家计。",
        "On {on}, {tasks} tasks are owed by reporting units: {counts}. A task counts as its most troubled unit.",
    )
    yield Paragraph("tasks.counts", template, figures)
    silent = [str(task.task.number) for task in known.tasks if task.status is TaskStatus.SILENT]
    if silent:
        said = words.say("两个月未更新进展的任务：第{numbers}项。", "No update for two months on tasks {numbers}.")
        yield Paragraph("tasks.silent", said, {"numbers": words.listed(silent)})
    troubled = [task for task in known.tasks if task.status in _TROUBLED]
    if troubled:
        say = words.say
        columns = (
            TableColumn(say("任务", "Task"), numbers=True),
            TableColumn(say("内容", "What it is")),
            TableColumn(say("状态", "Status")),
            TableColumn(say("有关单位", "Units")),
        )
        rows = tuple(
            (
                str(task.task.number),
                words.text(task.task.title),
                words.text(TASK_WORDS[task.status]),
                words.listed(words.unit(unit) for unit, status in task.units if status is task.status) or "—",
            )
            for task in troubled
        )
        yield DocumentTable("tasks", say("需要督促的任务", "Tasks that need urging"), columns, rows)


def problems_chapter(known: BulletinFigures, words: BulletinWording) -> Iterator[Block]:
    """Who is late, missing or short of what, by name, and what was corrected."""
    yield DocumentHeading(1, words.say("五、存在问题", "5. What is wrong"))
    found = [
        *_came_late(known, words),
        *(problem for stage in known.stages for problem in _short(known, words, stage)),
        *_corrections(known, words),
        *_material(known, words),
        *_open_slips(known, words),
    ]
    if not found:
        said = words.say(
            "{month}各单位均按期报送，未发现需要通报的问题。",
            "All units submitted in time for {month}; nothing is wrong.",
        )
        found = [Paragraph("problems.none", said, {"month": words.month(known.period)})]
    yield from found


def next_chapter(known: BulletinFigures, words: BulletinWording) -> Iterator[Block]:
    """What is asked of whom until when; words to begin from."""
    yield DocumentHeading(1, words.say("六、下一步", "6. What comes next"))
    short = {unit for (unit, _), verdict in known.verdicts.items() if verdict.status in _SHORT}
    named = [code for code in known.units if code in short]
    if named:
        said = words.say(
            "请{units}对照差额逐项分析原因，明确整改措施和完成时间，抓紧整改。",
            "{units}: go through what is missing item by item, say what will be done by when, and do it.",
        )
        yield Paragraph("next.short", said, {"units": words.listed(words.unit(code) for code in named)})
    following = add_months(known.period, 1)
    figures = {"month": words.month(following), "due": words.day(due_on(following, rule=known.plan.due_rule))}
    said = words.say(
        "请各单位于{due}前报送{month}月报和工作进展情况材料，逾期、漏报的将在下期通报中点名。",
        "Submissions and material for {month} are due by {due}; units that are late or missing will be named in the "
        "next bulletin.",
    )
    yield Paragraph("next.due", said, figures)


def _came_late(known: BulletinFigures, words: BulletinWording) -> Iterator[Paragraph]:
    month = words.month(known.period)

    late = [row for row in known.came if row.received and row.days_late is not None]
    if late:
        listed = words.listed(words.with_note(words.unit(row.unit), _days(words, row.days_late)) for row in late)
        said = words.say("逾期报送{month}月报的单位：{units}。", "Late with the submission for {month}: {units}.")
        yield Paragraph("problems.late", said, {"month": month, "units": listed})
    missing = [row for row in known.came if not row.received]
    if missing:
        listed = words.listed(words.with_note(words.unit(row.unit), _days(words, row.days_late)) for row in missing)
        said = words.say("未报送{month}月报的单位：{units}。", "No submission for {month} from: {units}.")
        yield Paragraph("problems.missing", said, {"month": month, "units": listed})


def _short(known: BulletinFigures, words: BulletinWording, stage: StageNow) -> Iterator[Paragraph]:
    """Who misses one target, the worst status first, each with its value and what is missing."""
    target = stage.verdict.target_code
    found = [v for unit in known.units if (v := known.verdicts.get((unit, target))) and v.status in _SHORT]
    if not found:
        return
    figures = {
        "name": words.text(known.plan.indicator_by_code[stage.verdict.indicator_code].name),
        "required": words.required(stage.verdict),
        "units": "",
    }
    parts = []
    for status in _SHORT:
        of_status = [verdict for verdict in found if verdict.status is status]
        if of_status:
            listed = words.listed(_missing(words, verdict) for verdict in of_status)
            parts.append(
                words.say(
                    f"{words.text(STATUS_WORDS[status])}的有{listed}", f"{words.text(STATUS_WORDS[status])}: {listed}"
                )
            )
    figures["units"] = words.say("；", "; ").join(parts)
    said = words.say("{name}（目标{required}）：{units}。", "{name} (target {required}): {units}.")
    yield Paragraph(f"problems.{target}", said, figures)


def _missing(words: BulletinWording, verdict: Progress) -> str:
    indicator = words.plan.indicator_by_code[verdict.indicator_code]
    return words.with_note(
        words.unit(verdict.unit_code), words.value(indicator, verdict.value), words.short_of(verdict)
    )


def _material(known: BulletinFigures, words: BulletinWording) -> Iterator[Paragraph]:
    """Whose monthly material is late or missing; where nobody has sent any, that alone."""
    missing = [row for row in known.materials if not row.received]
    late = [row for row in known.materials if row.received and row.days_late is not None]
    if not missing and not late:
        return
    figures = {"month": words.month(known.period), "owed": str(len(known.materials))}
    if len(missing) == len(known.materials):
        said = words.say(
            "{month}工作进展情况材料：应报{owed}家，均未报送。",
            "Material for {month}: none of the {owed} that owe it sent it.",
        )
        yield Paragraph("problems.material", said, figures)
        return
    figures["missing"] = words.listed(words.text(row.name) for row in missing) or words.say("无", "none")
    figures["late"] = words.listed(
        words.with_note(words.text(row.name), _days(words, row.days_late)) for row in late
    ) or words.say("无", "none")
    said = words.say(
        "{month}工作进展情况材料：应报{owed}家。未报送的有：{missing}；逾期报送的有：{late}。",
        "Material for {month}, owed by {owed}: missing from {missing}; late from {late}.",
    )
    yield Paragraph("problems.material", said, figures)


def _open_slips(known: BulletinFigures, words: BulletinWording) -> Iterator[Paragraph]:
    if not known.slips:
        return
    listed = words.listed(
        words.with_note(
            words.unit(slip.unit) + words.say(f"《{slip.title}》", f" “{slip.title}”"), slip.number, _over(words, slip)
        )
        for slip in known.slips
    )
    figures = {
        "open": str(len(known.slips)),
        "over": str(sum(slip.days_over > 0 for slip in known.slips)),
        "slips": listed,
    }
    said = words.say(
        "未销号的督办单{open}件，其中逾期{over}件：{slips}。",
        "Supervision slips that are open: {open}, {over} of them overdue: {slips}.",
    )
    yield Paragraph("problems.slips", said, figures)


def _over(words: BulletinWording, slip: OpenSlip) -> str:
    return _days(words, slip.days_over or None)


def _days(words: BulletinWording, count: int | None) -> str:
    return "" if count is None else words.say(f"逾期{count}天", f"{count} days late")


def _corrections(known: BulletinFigures, words: BulletinWording) -> Iterator[Paragraph]:
    if known.corrected:
        listed = words.listed(words.with_note(words.unit(row.unit), words.month(row.period)) for row in known.corrected)
        said = words.say(
            "上期通报以来（首期为报送以来）更正过数据的：{units}。",
            "Figures corrected since the bulletin before (for the first: since they were sent): {units}.",
        )
        yield Paragraph("problems.corrected", said, {"units": listed})
