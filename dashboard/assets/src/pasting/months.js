/* Months that a text names: 2021年2月, 二〇二一年二月, 2月, 一季度, 截至2021年2月28日. The same rules as
 * metrics/intake/vocabulary/months.py; a test holds them together. */

const DIGITS = Object.fromEntries([..."〇零○Ｏ一二三四五六七八九"].map((sign, at) => [sign, "0000123456789"[at]]));
const TO = "[-—–~～至到]";
const DAY = /(\d{4})(?:年(\d{1,2})月(\d{1,2})日?|[-/.](\d{1,2})[-/.](\d{1,2}))(?!\d)/g;
const YEARS = new RegExp(`(?<!\\d)(\\d{4})年?${TO}(\\d{4})年`, "g");
const RANGE = new RegExp(`(?:(\\d{4})年)?(?<!\\d)(\\d{1,2})月?${TO}(\\d{1,2})月`, "g");
const QUARTER = /(?:(\d{4})年)?第?([1-4一二三四])季度?/g;
const MONTH =
  /(?:(?<!\d)((?:19|20)\d{2})(?:年度?(\d{1,2})月|[-/.](\d{1,2})(?![\d.])|(0[1-9]|1[0-2])(?!\d))|(?<![\d.])(\d{1,2})月)(?!底?前|起|日前|内)/g;
const YEAR = /(?<!\d)(20\d{2}|19\d{2})年/g;
const READ = [[DAY, of_day], [YEARS, of_years], [RANGE, of_range], [QUARTER, of_quarter], [MONTH, of_month], [YEAR, of_year]];

/* Every month, quarter (its last month) or year: {year, month, first_year}, null for what the text leaves out. */
export function months_named(text) {
  let rest = arabic(text);
  return READ.flatMap(([pattern, read]) => {
    const found = Array.from(rest.matchAll(pattern)).flatMap(read);
    rest = rest.replace(pattern, "\n");
    return found;
  });
}
/* Whether a text names a month that cannot be `period`, 2019-09. */
export function names_another_month(text, period) {
  const [year, month] = period.split("-").map(Number);
  const agrees = (named) =>
    named.first_year ? named.first_year <= year && year <= named.year : [null, year].includes(named.year) && [null, month].includes(named.month);
  return !months_named(text).every(agrees);
}
function arabic(text) {
  const narrow = text.replace(/[！-～]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0)).replace(/\s+/g, "");
  const dated = narrow.replace(/[〇零○一二三四五六七八九]{4}(?=年)/g, (year) => [...year].map((sign) => DIGITS[sign]).join(""));
  return dated.replace(/(?:十[一二]?|[一二三四五六七八九])(?=月(?!个))/g, (month) =>
    month[0] === "十" ? String(10 + Number(DIGITS[month[1]] ?? 0)) : DIGITS[month]);
}
function mention(year, month) {
  return { year: year === undefined ? null : Number(year), month: month === null ? null : Number(month), first_year: null };
}
/* The last day of a month says that month; any other day is when somebody wrote or sent the sheet. */
function of_day(match) {
  const [year, month, day] = [match[1], match[2] ?? match[4], match[3] ?? match[5]].map(Number);
  const is_end = month >= 1 && month <= 12 && day === new Date(Date.UTC(year, month, 0)).getUTCDate();
  return is_end ? [mention(year, month)] : [];
}
function of_years(match) {
  return [{ ...mention(match[2], null), first_year: Number(match[1]) }];
}
function of_range(match) {
  return [match[2], match[3]].filter(is_month).map((month) => mention(match[1], month));
}
function of_quarter(match) {
  return [mention(match[1], 3 * Number(DIGITS[match[2]] ?? match[2]))];
}
function of_month(match) {
  const month = match[2] ?? match[3] ?? match[4] ?? match[5];
  return is_month(month) ? [mention(match[1], month)] : [];
}
function of_year(match) {
  return [mention(match[1], null)];
}
function is_month(text) {
  return Number(text) >= 1 && Number(text) <= 12;
}
