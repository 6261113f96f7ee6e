"""Names that the template's writer and the reader of files share: sheets, labels, headings, the hidden sheet's keys."""

from __future__ import annotations

from metrics.plan.model import Text

TEMPLATE_VERSION = 1

FORM_SHEET = Text(zh="月报", en="Submission")
CHECKS_SHEET = Text(zh="校验", en="Checks")
HIDDEN_SHEET = "_biaochi"

# Labels above the table; the value stands in the cell to the right.
UNIT_LABEL = Text(zh="填报单位", en="Reporting unit")
PERIOD_LABEL = Text(zh="报告期", en="Period")
REASON_LABEL = Text(zh="更正原因", en="Reason for the correction")

# Headings of the vertical form, in the order of its columns.
ELEMENT_HEADING = Text(zh="填报项", en="Element")
CODE_HEADING = Text(zh="代码", en="Code")
MEASURE_HEADING = Text(zh="计量单位", en="Unit of measure")
VALUE_HEADING = Text(zh="本期数", en="This period")
BEFORE_HEADING = Text(zh="上月数", en="Last month")
DIFFERENCE_HEADING = Text(zh="差异", en="Difference")
CHECK_HEADING = Text(zh="校验", en="Check")
HEADINGS = (
    ELEMENT_HEADING,
    CODE_HEADING,
    MEASURE_HEADING,
    VALUE_HEADING,
    BEFORE_HEADING,
    DIFFERENCE_HEADING,
    CHECK_HEADING,
)

# Keys of the hidden sheet: column A the key, column B the value, both text.
KEY_VERSION = "template_version"
KEY_NONCE = "nonce"
KEY_UNIT = "unit"
KEY_PERIOD = "period"
KEY_ETAG = "etag"
