"""The catalogue of datasets and releases as JSON-LD (DCAT-AP 3.0): what there is, where, in which forms, whose terms.

Its own nodes have an IRI each, `catalogue.jsonld#rates`; what all of them share (who publishes, whom to ask, on which
terms) stands once and is referred to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from metrics.periods import last_day
from metrics.plan.model import Plan, Text
from metrics.publish.as_sdmx import SDMX_DATASETS
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import AnyDataset
from metrics.publish.edition import DATA_TERMS, publisher
from metrics.publish.rendering import MEDIA_TYPES
from metrics.queries.releases import Published, PublishedFile
from metrics.queries.view import View

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_THEMES = f"{_AUTHORITY}data-theme"
_LOCAL_AUTHORITY = "http://purl.org/adms/publishertype/LocalAuthority"
_FORMATS = {"csv": "CSV", "json": "JSON", "xlsx": "XLSX", "parquet": "PARQUET"}
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


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose data they are. `contact`: e-mail or web address, `licence`: IRI of a licence; empty: none is set."""

    contact: str = ""
    licence: str = ""


def catalogue(
    view: View,
    *,
    datasets: Iterable[str],
    releases: Iterable[Published],
    periods: tuple[date, date] | None,
    address: str,
    synthetic: bool,
    holder: Holder,
) -> dict[str, Any]:
    """The catalogue's document. `periods`: first and newest with figures in `view`; `address`: of the API, no slash."""
    document = view.plan.document
    here = f"{address}/catalogue.jsonld"
    shared = _Shared(here, view, holder)
    series = f"{address}/releases"
    found: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": here,
        "@type": "dcat:Catalog",
        "dct:title": _words(document.title),
        "dct:description": _words(_DESCRIPTION),
        "dct:language": [_concept(f"language/{code}", "dct:LinguisticSystem") for code in ("ZHO", "ENG")],
        "dct:issued": _typed(document.issued_on.isoformat(), "date"),
        "dcat:themeTaxonomy": {"@id": _THEMES, "@type": "skos:ConceptScheme", "dct:title": "Data theme"},
        "foaf:homepage": {"@id": f"{address.removesuffix('/api/v1')}/", "@type": "foaf:Document"},
        **shared.told(whole=True),
        "dct:license": shared.licence(whole=True),
        "dct:spatial": _place(view.plan),
        "dcat:dataset": [
            *(_dataset(DATASETS[name], shared, periods=periods, address=address) for name in datasets),
            {
                "@id": series,
                "@type": ["dcat:DatasetSeries", "dcat:Dataset"],
                "dct:title": _words(Text(zh="数据发布", en="Releases")),
                "dct:description": _words(
                    Text(zh="历次编号的数据发布,内容不变", en="Numbered releases, which never change")
                ),
                **shared.told(),
            },
            *(_release(release, shared, address=address) for release in releases),
        ],
    }
    if synthetic:
        found["skos:note"] = _words(
            Text(zh="合成演示数据,并非真实填报", en="Synthetic demonstration data, not real submissions")
        )
    return found


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all datasets share, named once by an IRI of the catalogue `here`."""

    here: str
    view: View
    holder: Holder

    def told(self, *, whole: bool = False) -> dict[str, Any]:
        """Publisher, contact, theme and when it was changed last; only with `whole` what these nodes say."""
        publishing: dict[str, Any] = {"@id": f"{self.here}#publisher"}
        asking: dict[str, Any] = {"@id": f"{self.here}#contact"}
        found: dict[str, Any] = {
            "dct:publisher": publishing,
            "dcat:contactPoint": asking,
            "dcat:theme": _concept("data-theme/GOVE", "skos:Concept", "Government and public sector"),
            "dct:rights": {"@type": "dct:RightsStatement", "skos:prefLabel": _words(DATA_TERMS)},
        }
        if self.view.recorded_at is not None:
            found["dct:modified"] = _typed(self.view.recorded_at.isoformat(), "dateTime")
        if whole:
            name = publisher(self.view.plan)
            kind = {"@id": _LOCAL_AUTHORITY, "@type": "skos:Concept", "skos:prefLabel": _english("Local Authority")}
            publishing |= {"@type": "foaf:Agent", "foaf:name": _words(name), "dct:type": kind}
            asking |= {"@type": ["vcard:Kind", "vcard:Organization"], "vcard:fn": _words(name), **self._reached()}
        return found

    def _reached(self) -> dict[str, Any]:
        where = self.holder.contact
        if not where:
            return {}
        mail = "://" not in where
        return {f"vcard:{'hasEmail' if mail else 'hasURL'}": {"@id": f"mailto:{where}" if mail else where}}

    def licence(self, *, whole: bool = False) -> dict[str, Any]:
        """The licence that is set, else the terms in words."""
        found: dict[str, Any] = {"@id": self.holder.licence or f"{self.here}#terms"}
        if whole:
            found |= {"@type": "dct:LicenseDocument", "dct:title": _words(DATA_TERMS)}
        return found


def _dataset(
    dataset: AnyDataset, shared: _Shared, *, periods: tuple[date, date] | None, address: str
) -> dict[str, Any]:
    forms = [(dataset, form) for form in MEDIA_TYPES]
    if (profile := SDMX_DATASETS.get(f"{dataset.name}.sdmx")) is not None:
        forms.append((profile, "csv"))
    found: dict[str, Any] = {
        "@id": f"{shared.here}#{dataset.name}",
        "@type": "dcat:Dataset",
        "dct:identifier": dataset.name,
        "dct:title": _words(dataset.title),
        "dct:description": _words(dataset.grain),
        "dcat:keyword": _words(dataset.title),
        **shared.told(),
        "dct:spatial": _place(shared.view.plan),
        "dcat:distribution": [_distribution(given, form, shared, address=address) for given, form in forms],
    }
    if dataset.name in _MONTHLY_DATASETS:
        found["dct:accrualPeriodicity"] = _concept("frequency/MONTHLY", "dct:Frequency")
        if periods is not None:
            found["dct:temporal"] = _span(*periods)
    return found


def _distribution(dataset: AnyDataset, form: str, shared: _Shared, *, address: str) -> dict[str, Any]:
    here = f"{address}/{dataset.name}.{form}"
    schema = f"{address}/{dataset.name}.schema.json"
    return {
        **_given(here, dataset.media_type or MEDIA_TYPES[form], shared),
        "dct:description": _words(dataset.title),
        "dct:title": f"{dataset.name}.{form}",
        "dct:format": _concept(f"file-type/{_FORMATS[form]}", "dct:MediaTypeOrExtent"),
        "dct:conformsTo": {"@id": schema, "@type": "dct:Standard", "dct:title": f"{dataset.name}.schema.json"},
    }


def _given(here: str, media_type: str, shared: _Shared) -> dict[str, Any]:
    """What every file says: where it is, what it is, on which terms."""
    return {
        "@id": here,
        "@type": "dcat:Distribution",
        "dcat:accessURL": {"@id": here},
        "dcat:downloadURL": {"@id": here},
        "dcat:mediaType": {"@id": _MEDIA_TYPES + media_type.partition(";")[0], "@type": "dct:MediaType"},
        "dcatap:availability": _concept("planned-availability/STABLE", "skos:Concept", "stable"),
        "dct:license": shared.licence(),
        "dct:rights": {"@type": "dct:RightsStatement", "skos:prefLabel": _words(DATA_TERMS)},
    }


def _release(release: Published, shared: _Shared, *, address: str) -> dict[str, Any]:
    here = f"{address}/releases/{release.number}"
    return {
        "@id": here,
        "@type": "dcat:Dataset",
        "dct:identifier": f"release-{release.number}",
        "dct:title": _words(Text(zh=f"第 {release.number} 号数据发布", en=f"Release {release.number}")),
        "dct:description": {"@value": release.notes or f"第 {release.number} 号数据发布", "@language": "zh"},
        "dcat:version": str(release.number),
        "dct:issued": _typed(release.recorded_at.isoformat(), "dateTime"),
        "dcat:inSeries": {"@id": f"{address}/releases"},
        **shared.told(),
        "dct:modified": _typed(release.recorded_at.isoformat(), "dateTime"),  # never changed since
        "dct:spatial": _place(shared.view.plan),
        "dcat:distribution": [
            *(_file(file, shared, here=here) for file in release.files),
            {
                **_given(f"{here}.zip", "application/zip", shared),
                "dct:title": f"release-{release.number}.zip",
                "dcat:packageFormat": {"@id": _MEDIA_TYPES + "application/zip", "@type": "dct:MediaType"},
            },
        ],
    }


def _file(file: PublishedFile, shared: _Shared, *, here: str) -> dict[str, Any]:
    return {
        **_given(f"{here}/{file.name}", file.media_type, shared),
        "dct:title": file.name,
        "dcat:byteSize": _typed(str(file.size), "nonNegativeInteger"),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": _typed(file.sha256.hex(), "hexBinary"),
        },
    }


def _concept(name: str, kind: str, label: str = "") -> dict[str, Any]:
    """A term of the vocabularies that the European data portals share; `label`: as they call it."""
    return {"@id": _AUTHORITY + name, "@type": kind} | ({"skos:prefLabel": _english(label)} if label else {})


def _english(label: str) -> dict[str, str]:
    return {"@value": label, "@language": "en"}


def _place(plan: Plan) -> dict[str, Any]:
    unit = plan.unit_by_code[plan.document.root_unit]
    return {"@type": "dct:Location", "dct:identifier": unit.code, "skos:prefLabel": _words(unit.name)}


def _span(first: date, newest: date) -> dict[str, Any]:
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": _typed(first.isoformat(), "date"),
        "dcat:endDate": _typed(last_day(newest).isoformat(), "date"),
    }


def _words(text: Text) -> list[dict[str, str]]:
    return [{"@value": text.zh, "@language": "zh"}, {"@value": text.en, "@language": "en"}]


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"@value": value, "@type": f"xsd:{kind}"}
