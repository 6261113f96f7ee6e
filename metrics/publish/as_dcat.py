"""The catalogue of datasets and releases as JSON-LD (DCAT 3): what there is, where, in which forms, on whose terms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from metrics.periods import last_day
from metrics.plan.model import Plan, Text
from metrics.publish.as_sdmx import SDMX_DATASETS
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import AnyDataset
from metrics.publish.edition import DATA_TERMS
from metrics.publish.rendering import MEDIA_TYPES
from metrics.queries.releases import Published, PublishedFile
from metrics.queries.view import View

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_LANGUAGES = "http://publications.europa.eu/resource/authority/language/"
_MONTHLY = "http://publications.europa.eu/resource/authority/frequency/MONTHLY"
_DESCRIPTION = Text(
    zh="方案各项指标和目标的填报数、比率、进度、任务和第三方评估,以及历次数据发布",
    en="Submissions, rates, progress, tasks and third parties' assessments for the plan's indicators and "
    "targets, and the "
    "releases",
)
_MONTHLY_DATASETS = (
    "observations",
    "rates",
    "progress",
    "leaderboard",
    "attention",
    "commitments",
    "submissions",
    "bulletins",
    "task_reports",
    "task_checks",
    "task_contradictions",
    "assessments",
    "overrides",
    "phases",
    "gates",
    "materials",
    "work_plans",
    "fundings",
    "self_assessments",
    "findings",
    "rectifications",
    "scores",
)


def catalogue(
    view: View,
    *,
    datasets: Iterable[str],
    releases: Iterable[Published],
    periods: tuple[date, date] | None,
    address: str,
    synthetic: bool,
) -> dict[str, Any]:
    """The catalogue's document. `periods`: first and newest with figures in `view`; `address`: of the API, no slash."""
    document = view.plan.document
    published = [_release(release, view.plan, address=address) for release in releases]
    series = f"{address}/releases"
    found: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": f"{address}/catalogue.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _words(document.title),
        "dct:description": _words(_DESCRIPTION),
        "dct:language": [{"@id": _LANGUAGES + code, "@type": "dct:LinguisticSystem"} for code in ("ZHO", "ENG")],
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _words(document.issuer)},
        "dct:rights": _rights(),
        "dct:spatial": _place(view.plan),
        "dcat:dataset": [
            *(_dataset(DATASETS[name], view.plan, periods=periods, address=address) for name in datasets),
            {"@id": series, "@type": "dcat:DatasetSeries", "dct:title": _words(Text(zh="数据发布", en="Releases"))},
            *published,
        ],
    }
    if view.recorded_at is not None:
        found["dct:modified"] = _typed(view.recorded_at.isoformat(), "dateTime")
    if synthetic:
        found["skos:note"] = _words(
            Text(zh="合成演示数据,并非真实填报", en="Synthetic demonstration data, not real submissions")
        )
    return found


def _dataset(dataset: AnyDataset, plan: Plan, *, periods: tuple[date, date] | None, address: str) -> dict[str, Any]:
    here = f"{address}/{dataset.name}"
    forms = [(dataset, form) for form in MEDIA_TYPES]
    if (profile := SDMX_DATASETS.get(f"{dataset.name}.sdmx")) is not None:
        forms.append((profile, "csv"))
    found: dict[str, Any] = {
        "@id": f"{here}.schema.json",
        "@type": "dcat:Dataset",
        "dct:identifier": dataset.name,
        "dct:title": _words(dataset.title),
        "dct:description": _words(dataset.grain),
        "dct:rights": _rights(),
        "dct:spatial": _place(plan),
        "dcat:distribution": [_distribution(given, form, address=address) for given, form in forms],
    }
    if dataset.name in _MONTHLY_DATASETS:
        found["dct:accrualPeriodicity"] = {"@id": _MONTHLY}
        if periods is not None:
            found["dct:temporal"] = _span(*periods)
    return found


def _distribution(dataset: AnyDataset, form: str, *, address: str) -> dict[str, Any]:
    here = f"{address}/{dataset.name}.{form}"
    media_type = (dataset.media_type or MEDIA_TYPES[form]).partition(";")[0]
    return {
        "@id": here,
        "@type": "dcat:Distribution",
        "dct:title": f"{dataset.name}.{form}",
        "dcat:accessURL": {"@id": here},
        "dcat:downloadURL": {"@id": here},
        "dcat:mediaType": {"@id": _MEDIA_TYPES + media_type},
        "dct:conformsTo": {"@id": f"{address}/{dataset.name}.schema.json"},
        "dct:rights": _rights(),
    }


def _release(release: Published, plan: Plan, *, address: str) -> dict[str, Any]:
    here = f"{address}/releases/{release.number}"
    return {
        "@id": here,
        "@type": "dcat:Dataset",
        "dct:identifier": f"release-{release.number}",
        "dct:title": _words(Text(zh=f"第 {release.number} 号数据发布", en=f"Release {release.number}")),
        "dct:description": {"@value": release.notes, "@language": "zh"},
        "dcat:version": str(release.number),
        "dct:issued": _typed(release.recorded_at.isoformat(), "dateTime"),
        "dcat:inSeries": {"@id": f"{address}/releases"},
        "dct:rights": _rights(),
        "dct:spatial": _place(plan),
        "dcat:distribution": [
            *(_file(file, here=here) for file in release.files),
            {
                "@id": f"{here}.zip",
                "@type": "dcat:Distribution",
                "dcat:accessURL": {"@id": f"{here}.zip"},
                "dcat:downloadURL": {"@id": f"{here}.zip"},
                "dcat:packageFormat": {"@id": _MEDIA_TYPES + "application/zip"},
                "dct:rights": _rights(),
            },
        ],
    }


def _file(file: PublishedFile, *, here: str) -> dict[str, Any]:
    return {
        "@id": f"{here}/{file.name}",
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        "dcat:accessURL": {"@id": f"{here}/{file.name}"},
        "dcat:downloadURL": {"@id": f"{here}/{file.name}"},
        "dcat:mediaType": {"@id": _MEDIA_TYPES + file.media_type.partition(";")[0]},
        "dcat:byteSize": _typed(str(file.size), "nonNegativeInteger"),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": _typed(file.sha256.hex(), "hexBinary"),
        },
        "dct:rights": _rights(),
    }


def _place(plan: Plan) -> dict[str, Any]:
    unit = plan.unit_by_code[plan.document.root_unit]
    return {"@type": "dct:Location", "dct:identifier": unit.code, "skos:prefLabel": _words(unit.name)}


def _span(first: date, newest: date) -> dict[str, Any]:
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": _typed(first.isoformat(), "date"),
        "dcat:endDate": _typed(last_day(newest).isoformat(), "date"),
    }


def _rights() -> dict[str, Any]:
    return {"@type": "dct:RightsStatement", "skos:prefLabel": _words(DATA_TERMS)}


def _words(text: Text) -> list[dict[str, str]]:
    return [{"@value": text.zh, "@language": "zh"}, {"@value": text.en, "@language": "en"}]


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"@value": value, "@type": f"xsd:{kind}"}
