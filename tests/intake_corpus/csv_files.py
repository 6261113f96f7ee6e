"""CSV files of the corpus, and files that only say they are something else."""

from __future__ import annotations

import codecs

Row = list[object]
TIDY = "unit_code,period,element_code,value\n"
CHINESE = "填报单位,报告期,填报项,数值\n"


def tidy(*cells: tuple[str, object], unit: str = "441202", period: str = "2019-09") -> str:
    """A tidy table of one unit and period."""
    return TIDY + "".join(f"{unit},{period},{element},{value}\n" for element, value in cells)


def csv_files() -> dict[str, bytes]:
    """Name → content."""
    return {**_encodings(), **_values(), **_periods_and_units(), **_shapes(), **_no_csv()}


def _encodings() -> dict[str, bytes]:
    network = tidy(
        ("net_county_due", 5), ("net_county_ok", 4), ("net_town_due", 104), ("net_town_ok", 97),
        ("net_village_due", 1211), ("net_village_ok", 1003),
    )  # fmt: skip
    chinese = CHINESE + (
        "端州区,2019年9月,自建系统应接数,14\n端州区,2019年9月,自建系统已接数,11\n"
        "鼎湖区,2019年9月,自建系统应接数,9\n鼎湖区,2019年9月,自建系统已接数,8\n"
    )
    return {
        "utf8.csv": network.encode(),
        "utf8-bom.csv": codecs.BOM_UTF8 + chinese.encode(),
        "gb18030.csv": chinese.encode("gb18030"),
        "gb18030-rare.csv": (CHINESE.replace("\n", ",备注\n") + "端州区,2019-09,即办件事项数,351,经办人㐀𠮷\n").encode("gb18030"),
        "semicolon.csv": tidy(("systems_due", "1,204"), ("systems_connected", "1,100")).replace(
            "441202,", "441202;").replace("2019-09,", "2019-09;").replace("due,", "due;").replace("ted,", "ted;").replace(
            TIDY.strip(), TIDY.strip().replace(",", ";")).encode(),
        "tab.csv": chinese.replace(",", "\t").encode("gb18030"),
        "cr-only.csv": network.replace("\n", "\r").encode(),
        "utf16.csv": chinese.encode("utf-16"),
        "utf16-bare.csv": network.encode("utf-16-le"),
        "latin1.csv": TIDY.encode() + b"441202,2019-09,items_instant,3,\xff\xfe\xfa\n",
    }  # fmt: skip


def _values() -> dict[str, bytes]:
    return {
        "thousands.csv": tidy(("days_statutory", '"20,114"'), ("days_promised", '"9，006"')).encode(),
        "thousands-unquoted.csv": tidy(("days_statutory", "20,114"), ("days_promised", "9,006")).encode(),
        "full-width.csv": tidy(("systems_due", "１２"), ("systems_connected", "９"), ("startups", "４０"),
                               ("startup_days", "３８．５")).encode("gb18030"),
        "spaces.csv": tidy(("systems_due", "\u300012\u3000"), ("systems_connected", "\u00a09 "),
                           ("items_instant", "  351")).encode(),
        "percent.csv": tidy(("systems_due", "85.3%"), ("systems_connected", "７０％"), ("items_instant", "0.853"),
                            ("items_one_window", "百分之七十")).encode(),
        "nothing.csv": tidy(("systems_due", "无"), ("systems_connected", "—"), ("items_instant", "/"),
                            ("items_one_window", "暂无"), ("channels_due", "N/A"), ("channels_same_source", "-")).encode(),
        "exponent.csv": tidy(("days_statutory", "2.0E+04"), ("days_promised", "9006")).encode(),
        "minus.csv": tidy(("systems_due", "12-"), ("systems_connected", "(9)"), ("items_instant", "-3"),
                          ("items_one_window", "－7")).encode(),
        "leading-zeros.csv": tidy(("items_instant", "0351")).encode(),
        "ten-thousands.csv": tidy(("days_statutory", "2.1万"), ("days_promised", "9千")).encode(),
        "measures.csv": tidy(("systems_due", "12个"), ("systems_connected", "9 个"), ("items_instant", "351项"),
                             ("startups", "40户"), ("startup_days", "38.5工作日")).encode(),
        "other-measure.csv": tidy(("items_instant", "351件")).encode(),
        "decimals.csv": tidy(("startups", "40.0"), ("startup_days", "38.50"), ("items_instant", "351.00")).encode(),
        "decimals-too-many.csv": tidy(("startups", "40.5"), ("startup_days", "38.55"), ("items_instant", "1.000")).encode(),
        "words.csv": tidy(("systems_due", "十二"), ("systems_connected", "约9"), ("items_instant", "351?"),
                          ("items_one_window", "1 234"), ("days_statutory", '"1,23"'), ("days_promised", "+5")).encode(),
        "too-large.csv": tidy(("items_instant", "1000000001")).encode(),
        "errors-as-text.csv": tidy(("systems_due", "#N/A"), ("systems_connected", "#DIV/0!")).encode(),
        "blank-in-block.csv": tidy(("systems_due", "12"), ("systems_connected", "")).encode(),
        "blank-block.csv": tidy(("systems_due", ""), ("systems_connected", "\u3000"), ("items_instant", "351")).encode(),
    }  # fmt: skip


def _periods_and_units() -> dict[str, bytes]:
    def periods(*written: str) -> bytes:
        elements = ("net_county_due", "net_county_ok", "net_town_due", "net_town_ok", "net_village_due", "net_village_ok",
                    "systems_due", "systems_connected", "channels_due", "channels_same_source")  # fmt: skip
        rows = zip(elements, written, strict=False)
        return (TIDY + "".join(f"441202,{text},{element},7\n" for element, text in rows)).encode()

    def units(*written: str) -> bytes:
        return (TIDY + "".join(f"{text},2019-09,items_instant,{300 + n}\n" for n, text in enumerate(written))).encode()

    return {
        "periods.csv": periods("2019年9月", "2019.9", "2019/9", "2019-9", "201909", "2019-09", "2019.09", "２０１９年９月",
                               "2019 年 9 月", "2019-09-30"),
        "periods-day.csv": periods("2019/9/1", "2019年9月30日", "2019-09-01 00:00:00", "2019年9月份"),
        "periods-october.csv": periods("2019.10", "2019年10月", "2019/10", "201910"),
        "periods-unclear.csv": periods("2019.1", "2019-09-15", "9月", "19年9月", "2019年三季度", "2019", "2019-13", "43709"),
        "period-missing.csv": ("填报单位,填报项,数值\n441202,items_instant,351\n").encode(),
        "periods-two-months.csv": (TIDY + "441202,2019-08,items_instant,340\n441202,2019-09,items_instant,351\n").encode(),
        "units.csv": units("441202", "441203.0", "高要", "肇庆市四会市", "广 宁 县", "市直", "高新区", "ZQ-NEW", "zq-yuegui",
                           "封开县(441225)"),
        "units-full-width.csv": units("４４１２０２", "怀集县（441224）"),
        "unit-old-code.csv": units("441283", "高要市"),
        "unit-unknown.csv": units("441299", "端州市", "德庆县(441202)"),
        "unit-and-name.csv": (
            "unit_code,unit_name,period,element_code,element_name,value\n"
            "441202,端州区,2019-09,items_instant,即办件事项数,351\n441203,端州区,2019-09,items_instant,即办件事项数,352\n"
            "441204,高要区,2019-09,items_instant,可网办事项数,353\n").encode(),
    }  # fmt: skip


def _shapes() -> dict[str, bytes]:
    wide = "填报单位,自建系统应接数,自建系统已接数,即办件事项数\n端州区,12,9,351\n鼎湖区,10,7,288\n"
    total = "合计,22,16,639\n"
    notes = "注:即办件按事项计。\n填表人:,张三,填表日期:,2019-10-08\n"
    return {
        "wide.csv": ("报告期:2019年9月\n" + wide).encode("gb18030"),
        "wide-totals.csv": ("2019年9月各县区统计表\n" + wide + total + notes).encode(),
        "wide-total-differs.csv": ("报告期,2019-09\n" + wide + total.replace("639", "640")).encode(),
        "wide-total-first.csv": ("报告期,2019-09\n" + wide.replace("端州区,12", "全市,22,16,639\n端州区,12")).encode(),
        "leading-blank.csv": ("\n,,,,\n,,\n" + "".join("," + line + "\n" for line in (CHINESE + (
            "441202,2019-09,即办件事项数,351")).split("\n"))).encode(),
        "labels-above.csv": ("附件2,,\n填报单位:,端州区,\n报告期:,2019年9月,\n填报项,代码,本期数\n一、系统对接,,\n"
                             "自建系统应接数,systems_due,12\n自建系统已接数,systems_connected,9\n"
                             "单位负责人:王五,审核人:赵六,\n").encode(),
        "quoted-newline.csv": ('填报单位,报告期,"即办件\n事项数","备注"\n端州区,2019-09,351,"第一行\n第二行,有逗号"\n').encode(),
        "headings-english.csv": b"Reporting unit,Period,Items handled on the spot,Items that can be handled online,"
        b"\"Of these: handled online from start to finish (level IV)\"\nDuanzhou District,2019-09,351,850,300\n",
        "repeated.csv": tidy(("items_instant", 351), ("items_instant", "351"), ("items_instant", '"351"')).encode(),
        "repeated-differs.csv": tidy(("items_instant", 351), ("items_instant", 352)).encode(),
        "element-conflict.csv": ("填报单位,报告期,填报项,代码,数值\n441202,2019-09,即办件事项数,items_online,351\n").encode(),
        "element-unknown.csv": tidy(("items_instnat", 351), ("网上可办率", "85")).encode(),
        "element-blank.csv": tidy(("items_instant", 351), ("", 12)).encode(),
        "heading-unknown.csv": ("填报单位,报告期,即办件事项数,可网办件数\n441202,2019-09,351,850\n").encode(),
        "heading-twice.csv": ("填报单位,报告期,即办件事项数,items_instant\n441202,2019-09,351,352\n").encode(),
        "unit-in-title.csv": ("端州区,\n报告期,2019-09\n填报项,本期数\n即办件事项数,351\n\n鼎湖区,\n填报项,本期数\n可网办事项数,850\n"
                              "其中Ⅳ级全程网办事项数,300\n").encode(),
        "last-month-beside.csv": ("填报单位,报告期,填报项,本期数,上月数,差异\n441202,2019-09,即办件事项数,351,340,11\n").encode(),
        "two-tables.csv": ("填报单位,端州区\n报告期,2019-09\n填报项,本期数\n即办件事项数,351\n\n填报单位,鼎湖区\n填报项,本期数\n"
                           "即办件事项数,288\n").encode(),
    }  # fmt: skip


def _no_csv() -> dict[str, bytes]:
    return {
        "empty.csv": b"",
        "blank.csv": b" \r\n\t\r\n",
        "headings-only.csv": TIDY.encode(),
        "no-table.csv": "姓名,电话\n张三,0758-1234567\n".encode(),
        "nul.csv": TIDY.encode() + b"441202,2019-09,items_instant,3\x0051\n",
        "quotes.csv": TIDY.encode() + b'441202,2019-09,items_instant,"351\n',
        "web-page.xlsx": b"<html><table><tr><td>441202</td></tr></table></html>",
        "old.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512,
        "picture.xlsx": b"\x89PNG\r\n\x1a\n" + b"\x00" * 64,
    }
