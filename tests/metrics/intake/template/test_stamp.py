from dataclasses import replace

import pytest

from metrics.intake.template.stamp import Stamp, stamp_of

STAMP = Stamp(unit="441202", period="2019-09", etag='"s1-r2-17"').sealed()


def test_a_stamp_is_read_back_as_it_was_written() -> None:
    assert stamp_of(dict(STAMP.rows())) == STAMP
    assert STAMP.is_whole


@pytest.mark.parametrize("changed", [{"unit": "441203"}, {"period": "2019-10"}, {"etag": ""}, {"nonce": "abc"}])
def test_a_stamp_that_was_changed_in_part_is_not_whole(changed: dict[str, str]) -> None:
    assert not replace(STAMP, **changed).is_whole  # type: ignore[arg-type]  # the fields are all text


@pytest.mark.parametrize("version", ["", "one", "１", "9" * 5000])
def test_a_sheet_without_a_readable_version_is_no_stamp(version: str) -> None:
    assert stamp_of(dict(STAMP.rows()) | {"template_version": version}) is None


def test_two_templates_never_have_the_same_nonce() -> None:
    assert replace(STAMP, nonce="").sealed().nonce != STAMP.nonce
