"""The SDMX-ML 3.0 structure message of what is given as SDMX-CSV: codelists, concepts, structures and dataflows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from metrics.plan.model import Text
from metrics.publish.as_sdmx import AGENCY, SDMX_DATASETS, VERSION
from metrics.publish.codelists import Codelist, codelists
from metrics.publish.dataset import AnyDataset, Heading, Kind
from metrics.publish.edition import publisher
from metrics.queries.view import View

MEDIA_TYPE = "application/vnd.sdmx.structure+xml; version=3.0.0"
_SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/"
_URN = "urn:sdmx:org.sdmx.infomodel."
_CONCEPTS = "CS_BIAOCHI"
_DIMENSIONS = ("FREQ", "REF_AREA", "ELEMENT", "INDICATOR")
_NOT_COMPONENTS = ("STRUCTURE", "STRUCTURE_ID", "ACTION")  # of the form, not of the data
_TYPES = {
    Kind.TEXT: "String",
    Kind.CODE: "String",
    Kind.INTEGER: "Long",
    Kind.NUMBER: "Decimal",
    Kind.BOOLEAN: "Boolean",
    Kind.DATE: "GregorianDay",
    Kind.PERIOD: "ObservationalTimePeriod",
    Kind.INSTANT: "String",  # pysdmx reads no DateTime with an offset
}
# Of the cross-domain codelists of SDMX, what is used here.
_FREQ = {"M": Text(zh="月", en="Monthly")}
_OBS_STATUS = {
    "A": Text(zh="正常", en="Normal value"),
    "B": Text(zh="系列中断", en="Time series break"),
    "I": Text(zh="估补值", en="Imputed value (CCSA definition)"),
    "L": Text(zh="缺失:有数据而未采集", en="Missing value; data exist but were not collected"),
    "M": Text(zh="缺失:不可能有数据", en="Missing value; data cannot exist"),
    "U": Text(zh="可靠性低", en="Low reliability"),
    "V": Text(zh="未验证", en="Unvalidated value"),
}
# By component: agency, identifier and version of its codelist, and the list of ours that fills it.
_LISTS = {
    "FREQ": ("SDMX", "CL_FREQ", "2.1", ""),
    "OBS_STATUS": ("SDMX", "CL_OBS_STATUS", "2.2", ""),
    "REF_AREA": (AGENCY, "CL_AREA", VERSION, "units"),
    "ELEMENT": (AGENCY, "CL_ELEMENT", VERSION, "elements"),
    "INDICATOR": (AGENCY, "CL_INDICATOR", VERSION, "indicators"),
    "STATE": (AGENCY, "CL_STATE", VERSION, "states"),
}


def structure_message(view: View, *, synthetic: bool) -> bytes:
    """The message, as the plan is known in `view`."""
    root = Element(
        "mes:Structure",
        {"xmlns:mes": f"{_SCHEMAS}message", "xmlns:str": f"{_SCHEMAS}structure", "xmlns:com": f"{_SCHEMAS}common"},
    )
    header = SubElement(root, "mes:Header")
    SubElement(header, "mes:ID").text = f"BIAOCHI-STRUCTURE-{view.seq}"
    SubElement(header, "mes:Test").text = "true" if synthetic else "false"
    prepared = (view.recorded_at or datetime.fromtimestamp(0, UTC)).astimezone(UTC)
    SubElement(header, "mes:Prepared").text = prepared.isoformat(timespec="seconds")
    _named(SubElement(header, "mes:Sender", {"id": AGENCY}), publisher(view.plan))
    found = SubElement(root, "mes:Structures")
    flows = SubElement(found, "str:Dataflows")
    for dataset in SDMX_DATASETS.values():
        flow = _maintained(flows, "Dataflow", _flow(dataset), dataset.title)
        SubElement(
            flow, "str:Structure"
        ).text = f"{_URN}datastructure.DataStructure={AGENCY}:{_dsd(dataset)}({VERSION})"
    _codelists(SubElement(found, "str:Codelists"), codelists(view.plan))
    concepts = _maintained(
        SubElement(found, "str:ConceptSchemes"), "ConceptScheme", _CONCEPTS, Text(zh="概念", en="Concepts")
    )
    concepts.set("isPartial", "false")
    for heading in _concepts():
        _named(SubElement(concepts, "str:Concept", {"id": heading.name}), heading.title)
    structures = SubElement(found, "str:DataStructures")
    for dataset in SDMX_DATASETS.values():
        _structure(structures, dataset)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _flow(dataset: AnyDataset) -> str:
    return dataset.family.upper()


def _dsd(dataset: AnyDataset) -> str:
    return f"DSD_{_flow(dataset)}"


def _components(dataset: AnyDataset) -> Iterator[Heading]:
    yield from (column for column in dataset.columns if column.name not in _NOT_COMPONENTS)


def _concepts() -> Iterable[Heading]:
    """Every component's heading, each once."""
    return {one.name: one for dataset in SDMX_DATASETS.values() for one in _components(dataset)}.values()


def _maintained(
    parent: Element, kind: str, name: str, title: Text, *, agency: str = AGENCY, version: str = VERSION
) -> Element:
    made = SubElement(parent, f"str:{kind}", {"id": name, "agencyID": agency, "version": version})
    _named(made, title)
    return made


def _named(parent: Element, text: Text) -> None:
    for language, said in (("en", text.en), ("zh", text.zh)):
        SubElement(parent, "com:Name", {"xml:lang": language}).text = said


def _codelists(parent: Element, known: dict[str, Codelist]) -> None:
    """Without what lies above a code: a parent may begin with no digit there, and codes of areas do."""
    for component, (agency, name, version, ours) in _LISTS.items():
        if ours:
            listed, title = {one.code: one.name for one in known[ours].codes}, known[ours].title
        else:
            listed, title = _FREQ if component == "FREQ" else _OBS_STATUS, Text(zh=component, en=component)
        made = _maintained(parent, "Codelist", name, title, agency=agency, version=version)
        made.set("isPartial", "false" if ours else "true")
        for code, text in listed.items():
            _named(SubElement(made, "str:Code", {"id": code}), text)


def _structure(parent: Element, dataset: AnyDataset) -> None:
    made = _maintained(parent, "DataStructure", _dsd(dataset), dataset.title)
    components = SubElement(made, "str:DataStructureComponents")
    dimensions = SubElement(components, "str:DimensionList", {"id": "DimensionDescriptor"})
    attributes = SubElement(components, "str:AttributeList", {"id": "AttributeDescriptor"})
    measures = SubElement(components, "str:MeasureList", {"id": "MeasureDescriptor"})
    for heading in _components(dataset):
        if heading.name in _DIMENSIONS:
            place = str(len(dimensions) + 1)
            _component(dimensions, "Dimension", heading, {"position": place})
        elif heading.name == "TIME_PERIOD":
            _component(dimensions, "TimeDimension", heading, {})
        elif heading.name == "OBS_VALUE":
            _component(measures, "Measure", heading, {"usage": "optional"})
        else:
            usage = "mandatory" if heading.name == "OBS_STATUS" else "optional"
            one = _component(attributes, "Attribute", heading, {"usage": usage})
            SubElement(SubElement(one, "str:AttributeRelationship"), "str:Observation")


def _component(parent: Element, kind: str, heading: Heading, more: dict[str, str]) -> Element:
    made = SubElement(parent, f"str:{kind}", {"id": heading.name, **more})
    SubElement(
        made, "str:ConceptIdentity"
    ).text = f"{_URN}conceptscheme.Concept={AGENCY}:{_CONCEPTS}({VERSION}).{heading.name}"
    shown = SubElement(made, "str:LocalRepresentation")
    if heading.name in _LISTS:
        agency, name, version, _ = _LISTS[heading.name]
        SubElement(shown, "str:Enumeration").text = f"{_URN}codelist.Codelist={agency}:{name}({version})"
    else:
        SubElement(shown, "str:TextFormat", {"textType": _TYPES[heading.kind]})
    return made
