"""A catalogue held against SHACL shapes: ours in tests, and those that DCAT-AP publishes where somebody has them.

`python -m tests.catalogue_shapes FOLDER FILE`: the shapes of DCAT-AP 3.0.1 in FOLDER (`releases/3.0.1/html/shacl` of
its repository SEMICeu/DCAT-AP at 729eddf; Copyright © 2025 European Union, CC-BY 4.0) against the JSON-LD in FILE, as
`/catalogue.jsonld` answers it. Of what was published there their SHA-256 is kept here, and other bytes are refused; the
files are not: what is fetched from elsewhere is not committed.
"""

from __future__ import annotations

import hashlib
import sys
import warnings
from pathlib import Path
from typing import Any

import pyshacl
import rdflib

PUBLISHED = {
    "shapes.ttl": "7fe9815e0f32b10f5cbce74fa6ccd0290aae3ef9e5080fb84e2d8093eb984d1d",
    "range.ttl": "24d3bfd0fa17a3d0e877c9ebb91c8174124e5038538e1bf081b2cb679ad0f1b2",
}
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


def published(folder: Path) -> list[Path]:
    """The shapes of DCAT-AP 3.0.1 in `folder`, byte for byte as published. Raises ValueError, naming what is not so."""
    found = {name: folder / name for name in PUBLISHED}
    wrong = [
        name
        for name, path in found.items()
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != PUBLISHED[name]
    ]
    if wrong:
        raise ValueError(f"not there, or not as DCAT-AP 3.0.1 published it: {', '.join(wrong)}")
    return list(found.values())


def main(folder: str, file: str) -> int:
    """What violates the published shapes; 1 if anything does, 2 if those in the folder are not the published ones."""
    try:
        shapes = published(Path(folder))
    except ValueError as refused:
        print(refused)  # noqa: T201  a command's answer
        return 2
    found = violations(Path(file).read_text(encoding="utf-8"), address="https://biaochi.example/", shapes=shapes)
    print("\n".join(found) or f"DCAT-AP 3.0.1, {' and '.join(PUBLISHED)}: valid")  # noqa: T201
    return 1 if found else 0


def without(document: Any, name: str) -> Any:
    """`document` without any property of that name."""
    if isinstance(document, list):
        return [without(part, name) for part in document]
    if isinstance(document, dict):
        return {key: without(part, name) for key, part in document.items() if key != name}
    return document


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
