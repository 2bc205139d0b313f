const day = "(?:0?[1-9]|[12]\\d|3[01])";
const month = "(?:0?[1-9]|1[0-2])";
const year = "(?:19|20)\\d\\d";
const clock = "(?:[01]?\\d|2[0-4])";
const sixty = "[0-5]\\d";
const dash = "[-\\u2010-\\u2015\\u2212]";

/** One date or time, from the most to the least that is told. */
const moment = new RegExp(
  [
    `${year}([-./])${month}\\1${day}`,
    `${day}([-./ ])${month}\\2${year}`,
    `${month}([-./])${day}\\3${year}`,
    `${day}([./])${month}\\4\\d\\d`,
    `${clock}[:.]${sixty}(?::${sixty}(?:\\.\\d{1,6})?)?(?:[+-]\\d\\d:?\\d\\d)?`,
    `${day}[./]${month}`,
    `${month}[-./]${year}`,
    `${year}[-./]${month}`,
    `${day} ${year}`,
    `${year}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])`,
    year,
    // The first day of several in a month: 1–30.11.2026.
    `${day}(?= ?${dash} ?${day}[./]${month})`,
  ]
    .map((form) => `${form}(?!\\d)`)
    .join("|"),
  "y",
);
const betweenMoments = new RegExp(` ?(?:${dash}|/|~) ?| {1,2}`, "y");

const grouped = "[1-9]\\d{0,2}(?:([ .])\\d{3})(?:\\1\\d{3}){0,2}";
const cents = "(?:[.]\\d{1,2})?";
/** A million with its groups, or less to the hundredth. */
const price = new RegExp(`^(?:[1-9]\\d?([ .])\\d{3}\\1\\d{3}|[1-9]\\d{0,2}[ .]?\\d{3})${cents}$`);
const amount = `(?:${grouped}|[1-9]\\d{0,8})${cents}`;
const amounts = new RegExp(`^${amount}(?: ?(?:${dash}|/) ?${amount.replaceAll("\\1", "\\2")})?$`);
/** 100/300/500, 1000-5000, 1000000. */
const round = new RegExp(`^(?:[1-9]\\d?0+(?: ?/ ?[1-9]\\d?0+)*|[1-9]\\d?00+(?: ?${dash} ?[1-9]\\d?00+)*)$`);

const currency =
  "azn|₼|man(?:at)?|ман(?:ат)?|qəp(?:ik)?|try|tl|₺|lira|rub|₽|руб(?:\\.|лей|ля)?|р\\.|usd|\\$|eur|€|avro|евро|gbp|£|kzt|₸|тенге|gel|₾|uah|₴|сум|сом";
const unit = "[kmgt]b|[кмгт]б|mbit|мбит|mah|мач|k?wh|км|km|mm|мм|%|ədəd|шт";
const unitAfter = new RegExp(`^(?:,\\d{1,2})?[\\s\\-–]?(?:${currency}|${unit})(?!\\p{L})`, "iu");
const currencyBefore = new RegExp(`(?<!\\p{L})(?:${currency})\\s?$`, "iu");

/** ISO 9001:2015 */
const standard = new RegExp(`^\\d{3,5}:${year}$`);

/** Longer than any pair of dates with their times. */
const longest = 60;

/** Whether a run of digits at `index` of a text is a date, a time, a price or a size: many have it, so it is nobody's. */
export function isHarmless(run: string, index: number, text: string): boolean {
  if (run.length > longest) return false;
  if (isMoments(run) || price.test(run) || round.test(run) || standard.test(run)) return true;
  if (!amounts.test(run)) return false;
  const end = index + run.length;
  return unitAfter.test(text.slice(end, end + 12)) || currencyBefore.test(text.slice(Math.max(0, index - 8), index));
}

/** Dates and times, and nothing else. Each is read once, so the time is linear. */
function isMoments(run: string): boolean {
  let index = 0;
  for (;;) {
    moment.lastIndex = index;
    if (!moment.test(run)) return false;
    index = moment.lastIndex;
    if (index === run.length) return true;
    betweenMoments.lastIndex = index;
    if (!betweenMoments.test(run)) return false;
    index = betweenMoments.lastIndex;
  }
}
