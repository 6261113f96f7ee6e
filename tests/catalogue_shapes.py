"""A catalogue held against SHACL shapes: ours in tests, and those that DCAT-AP publishes where somebody has them.

`python -m tests.catalogue_shapes FOLDER FILE`: every Turtle file in FOLDER (of DCAT-AP 3.0.1: `shapes.ttl` and
`range.ttl`, CC-BY 4.0, from its repository) against the JSON-LD in FILE, as `/catalogue.jsonld` answers it. They are
not kept here: what is fetched from elsewhere is not committed.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import pyshacl
import rdflib

OURS = Path(__file__).parent / "metrics" / "publish" / "dcat_ap.ttl"
_SHACL = rdflib.Namespace("http://www.w3.org/ns/shacl#")


def violations(document: str, *, address: str, shapes: list[Path]) -> list[str]:
    """Every violation in the JSON-LD `document` that lies at `address`: path, what was asked, and of which node."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib calls what it has deprecated itself
        graph = rdflib.Graph().parse(data=document, format="json-ld", publicID=address)
        asked = rdflib.Graph()
        for path in shapes:
            asked.parse(path, format="turtle")
        _, report, _ = pyshacl.validate(graph, shacl_graph=asked, advanced=True)
    return sorted(
        " ".join(str(report.value(found, part)) for part in (_SHACL.resultPath, _SHACL.resultMessage, _SHACL.focusNode))
        for found in report.subjects(rdflib.RDF.type, _SHACL.ValidationResult)
        if report.value(found, _SHACL.resultSeverity) == _SHACL.Violation
    )


def main(folder: str, file: str) -> int:
    """How many shapes there were and what violates them; 1 if anything does or there was no shape."""
    shapes = sorted(Path(folder).glob("*.ttl"))
    found = violations(Path(file).read_text(encoding="utf-8"), address="https://biaochi.example/", shapes=shapes)
    print("\n".join(found) or f"{len(shapes)} files of shapes: valid")  # noqa: T201  a command's answer
    return 1 if found or not shapes else 0


def without(document: Any, name: str) -> Any:
    """`document` without any property of that name."""
    if isinstance(document, list):
        return [without(part, name) for part in document]
    if isinstance(document, dict):
        return {key: without(part, name) for key, part in document.items() if key != name}
    return document


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
