"""The tools an assistant is given, all of them reading: targets, progress, why, observations, changes, releases."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import ToolAnnotations
from pydantic import Field, ValidationError

from metrics.database import ReadSession
from metrics.errors import Problem
from metrics.field_problems import field_problems
from metrics.mcp.answers import Answer, TokenReader, asked, place_of, rows_of
from metrics.plan.store import plan_at
from metrics.principal import Principal
from metrics.publish.citation import citation_of
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.releases import Published, releases
from metrics.queries.view import view_at

_INSTRUCTIONS = """\
标尺记录政府量化目标与各县(市、区)填报数,并按方案判定进度。回答均为某一时点所知,请一并引用 as_of、条款(clauses)与摘要(digest)。
数值为精确的十进制文本,不要自行平均比率;空值为未报,不是 0。synthetic 为真时是合成演示数据。

Biaochi records a government's quantitative targets, what counties report, and the verdicts on them. Every answer is
what was known at one entry: cite its as_of, its clauses and its digest (of the bytes at `address`). Figures are exact
decimals as text; never average rates; a missing value is not reported, not zero. Where `synthetic` is true the figures
are a demonstration's.
"""  # noqa: E501  Chinese letters are two wide
Unit = Annotated[str, Field(description="单位代码,如 441202 / code of a unit")]
Units = Annotated[list[str] | None, Field(description="单位代码 / codes of units; without: all")]
Target = Annotated[str, Field(description="目标代码,如 TG-05A / code of a target")]
Targets = Annotated[list[str] | None, Field(description="目标代码 / codes of targets; without: all")]
Period = Annotated[str, Field(description="报告期 YYYY-MM / month; without: the newest that is judged")]
AsOf = Annotated[str, Field(description="截至:日期、时刻或序号 / as known then: a day, a moment or a sequence number")]
Cursor = Annotated[str, Field(description="上一回答的 next,取其后各行 / `next` of the answer before: rows after it")]
Language = Literal["zh", "en"]
_READING = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def mcp_server(secret: str) -> MCPServer[Any]:
    """The server that answers under the rights of the token `secret`, which is looked up with every question."""
    tools = _Tools(TokenReader(secret))
    asked_for = (tools.targets, tools.progress, tools.why, tools.observations, tools.changes, tools.releases)
    return MCPServer(
        "biaochi",
        title="Biaochi 标尺",
        instructions=_INSTRUCTIONS,
        version=version("biaochi"),
        log_level="WARNING",
        tools=[_only_as_declared(_ReadingTool.from_function(one, annotations=_READING)) for one in asked_for],
    )


def _only_as_declared(tool: Tool) -> Tool:
    """The tool, refusing arguments it does not have: left out unseen, one would be taken for obeyed (decision 82)."""
    arguments = tool.fn_metadata.arg_model
    arguments.model_config["extra"] = "forbid"
    arguments.model_rebuild(force=True)
    tool.parameters = arguments.model_json_schema(by_alias=True)
    return tool


class _ReadingTool(Tool):  # type: ignore[misc]  # the library is not among what mypy follows
    """A tool that refuses arguments in both languages; the library does so in English, and in pydantic's words."""

    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:
        try:
            self.fn_metadata.validate_arguments(arguments)
        except ValidationError as refused:
            raise ToolError(_refusal(self.name, field_problems(refused))) from refused
        return await super().run(arguments, context, convert_result)


def _refusal(tool: str, problems: Sequence[Problem]) -> str:
    """`targets` 的参数不合要求:limit:没有这一项。 and the same in English."""
    named = [(problem.pointer.removeprefix("/"), problem.message) for problem in problems]
    zh = ";".join(f"{name}:{message.zh.rstrip('。')}" for name, message in named)
    en = "; ".join(f"{name}: {message.en.rstrip('.')}" for name, message in named)
    return f"{tool} 的参数不合要求。{zh}。\nThe arguments of {tool} were refused. {en}."


class _Tools:
    """What each tool asks. Descriptions are read by the assistant."""

    def __init__(self, reader: TokenReader) -> None:
        self._reader = reader

    def targets(self, target: Targets = None, as_of: AsOf = "", lang: Language = "zh") -> Answer:
        """方案的各项目标:指标、数值、时限、原文条款。 Targets of the plan: indicator, threshold, due day, clause."""
        return self._pulled("targets", "targets", target=target, as_of=as_of, lang=lang)

    def progress(
        self, unit: Unit, target: Targets = None, period: Period = "", as_of: AsOf = "", lang: Language = "zh"
    ) -> Answer:
        """一个单位对各项目标的判定、数值与差距。 A unit's verdict on each target, its value and what is missing."""
        return self._pulled("progress", "progress", unit=[unit], target=target, period=period, as_of=as_of, lang=lang)

    def observations(
        self,
        unit: Unit,
        period: Period,
        element: Annotated[list[str] | None, Field(description="填报项代码 / codes of elements")] = None,
        history: Annotated[bool, Field(description="含各版本 / every revision")] = False,
        as_of: AsOf = "",
        lang: Language = "zh",
    ) -> Answer:
        """一个单位一个月的填报数(可含各版本)。 The counts a unit reported for a month, with every revision if asked."""
        versions = "true" if history else ""
        return self._pulled(
            "observations",
            "observations",
            unit=[unit],
            period=period,
            element=element,
            history=versions,
            as_of=as_of,
            lang=lang,
        )

    def changes(
        self,
        since: Annotated[str, Field(description="自何时起:日期、时刻或序号 / since: a day, a moment or a number")] = "",
        period_from: Annotated[str, Field(description="对照的月份 / the month held against, without `since`")] = "",
        period: Period = "",
        unit: Units = None,
        target: Targets = None,
        cursor: Cursor = "",
        lang: Language = "zh",
    ) -> Answer:
        """何者有变:状态、更正、退回、目标修订。 What changed: statuses, corrections, what was sent back, targets."""
        given = {"since": since, "period_from": period_from, "period": period, "unit": unit, "target": target}
        return self._pulled("changes", "changes", **given, cursor=cursor, lang=lang)

    def why(self, unit: Unit, target: Target, period: Period = "", as_of: AsOf = "", lang: Language = "zh") -> Answer:
        """为何是这一判定:判定、公式、所据填报数与条款。 Why the verdict is what it is: formula, counts, clause."""
        given = _given(unit=[unit], target=[target], period=period, as_of=as_of, lang=lang)

        def answer(session: ReadSession, principal: Principal) -> Answer:
            found = rows_of(session, principal, "progress", given)
            for row in found["rows"][:1]:
                found |= self._made_of(session, principal, row, seq=found["as_of"]["seq"], lang=lang)
            return found

        return asked(self._reader, "why", given, answer)

    def releases(self) -> Answer:
        """已发布的各次数据:编号、说明、摘要、引用方式。 Releases: numbers, notes, digests, how they are cited."""
        return asked(self._reader, "releases", {}, lambda session, _: _releases(session))

    def _made_of(
        self, session: ReadSession, principal: Principal, row: dict[str, Any], *, seq: int, lang: str
    ) -> Answer:
        """The rate behind a verdict, its formula, and the counts that the unit itself reported for it."""
        known = {"as_of": str(seq), "lang": lang}
        indicator = row["indicator_code"]
        defined = rows_of(session, principal, "indicators", _given(**known))["rows"]
        formula = next(one for one in defined if one["indicator_code"] == indicator)
        if row["period"] is None:
            return {"indicator": formula, "rates": [], "observations": []}
        cell = {"unit": [row["unit_code"]], "period": row["period"], **known}
        rates = rows_of(session, principal, "rates", _given(**cell, indicator=[indicator]))
        elements = plan_at(session, seq=seq).indicator_by_code[indicator].elements
        counts = rows_of(session, principal, "observations", _given(**cell, element=sorted(elements)))
        return {"indicator": formula, "rates": rates["rows"], "observations": counts["rows"]}

    def _pulled(self, tool: str, dataset: str, **parameters: Any) -> Answer:
        given = _given(**parameters)
        return asked(self._reader, tool, given, lambda session, principal: rows_of(session, principal, dataset, given))


def _given(**parameters: Any) -> dict[str, list[str]]:
    """Parameters of a pull; what was left out is not among them."""
    return {
        name: list(value) if isinstance(value, list) else [str(value)] for name, value in parameters.items() if value
    }


def _releases(session: ReadSession) -> Answer:
    """Every release, proved by its data package, which names every file of it with a digest."""
    plan = plan_at(session)

    def one(published: Published) -> dict[str, Any]:
        cited, package = citation_of(session, published, plan), published.file("datapackage.json")
        return {
            "number": published.number,
            "seq": published.seq,
            "stands_on": published.stands_on,
            "basis": published.basis.value,
            "notes": published.notes,
            "recorded_at": published.recorded_at.isoformat(),
            "address": f"/api/v1/releases/{published.number}/{package.name}",
            "digest": package.digest,
            "identifier": cited.urn,
            "citation": {"zh": cited.text.zh, "en": cited.text.en},
        }

    return {
        "as_of": place_of(session, view_at(session)),
        "synthetic": is_demonstration_loaded(session),
        "releases": [one(published) for published in releases(session)],
        "clauses": {},
    }
