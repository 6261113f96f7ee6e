"""The sentence for each thing that can be wrong with a plan, in Chinese and English; `{given}` is what stands there."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    # reading the files
    "folder_missing": ("没有这个文件夹:{given}。", "There is no such folder: {given}."),
    "file_missing": ("缺少文件 {given}。", "The file {given} is missing."),
    "file_unknown": ("方案文件夹中不应有 {given}。", "A plan folder holds no file {given}."),
    "file_name_odd": (
        "应为同一文件夹中的文件名,所给为 {given}。",
        "Expected a file name in the same folder, not {given}.",
    ),
    "file_unreadable": ("文件无法读取:{given}。", "The file cannot be read: {given}."),
    "not_utf8": ("文件不是 UTF-8 编码(第 {given} 字节处)。", "The file is not UTF-8 (at byte {given})."),
    "not_yaml": ("不是有效的 YAML:{given}。", "Not valid YAML: {given}."),
    "not_a_mapping": ("应为“名称: 内容”的形式。", "Expected names with contents, 'name: content'."),
    "alias_refused": ("不接受 YAML 锚点引用(*{given})。", "YAML aliases are not accepted (*{given})."),
    "tag_refused": ("不接受 YAML 类型标记 {given}。", "YAML tags are not accepted: {given}."),
    "nested_too_deep": ("嵌套超过 {given} 层。", "Nested deeper than {given} levels."),
    "key_not_text": ("名称应为一段文字。", "A name must be plain text."),
    "key_twice": ("“{given}”写了两次(第 {line} 行)。", "{given} is given twice (line {line})."),
    "key_missing": ("缺少“{given}”。", "{given} is missing."),
    "key_unknown": ("没有名为“{given}”的项。", "There is nothing called {given} here."),
    "value_wrong": ("{expected_zh},所给为“{given}”。", "{expected_en}, not {given}."),
    # the whole plan
    "part_missing": ("至少要有一项。", "At least one is needed."),
    "code_twice": ("“{given}”用了两次。", "{given} is used twice."),
    "order_twice": ("次序 {given} 已由“{other}”使用。", "Order {given} is already taken by {other}."),
    "text_turned": (
        "第 {character} 个字符({given})看不见,却会改变前后文字的显示顺序;请删除。",
        "Character {character} ({given}) cannot be seen and changes the order in which others are shown; delete it.",
    ),
    "text_blank": ("中文、英文都要写,不能为空。", "Both languages are needed; neither may be blank."),
    "date_implausible": (
        "日期 {given} 与印发日期相差太远,应在 {first} 至 {last} 之间。",
        "The date {given} is too far from the issue date; expected {first} to {last}.",
    ),
    "issued_implausible": (
        "印发日期 {given} 应在 {first} 至 {last} 年之间。",
        "The issue date {given} should lie in the years {first} to {last}.",
    ),
    "period_implausible": (
        "首个报告期 {given} 应在 {first} 至 {last} 年之间。",
        "The first period {given} should lie in the years {first} to {last}.",
    ),
    "amount_absurd": (
        "数 {given} 的绝对值应不超过 {largest},最多 {decimals} 位小数。",
        "The number {given} should be at most {largest} in size, with at most {decimals} decimal places.",
    ),
    "timezone_unknown": ("没有名为“{given}”的时区。", "There is no time zone {given}."),
    "period_not_first_day": ("应为某月第一日,所给为 {given}。", "Expected the first day of a month, not {given}."),
    "period_after_targets": ("{given} 晚于所有目标的期限。", "{given} is after every target's due date."),
    "issued_after_end": (
        "印发日期 {given} 晚于最后阶段的结束。",
        "The issue date {given} is after the end of the last phase.",
    ),
    # units
    "root_unknown": ("没有代码为“{given}”的单位。", "There is no unit {given}."),
    "root_has_parent": ("根单位不能有上级,所给为“{given}”。", "The root has no parent, but {given} is given."),
    "root_without_children": (
        "根单位只汇总不填报,须有下级单位。",
        "The root is only rolled up; it needs units below it.",
    ),
    "second_root": ("除根单位外都须写明上级。", "Every unit but the root needs a parent."),
    "unit_cycle": ("上级关系成环:{given}。", "The parents form a circle: {given}."),
    "nothing_to_add_up": (
        "“{given}”类单位只汇总不填报,须有下级单位。",
        "A unit of kind {given} only adds up others; it needs units below it.",
    ),
    "kind_not_below": (
        "“{given}”类单位不能位于“{above}”类单位之下。",
        "A unit of kind {given} cannot stand below one of kind {above}.",
    ),
    "unit_unknown": ("没有代码为“{given}”的单位。", "There is no unit {given}."),
    "tile_taken": ("示意图的第{given}格已由{other}占用。", "The map's tile {given} is taken by {other}."),
    "lies_in_itself": ("不能位于自身之内:{given}。", "It cannot lie in itself: {given}."),
    "dates_reversed": ("起 {given} 晚于止 {end}。", "It begins on {given}, after its end on {end}."),
    "merged_without_end": (
        "并入“{other}”的单位须写明停用日。",
        "A unit that was merged into {other} needs its last day.",
    ),
    "merged_adds_up": (
        "“{given}”是汇总单位,不填报;只有填报单位可以并入其他填报单位。",
        "{given} is rolled up and does not report; only a unit that reports is merged, into another that does.",
    ),
    "name_ambiguous": ("名称“{given}”同时指“{other}”。", "The name {given} also means {other}."),
    # the form and the indicators
    "block_unknown": ("没有代码为“{given}”的填报块。", "There is no block {given}."),
    "block_empty": ("填报块中没有填报项。", "The block has no elements."),
    "block_owed_mixed": (
        "同一填报块的填报项须同期应报:{given}。",
        "The elements of a block are owed in the same months, not {given}.",
    ),
    "maximum_not_positive": ("上限应大于 0,所给为 {given}。", "A maximum must be above 0, not {given}."),
    "element_unknown": ("没有代码为“{given}”的填报项。", "There is no element {given}."),
    "form_empty": ("至少要有一个填报项。", "At least one element is needed."),
    "term_twice": ("填报项“{given}”出现两次。", "The element {given} appears twice."),
    "term_times_zero": ("填报项“{given}”的倍数不能为 0。", "The element {given} is taken 0 times."),
    "element_not_stock": ("“{given}”是当月发生数,基期只能取期末数。", "{given} is a flow; a baseline must be a stock."),
    "at_least_beyond_months": (
        "只看前 {months} 个月,不能要求至少 {given} 个月有数。",
        "It looks back {months} months and cannot ask for {given} of them.",
    ),
    "natures_mixed": (
        "期末数与当月发生数不能同用于一个指标(只可用当月发生数除以期末数):{given}。",
        "One indicator cannot mix stocks and flows, but for flows over stocks: {given}.",
    ),
    "scale_not_percent": ("占比类指标的倍数应为 100,所给为 {given}。", "A share has the scale 100, not {given}."),
    "sums_too_large": (
        "各填报项取上限时,全部单位之和超出可精确计算的整数范围(约 9.2×10¹⁸):请降低上限或倍数。",
        "With every element at its maximum the sum over all units passes the whole numbers that are calculated exactly "
        "(about 9.2×10¹⁸): lower a maximum or how many times it is taken.",
    ),
    # targets and phases
    "indicator_unknown": ("没有代码为“{given}”的指标。", "There is no indicator {given}."),
    "task_unknown": ("没有第 {given} 项任务。", "There is no task {given}."),
    "target_unknown": ("没有代码为“{given}”的目标。", "There is no target {given}."),
    "citation_missing": ("至少要有一处引文。", "At least one citation is needed."),
    "citation_task_foreign": (
        "引文出自任务 {given},目标没有列出该任务。",
        "It cites task {given}, which the target does not list.",
    ),
    "unit_twice": ("单位“{given}”写了两次。", "The unit {given} is named twice."),
    "unit_out_of_scope": ("单位“{given}”不在该目标的范围内。", "The unit {given} is outside the target's scope."),
    "unit_not_there": (
        "单位“{given}”在 {day} 不存在(尚未设立或已撤并)。",
        "The unit {given} does not exist on {day}: it was not set up yet, or has been merged.",
    ),
    "own_of_rolled_up": (
        "“{given}”是汇总单位,按总目标判断,不能单列目标。",
        "{given} is rolled up and judged by the general target; it cannot have one of its own.",
    ),
    "own_indicator_differs": (
        "单列目标须与总目标用同一指标“{other}”,所给为“{given}”。",
        "A unit's own target is measured by the indicator of the general one, {other}, not by {given}.",
    ),
    "own_without_threshold": (
        "没有数值的目标不能为单位单列。",
        "A target without a number cannot be set for single units.",
    ),
    "general_missing": (
        "目标“{given}”没有面向全部单位的版本,不能只为部分单位设立。",
        "The target {given} has no revision for everybody; it cannot be set for single units only.",
    ),
    "ends_own_without_units": (
        "恢复总目标须写明是哪些单位。",
        "To end targets of their own, the units have to be named.",
    ),
    "date_before_issue": (
        "日期 {given} 早于方案印发日期 {issued}。",
        "The date {given} is before the plan was issued, {issued}.",
    ),
    "trajectory_without_due": (
        "议定路径须通向有数值、有期限的目标。",
        "A trajectory needs a target with a number and a due date.",
    ),
    "waypoint_past_due": (
        "路径点 {given} 须早于期限 {due}。",
        "A waypoint lies before the due date {due}, not on {given}.",
    ),
    "waypoint_before_baseline": (
        "路径点 {given} 须晚于基点 {baseline}。",
        "A waypoint lies after the baseline point of {baseline}, not on {given}.",
    ),
    "waypoints_unordered": (
        "路径点须按日期先后排列:{given} 不在 {before} 之后。",
        "Waypoints stand in the order of their dates: {given} is not after {before}.",
    ),
    "waypoint_below_zero": ("该指标不会为负,所给为 {given}。", "This indicator is never negative; got {given}."),
    "waypoint_beyond_threshold": (
        "路径点 {given} 已超过目标值 {threshold}。",
        "The waypoint {given} is beyond the threshold {threshold}.",
    ),
    "waypoint_leads_back": (
        "路径点 {given} 比 {on} 的 {before} 退步;路径可以持平,不能退步。",
        "The waypoint {given} falls back behind {before} of {on}; a trajectory may stay level, but not fall back.",
    ),
    "threshold_incomplete": (
        "比较符、目标值、计量单位须同时写明或同时不写,缺少:{given}。",
        "Comparator, threshold and unit of measure stand together or not at all; missing: {given}.",
    ),
    "threshold_missing": ("与指标绑定的目标须有目标值。", "A target with an indicator needs a threshold."),
    "threshold_outside_scale": ("目标值应在 0 与 {scale} 之间,所给为 {given}。", "Expected 0 to {scale}, not {given}."),
    "comparator_against_direction": (
        "“{given}”与指标方向({direction})相反。",
        "{given} goes against the indicator's direction ({direction}).",
    ),
    "equality_inside_scale": (
        "占比只能在 {end} 处用“==”,所给为 {given}。",
        "A share can be held to equality at {end} only, not at {given}.",
    ),
    "unit_of_measure_differs": (
        "计量单位“{given}”与指标的“{other}”不同。",
        "The unit {given} is not the indicator's, {other}.",
    ),
    "printed_without_threshold": (
        "有原文数字,却没有目标值。",
        "A number is kept as printed, but there is no threshold.",
    ),
    "window_missing": ("时段类目标须写明时段。", "A target of this kind needs its window."),
    "window_without_due": ("有整改完善期,却没有期限。", "There is a verification window but no due date."),
    "window_before_due": (
        "整改完善期止于 {given},早于期限 {due}。期限延后的,整改完善期也须延后或去掉。",
        "The window ends on {given}, before the due date {due}. Where a due date is postponed, move the window as well "
        "or leave it out.",
    ),
    "baseline_without_indicator": ("没有指标的目标不能有基线。", "A target without an indicator has no baseline."),
    "baseline_after_due": (
        "基线日期 {given} 不早于期限 {due}。",
        "The baseline of {given} is not before the due date {due}.",
    ),
    "exclusion_element_twice": (
        "“{given}”已由另一条例外剔除,不能剔除两次。",
        "{given} is left out by another exclusion already; it cannot be left out twice.",
    ),
    "exclusion_twice": ("例外“{given}”写了两次。", "The exclusion {given} is given twice."),
    "revision_gap": ("修订号应为 {expected},所给为 {given}。", "Expected revision {expected}, not {given}."),
    "revision_without_reason": ("第 {given} 次修订没有写明理由。", "Revision {given} gives no reason."),
    "phases_overlap": (
        "起于 {given},不晚于上一阶段的结束 {end}。",
        "It begins on {given}, not after the end of the phase before, {end}.",
    ),
    # tasks
    "group_unknown": ("没有代码为“{given}”的任务组。", "There is no group {given}."),
    "group_disagrees": (
        "任务写的组是“{given}”,列在组“{other}”中。",
        "The task says group {given} but is listed in {other}.",
    ),
    "task_grouped_twice": ("任务 {given} 已列在组“{other}”中。", "Task {given} is already listed in group {other}."),
    "task_ungrouped": ("没有列入任何任务组。", "No group lists it."),
    "body_unknown": ("没有代码为“{given}”的部门或单位。", "There is no department or unit {given}."),
    "code_shared": ("“{given}”已是填报单位的代码。", "{given} is already the code of a reporting unit."),
    "lead_not_inferred": ("原文没有牵头单位,应注明是推定。", "No lead is printed; it must be marked as inferred."),
    "lead_inferred_but_printed": (
        "原文印有牵头单位“{given}”,不是推定。",
        "A lead is printed, {given}; it is not inferred.",
    ),
    "named_units_differ": ("应为 {expected},所给为 {given}。", "Expected {expected}, not {given}."),
    "deadline_before_task": (
        "期限所在行 {given} 早于任务所在行。",
        "The deadline's line {given} is before the task's.",
    ),
    "past_disagrees": ("{given} 与印发日期 {issued} 不符。", "{given} does not agree with the issue date {issued}."),
    "precision_unknown": ("没有“{given}”这种日期精度。", "There is no precision {given}."),
    "precision_disagrees": (
        "按精度 {precision} 应为 {expected},所给为 {given}。",
        "{precision} makes it {expected}, not {given}.",
    ),
    "pointer_unknown": ("方案中没有“{given}”。", "The plan has no {given}."),
    "pointers_missing": ("须指明体现在何处。", "It must say where it is modelled."),
    # the holiday table
    "calendar_needed": (
        "期限遇非工作日顺延,须有 calendar.yaml。",
        "A due day that rolls to the next working day needs a calendar.yaml.",
    ),
    "year_odd": ("“{given}”不是年份。", "{given} is no year."),
    "notice_missing": ("须注明放假通知的文号。", "It must name the notice that says so."),
    "day_outside_year": ("{given} 不在该年。", "{given} is not in that year."),
    "day_off_twice": ("{given} 已列入“{other}”。", "{given} is already a day off of {other}."),
    "not_a_weekend": ("{given} 不是星期六或星期日。", "{given} is no Saturday or Sunday."),
    "day_off_worked": (
        "{given} 在“{other}”中放假,不能又上班。",
        "{given} is a day off of {other} and cannot be worked.",
    ),
    # the source text
    "line_missing": ("原文没有第 {given} 行。", "The source text has no line {given}."),
    "quote_blank": ("引文不能为空。", "A quote cannot be blank."),
    "quote_not_on_line": ("第 {line} 行没有“{given}”{hint_zh}。", "Line {line} does not say {given}{hint_en}."),
    "not_in_source": ("原文中没有“{given}”。", "The source text does not hold {given}."),
}
