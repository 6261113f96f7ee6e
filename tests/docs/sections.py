"""Sections of the documents that are drawn from the code: `make docs` writes them anew, a test compares them.

A section stands between `<!-- drawn: NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from api.security.routes import ROUTES as ROUTES_OF_API
from benchmarks.report import figures, plans
from dashboard import rights
from dashboard.outside import OUTSIDE
from dashboard.route import Route
from dashboard.routes import ROUTES
from metrics.access import UNITS_IN_WORDS, Access
from metrics.audit_acts import AuditAction, Recorded
from metrics.models import Base
from metrics.models.grants import GRANTS
from metrics.principal import BOUND_TO_UNITS, Principal, Role, Scope
from metrics.publish.as_sdmx import SDMX_DATASETS
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import AnyDataset, Heading
from metrics.publish.differences import COLUMNS
from metrics.publish.sample_results import RESULT_COLUMNS
from metrics.submission_states import ACTION_WORDS, FACTS, TRANSITIONS, Action, State
from tests.docs.api_changes import api_changes
from tests.docs.indicators import indicators, unmeasured
from tests.docs.plan_fields import plan_fields
from tests.serving import ROOT

FLOORS = ("api", "benchmarks", "dashboard", "metrics", "migrations", "seed")
_PAGES = {Path(inspect.getfile(route.answer)).relative_to(ROOT) for route in ROUTES}


def pages() -> str:
    """Every page, whose it is and what is on it: a table."""
    rows = [(route.path, _whose(route), route.line) for route in ROUTES]
    rows += [(page.path, page.who, page.line) for page in OUTSIDE]
    lines = [f"| `{path}` | {who} | {line} |" for path, who, line in rows]
    return "\n".join(["| address | who | page |", "|---|---|---|", *lines])


def acts() -> str:
    """Every act of the audit, its words, and when it has a row: a table."""
    when = {
        Recorded.WITH_CHANGE: "与变更同一事务;被拒绝或失败时另记 / with the change; refusals and failures on their own",
        Recorded.ALWAYS: "每次 / always",
        Recorded.WHEN_REFUSED: "仅在被拒绝时 / when refused",
    }
    lines = [f"| `{act}` | {act.words.zh} | {act.words.en} | {when[act.recorded]} |" for act in AuditAction]
    return "\n".join(["| `action` | 行为 | act | 何时记录 recorded |", "|---|---|---|---|", *lines])


def rooms() -> str:
    """Every folder with what it is for, and its modules with the first sentence of each; pages stand in pages.md."""
    found: dict[str, list[str]] = {}
    for path in sorted(path.relative_to(ROOT) for floor in FLOORS for path in (ROOT / floor).rglob("*.*")):
        if path.suffix in (".py", ".js") and not path.match("migrations/versions/*"):
            said = _first_sentence(path)
            folder = found.setdefault(path.parent.as_posix(), [])
            if path.stem == "__init__":
                folder[:0] = [said, ""] if said else []
            elif said and path not in _PAGES:
                folder.append(f"- `{path.name}` {said}")
    return "\n".join(f"\n### `{folder}/`\n\n" + "\n".join(lines) for folder, lines in found.items() if lines)


def _first_sentence(path: Path) -> str:
    """What a module says it is for: of its docstring, or of the comment at the head of a script."""
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.suffix == ".js":
        head = re.match(r"/\*(.*?)\*/", text, re.DOTALL)
        said = re.sub(r"\n \*", "\n", head[1]) if head else ""
    else:
        said = ast.get_docstring(ast.parse(text)) or ""
    paragraph = " ".join(said.strip().partition("\n\n")[0].split())
    return re.split(r"(?<=[.!?]) (?=[A-Z`])", paragraph)[0]


def _whose(route: Route) -> str:
    if route.public:
        return "everyone, strangers only what is released"
    roles = [role.value for role in Role if route.is_for(_somebody(role))]
    return "everyone who is signed in" if len(roles) == len(Role) else ", ".join(roles)


def _somebody(role: Role) -> Principal:
    units = frozenset({"unit"}) if role in BOUND_TO_UNITS else frozenset[str]()
    return Principal(user_id=1, username="somebody", display_name="somebody", role=role, units=units)


def _as_table(heading: str, rows: Iterable[tuple[str, Access]]) -> str:
    """A table of what is declared: a row each, a column a role; `○` where somebody may."""
    head = f"| {heading} | {' | '.join(Role)} | nobody | scope | units |"
    lines = [head, "|" + "---|" * (len(Role) + 4)]
    for name, access in rows:
        marks = ["○" if access.is_for(role) else "–" for role in Role]
        nobody = "○" if access.strangers else "released" if access.released else "–"
        scopes = [access.who.value] if isinstance(access.who, Scope) else []
        scope = ", ".join([*scopes, *(["no token"] if access.persons else [])]) or "–"
        lines.append(f"| `{name}` | {' | '.join(marks)} | {nobody} | {scope} | {access.units.value} |")
    return "\n".join(lines)


def rights_of_routes() -> str:
    """Every operation of the API by role, as it is declared."""
    rows = ((operation, declared.access) for operation, declared in ROUTES_OF_API.items())
    return _as_table("operation", sorted(rows, key=lambda row: row[0].partition(" ")[2]))


def rights_of_pages() -> str:
    """Every page, act and callback of the dashboard by role, as it is declared."""
    parts = (("page", rights.pages()), ("act", rights.ACTS.items()), ("callback", rights.CALLBACKS.items()))
    return "\n\n".join(_as_table(heading, rows) for heading, rows in parts)


def rules_of_units() -> str:
    """What the last column of those tables means."""
    rows = [f"| `{rule.value}` | {said.zh} | {said.en} |" for rule, said in UNITS_IN_WORDS.items()]
    return "\n".join(["| units | 哪些单位 | which units |", "|---|---|---|", *rows])


def grants() -> str:
    """What the service's role may do with each table."""
    rows = [f"| `{table}` | {_rights_of(table)} | {grant.why} |" for table, grant in sorted(GRANTS.items())]
    return "\n".join(["| table | rights | why more than looking and adding |", "|---|---|---|", *rows])


def _rights_of(table: str) -> str:
    """In words, with the column that only the database numbers."""
    columns = Base.metadata.tables[table].columns if table in Base.metadata.tables else ()
    without = "".join(f" (without {one.name})" for one in columns if one.identity is not None and one.identity.always)
    return ", ".join(f"insert{without}" if right == "insert" else right for right in GRANTS[table].rights)


def datasets() -> str:
    """Every dataset: its grain, order and parameters, and a table of its columns."""
    return "\n\n".join(_of_dataset(dataset) for dataset in DATASETS.values())


def _of_dataset(dataset: AnyDataset) -> str:
    said = f"{dataset.title.zh} · {dataset.title.en}. {dataset.grain.en}."
    taken = ", ".join(f"`{name}`" for name in sorted(dataset.parameters))
    ordered = f"Ordered by: {', '.join(dataset.order)}. Takes: {taken}."
    return f"### {dataset.name}\n\n{said}\n{ordered}\n\n{_of_columns(dataset.columns)}"


def messages() -> str:
    """Every SDMX message, and a table of its columns."""
    return "\n\n".join(f"**{name}**\n\n{_of_columns(message.columns)}" for name, message in SDMX_DATASETS.items())


def differences() -> str:
    """The columns of the comparison of two releases."""
    return _of_columns(COLUMNS)


def sample_results() -> str:
    """The columns of the results of a sample."""
    return _of_columns(RESULT_COLUMNS)


def _of_columns(columns: Iterable[Heading]) -> str:
    rows = [f"| `{c.name}` | {c.kind.value} | {c.title.zh} | {c.title.en} |" for c in columns]
    return "\n".join(["| column | type | 中文 | meaning |", "|---|---|---|---|", *rows])


def transitions() -> str:
    """Which actions lead from which state of a submission to which: a table."""
    head = ["状态 state", *(f"{ACTION_WORDS[action].zh} {ACTION_WORDS[action].en}" for action in Action)]
    rows = [head, ["---"] * len(head)]
    rows += [[_of_state(state), *(_after(state, action) for action in Action)] for state in State]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _of_state(state: State) -> str:
    return f"{FACTS[state].word.zh} {FACTS[state].word.en}"


def _after(state: State, action: Action) -> str:
    found = TRANSITIONS.get((state, action))
    if found is None:
        return "–"
    return _of_state(found.after) + "*" * found.reason_required


SECTIONS: dict[str, dict[str, Callable[[], str]]] = {
    "docs/security.md": {
        "rules of units": rules_of_units,
        "rights of routes": rights_of_routes,
        "grants": grants,
    },
    "docs/api-changes.md": {"api changes": api_changes},
    "docs/architecture.md": {"rooms": rooms},
    "docs/assessments.md": {"sample results": sample_results},
    "docs/audit.md": {"acts": acts},
    "docs/collect.md": {"transitions": transitions},
    "docs/exports.md": {"messages": messages, "datasets": datasets},
    "docs/indicators.md": {"indicators": indicators, "unmeasured": unmeasured},
    "docs/new-city.md": {"plan fields": plan_fields},
    "docs/releases.md": {"differences": differences},
    "docs/pages.md": {"pages": pages, "rights of pages": rights_of_pages},
    "docs/performance.md": {"figures": figures, "plans": plans},
}
"""The file, and of each of its sections the name and what draws it."""


def drawn(path: str) -> str:
    """The file as it should be."""
    text = (ROOT / path).read_text(encoding="utf-8")
    for name, draw in SECTIONS[path].items():
        text = _with(text, name, draw())
    return text


def _with(text: str, name: str, section: str) -> str:
    begin, end = f"<!-- drawn: {name} -->\n", "<!-- end -->"
    before, _, rest = text.partition(begin)
    return f"{before}{begin}{section}\n{end}{rest.partition(end)[2]}"


def main() -> None:
    """Write every file as it should be."""
    for path in SECTIONS:
        (ROOT / path).write_text(drawn(path), encoding="utf-8")


if __name__ == "__main__":
    main()
