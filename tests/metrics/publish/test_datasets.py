"""Datasets: the columns of the contract, CSV and JSON that say the same, and pulls that are refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from metrics.database import WriteSession
from metrics.errors import BadRequest
from metrics.publish.as_csv import neutralised
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Pull
from metrics.publish.pull import cursor_for, parse_pull
from metrics.publish.rendering import table_schema
from tests.matrices import dealt
from tests.metrics.commands.test_write_bulletin import drafted, issued
from tests.metrics.publish.pulling import pulled, rows
from tests.metrics.queries.test_views import post
from tests.one_of_each import record_one_of_each

CONTRACT = {
    "observations": "seq, unit_code, unit_name, period, element_code, element_name, value, unit_of_measure, revision,"
    " state, recorded_at, submission_id, reason",
    "rates": "unit_code, unit_name, period, indicator_code, indicator_name, numerator, denominator, value,"
    " unit_of_measure, state, units_reported, units_carried, units_expected",
    "progress": "unit_code, unit_name, target_code, target_name, indicator_code, comparator, threshold, due_on,"
    " evaluated_on, period, value, status, timing, light, gap, required_pace, projected_value, projected_on, regressed,"
    " present_pace, shortfall, override, range_low, range_high, misses, projected_shortfall",
    "comparison": "target_code, target_name, comparator, threshold, due_on, unit_code, unit_name, period, value,"
    " status, light, gap, required_pace, projected_value, projected_on, present_pace, shortfall, override, difference",
    "changes": "unit_code, unit_name, target_code, period, kind, before, after, seq, recorded_at, reason, element_code,"
    " turned, cause, value_before, value_after, fields",
    "attention": "place, reason, reason_text, unit_code, unit_name, target_code, target_name, period, value, status,"
    " light, gap, required_pace, shortfall, override, since, months_unreported",
    "commitments": "commitment, stage, current, indicator_code, indicator_name, target_code, target_name, comparator,"
    " threshold, unit_of_measure, due_on, evaluated_on, period, value, status, light, gap, shortfall, override,"
    " units_reported, units_carried, units_expected, units_met, units_judged",
    "freshness": "stream, stream_text, unit_code, unit_name, block_code, owed, newest, since, due_on, months, days",
    "leaderboard": "rank, unit_code, unit_name, period, score, previous_rank, movement",
    "contributions": "unit_code, unit_name, under_code, indicator_code, indicator_name, period_from, period_to, state,"
    " carried_before, numerator_before, denominator_before, value_before, numerator_after, denominator_after,"
    " value_after, rate_effect, denominator_effect, contribution, under_before, under_after, change, unit_of_measure",
    "revisions": "unit_code, unit_name, indicator_code, indicator_name, months, months_revised, revisions, mean_change,"
    " mean_absolute_change, relative_change, furthest_period, first_value, newest_value, median_days, late_percent,"
    " unit_of_measure",
    "peers": "unit_code, unit_name, target_code, indicator_code, evaluated_on, period, among, value, unit_of_measure,"
    " rank, ranked, bands, band, band_better, band_worse, middle_better, middle_worse, end_better, end_worse,"
    " group_numerator, group_denominator, group_value",
    "task_reports": "seq, task_number, task_title, unit_code, unit_name, period, state, text, evidence, revision,"
    " reason, reported_by, recorded_at, confirmation, attachments",
    "task_checks": "seq, task_number, unit_code, unit_name, period, revision, step, by_unit, action, reason,"
    " checked_by, recorded_at",
    "task_contradictions": "contradiction, task_number, unit_code, unit_name, report_period, state, revision,"
    " target_code, target_name, evaluated_on, status, value, gap",
    "work_plans": "seq, unit_code, unit_name, year, revision, place, task_number, measure, due_on, who, reason,"
    " filed_by, recorded_at",
    "fundings": "seq, unit_code, unit_name, year, source, arranged, paid, note, revision, reason, told_by, recorded_at",
    "materials": "seq, material_id, unit_code, unit_name, period, revision, summary, problems, next_month,"
    " task_reports, attachments, first_sent_at, on_time, days_late, seen_by, seen_on, signed_by, signed_how, reason,"
    " sent_by, recorded_at",
    "task_silence": "task_number, unit_code, unit_name, newest_period, months, step, lead_units",
    "task_standings": "task_number, task_title, status, light, due_on, units, units_done, units_overdue, lead_units,"
    " responsible_units, kind, group_code, milestones, deadline, evaluated_on",
    "task_sanctions": "seq, task_number, unit_code, unit_name, stands, subject, clause, reason, marked_by, recorded_at,"
    " lifted_at, lifted_reason, lifted_by",
    "submissions": "unit_code, unit_name, period, submission_id, revision, state, first_recorded_at, recorded_at,"
    " on_time, days_late, seq, revision_seq, leaf_hash, first_received_at, loaded",
    "bulletins": "seq, period, version, newest, release, reason, issued_by, recorded_at, zh_html, zh_pdf, zh_docx,"
    " en_html, en_pdf, en_docx",
    "announcements": "seq, announcement, action, what, period, title, due_before, due_on, slip_days, reason,"
    " after_the_day, newest, state, published_as, published_on, days_late, evaluated_on, announced_by, recorded_at",
    "targets": "target_code, target_name, kind, task_numbers, indicator_code, comparator, threshold, unit_of_measure,"
    " threshold_implied, due_on, window_start, window_end, scope, exclusions, qualifier, section, line, quote,"
    " revision, effective_from, reason, for_units, ends_own, trajectory",
    "tasks": "task_number, title, kind, group_code, lead_units, responsible_units, named_units, deadline, rolling,"
    " province_coordinated, past_at_issue, state, line, text, twin_of",
    "milestones": "milestone_code, task_number, due_on, kind, precision, requirement, raw, past_at_issue",
    "units": "unit_code, unit_name, kind, parent_code, lies_in, reports, figures_required, valid_from, valid_to,"
    " merged_into, aliases, sort_order",
    "elements": "element_code, element_name, block_code, block_name, unit_of_measure, nature, decimals, sort_order,"
    " owed",
    "indicators": "indicator_code, indicator_name, numerator, denominator, scale, unit_of_measure, direction, core,"
    " definition",
    "assessments": "seq, assessment_id, revision, unit_code, unit_name, period, indicator_code, indicator_name, method,"
    " numerator, denominator, sample_size, value, low, high, reported_value, gap, unit_of_measure, blind,"
    " evidence, note, reason, assessor, recorded_at, interval_method, clusters, clusters_in_all",
    "overrides": "seq, unit_code, unit_name, target_code, target_name, period, light, computed, reason, actor,"
    " recorded_at",
    "phases": "phase_code, phase_name, phase_start, phase_end, round, unit_code, unit_name, verdict, gates, on_time,"
    " in_window, late, not_due, rectifying, no_data, not_met, not_applicable, evaluated_on, binding",
    "scores": "rank, unit_code, unit_name, period, since, score, attainment_points, attainment_weight, targets,"
    " targets_unreported, timeliness_points, timeliness_weight, submissions_judged, submissions_in_time,"
    " materials_judged, materials_in_time, slips_points, slips_weight, slips_in_time, slips_sent_back, slips_late,"
    " inquiry_points, inquiry_weight, inquiry_round, inquiry_forms, rule_seq",
    "score_rules": "seq, valid_from, part, weight, steps, citation, reason, actor, recorded_at",
    "inquiries": "seq, task_number, unit_code, unit_name, round, form, form_name, revision, score, full_marks,"
    " measured_on, evidence, attachments, note, reason, actor, recorded_at",
    "self_assessments": "seq, phase_code, unit_code, unit_name, revision, stands_on, period, target_code, target_name,"
    " numerator, denominator, value, comparator, threshold, due_on, status, verdict, remark, summary, reason, sent_by,"
    " recorded_at, signed_by, signed_at, signed_how, leader, scans",
    "findings": "finding, phase_code, unit_code, unit_name, target_code, task_number, severity, text, state, raised_on,"
    " first_due_on, due_on, answered_on, ended_on, times_returned, raised_by, recorded_at, seq",
    "rectifications": "seq, finding, phase_code, unit_code, unit_name, action, text, evidence, attachments, due_on,"
    " actor, recorded_at",
    "gates": "phase_code, unit_code, unit_name, target_code, target_name, verdict, status, timing, comparator,"
    " threshold, due_on, window_end, evaluated_on, period, line, quote, second_line, second_quote",
    "slips": "seq, slip, written, unit_code, unit_name, title, text, origin, target_code, task_number, period, finding,"
    " state, issued_on, due_on, received_on, answered_on, over_on, evaluated_on, age_days, days_left, days_late,"
    " asked_until, extensions, returns, parts, parts_open, issued_by",
    "slip_acts": "seq, slip, written, act, unit_code, unit_name, part, to_unit, to_name, text, due_on, evidence,"
    " attachments, actor,"
    " recorded_at",
}


def test_every_dataset_is_in_the_contract() -> None:
    assert set(CONTRACT) == set(DATASETS)


@pytest.mark.parametrize(("name", "columns"), CONTRACT.items())
def test_columns_are_those_of_the_contract(name: str, columns: str) -> None:
    assert [column.name for column in DATASETS[name].columns] == columns.split(", ")


def test_csv_and_json_say_the_same(session: WriteSession) -> None:
    post(session)
    record_one_of_each(session)
    issued(session, drafted(session))
    for turn, name in enumerate(DATASETS):
        for language in dealt(("zh", "en"), turn):
            table = rows(pulled(session, name, lang=language))
            records = json.loads(pulled(session, name, form="json", lang=language))
            assert table, name
            kinds = {column.name for column in DATASETS[name].columns if column.kind.value != "text"}
            for left, right in zip(table, records, strict=True):
                assert list(left) == list(right), (name, language)
                for key, value in right.items():
                    said = _as_csv(value) if key not in kinds or not isinstance(value, str) else value
                    assert left[key] == said, (name, language, key)


def _as_csv(value: Any) -> str:
    if value is None:
        return ""
    return str(neutralised(value)) if not isinstance(value, bool) else str(value).lower()


def test_an_exact_rate_stands_beside_its_counts(session: WriteSession) -> None:
    post(session, items_online=694, items_full_online=300)
    found = {row["indicator_code"]: row for row in rows(pulled(session, "rates", unit="441202"))}
    online = found["online_rate"]
    assert (online["numerator"], online["denominator"], online["value"]) == ("694", "1000", "69.40")
    assert (found["startup_time"]["value"], found["startup_time"]["numerator"]) == ("0.96", "38.5")


def test_paging_is_the_whole_in_pieces_and_stays_where_it_began(session: WriteSession) -> None:
    seq = post(session)
    whole = pulled(session, "observations")
    pages, offset = b"", 0
    while True:
        page = pulled(session, "observations", limit="7", cursor=cursor_for(offset=offset, seq=seq))
        post(session, items_online=601 + offset)  # later corrections do not move the pages
        lines = page.split(b"\r\n", 1)
        pages += page if offset == 0 else lines[1]
        if lines[1].count(b"\r\n") < 7:
            break
        offset += 7
    assert pages == whole


def test_after_seq_gives_just_what_came_after(session: WriteSession) -> None:
    first = post(session)
    second = post(session, items_online=700)
    assert {row["seq"] for row in rows(pulled(session, "observations", after_seq=str(first)))} == {str(second)}
    assert pulled(session, "observations", after_seq=str(second)).count(b"\r\n") == 1
    history = rows(pulled(session, "observations", history="true", element="items_online"))
    assert [(row["value"], row["state"]) for row in history] == [("850", "superseded"), ("700", "submitted")]


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("rates", {"colour": "red"}, "parameter_unknown"),
        ("leaderboard", {"history": "true"}, "parameter_unknown"),
        ("rates", {"unit": "999999"}, "unit_unknown"),
        ("rates", {"indicator": "x"}, "indicator_unknown"),
        ("observations", {"element": "x"}, "element_unknown"),
        ("progress", {"target": "TG-99"}, "target_unknown"),
        ("rates", {"period": "2019-13"}, "parameter_invalid"),
        ("rates", {"period": "２０１９-09"}, "parameter_invalid"),
        ("progress", {"on": "2019-02-30"}, "parameter_invalid"),
        ("progress", {"on": "20190230"}, "parameter_invalid"),
        ("rates", {"as_of": "yesterday"}, "parameter_invalid"),
        ("rates", {"as_of": "20191005T00:00:00 noon"}, "parameter_invalid"),
        ("rates", {"as_of": "99999999999999999999"}, "parameter_invalid"),
        ("rates", {"as_of": "9007199254740992"}, "as_of_unknown"),
        ("rates", {"as_of": "9223372036854775807"}, "parameter_invalid"),
        ("rates", {"as_of": "0001-01-01T00:00:00+14:00"}, "parameter_invalid"),
        ("progress", {"on": "0001-01-01"}, "parameter_invalid"),
        ("rates", {"limit": "0"}, "parameter_invalid"),
        ("rates", {"limit": "-1"}, "parameter_invalid"),
        ("rates", {"cursor": "ABC"}, "parameter_invalid"),
        ("rates", {"cursor": "!"}, "parameter_invalid"),
        ("rates", {"lang": "fr"}, "parameter_invalid"),
        ("rates", {"lang": ["zh", "en"]}, "parameter_repeated"),
        ("rates", {"basis": "guessed"}, "parameter_invalid"),
        ("observations", {"after_seq": "x"}, "parameter_invalid"),
        ("leaderboard", {"group": "city"}, "parameter_invalid"),
        ("leaderboard", {"group": "(一)"}, "parameter_invalid"),
        ("leaderboard", {"group": ["county", "zone"]}, "parameter_repeated"),
        ("tasks", {"group": "county"}, "group_unknown"),
    ],
)
def test_a_pull_that_cannot_be_meant_is_refused(
    session: WriteSession, name: str, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        pulled(session, name, **given)
    assert refused.value.code == code
    assert refused.value.message.zh
    assert refused.value.message.en


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_a_text_that_would_run_is_neutralised(text: str) -> None:
    assert neutralised(text) == f"'{text}"


def test_negative_numbers_are_left_alone(session: WriteSession) -> None:
    post(session, materials_baseline=1000, materials_current=1100)
    found = {row["indicator_code"]: row for row in rows(pulled(session, "rates", unit="441202"))}
    assert found["material_reduction"]["value"] == "-10.00"


def test_a_byte_order_mark_comes_first_when_asked_for(session: WriteSession) -> None:
    assert pulled(session, "units", bom="1") == b"\xef\xbb\xbf" + pulled(session, "units", bom="0")


@pytest.mark.parametrize("name", DATASETS)
def test_the_schema_describes_every_column(name: str) -> None:
    assert [field["name"] for field in table_schema(DATASETS[name])["fields"]] == [
        column.name for column in DATASETS[name].columns
    ]


def test_period_ends_meet_the_periods_named() -> None:
    pull = parse_pull(
        DATASETS["rates"],
        {"period": ["2019-09", "2019-07"], "period_from": ["2019-08"]},
        timezone=lambda: "Asia/Shanghai",
    )
    assert isinstance(pull, Pull)
    assert (pull.first_period, pull.last_period) == (pull.period_from, max(pull.periods))
