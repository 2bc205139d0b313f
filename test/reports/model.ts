import { dayAt, hourAt, hoursOf, mondayOf, nextDay, weeksBetween } from "./days.ts";
import type { Counted, Stored } from "./world.ts";

/** What a report must answer, computed from the events in plain TypeScript: the definitions of docs/reports.md once more. */
export interface Asked {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly bots: boolean;
  /** Visits of which this is true. */
  readonly passes: (visit: Visit) => boolean;
  readonly interval: "hour" | "day" | "week" | "month";
  readonly steps: readonly string[];
  readonly lookback: number;
}

export type Answer = readonly Record<string, unknown>[];

export interface Visit {
  readonly visitor: string;
  readonly session: string;
  /** By time, then page and number. */
  readonly events: readonly Stored[];
  readonly views: readonly Stored[];
  readonly first: Stored;
  readonly entry: Stored | undefined;
  readonly exit: Stored | undefined;
  readonly engagedMs: number;
  readonly isBounce: boolean;
  readonly isBot: boolean;
  readonly source: string;
}

/** Of what happens in one millisecond, the lower number is first; no two pages have the same then (`world.ts`). */
const order = (a: Stored, b: Stored): number => a.at - b.at || a.seq - b.seq;

export function groupBy<T>(list: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Each event once, however often it was sent. */
export const once = (events: readonly Stored[]): Stored[] =>
  [...groupBy(events, ({ visitor, page, seq }) => `${visitor} ${page} ${seq}`).values()].map(
    ([event]) => event as Stored,
  );

export function visitsOf(events: readonly Stored[]): Visit[] {
  return [...groupBy(events, ({ visitor, session }) => `${visitor} ${session}`).values()].map((group) => {
    const sorted = group.toSorted(order);
    const [first] = sorted as [Stored];
    const views = sorted.filter(({ type }) => type === "view");
    const engagedMs = sum(sorted.map(({ engaged_ms }) => engaged_ms));
    const chosen = sorted.some(({ type, action }) => type === "service" && action === "choose");
    const entry = views[0];
    const { utm_source = "", channel = "", referrer = "" } = entry ?? {};
    return {
      visitor: first.visitor,
      session: first.session,
      events: sorted,
      views,
      first,
      entry,
      exit: views.at(-1),
      engagedMs,
      isBounce: views.length === 1 && !sorted.some(({ type }) => type === "click") && !chosen && engagedMs < 10_000,
      isBot: sorted.some(({ bot }) => bot),
      source: utm_source !== "" ? utm_source : channel === "internal" ? "" : referrer,
    };
  });
}

/** All answers about one site. */
export function answersTo(all: readonly Stored[], asked: Asked): Record<string, Answer> {
  const { from, to, tz, bots } = asked;
  const isIn = (at: number, first = from, last = to) => dayAt(at, tz) >= first && dayAt(at, tz) <= last;
  const everyVisit = visitsOf(all);
  const human = everyVisit.filter(({ isBot }) => bots || !isBot);
  const passing = human.filter(asked.passes);
  const visits = passing.filter(({ first }) => isIn(first.at));
  const isFiltered = asked.passes !== everything;
  const passed = new Set(passing.map(({ visitor, session }) => `${visitor} ${session}`));
  const real = all.filter(({ bot }) => bots || !bot);
  const ofPassing = real.filter(({ visitor, session }) => !isFiltered || passed.has(`${visitor} ${session}`));
  const events = ofPassing.filter(({ at }) => isIn(at));
  const views = events.filter(({ type }) => type === "view");

  const figures = (of: readonly Visit[]) => ({
    visitors: new Set(of.map(({ visitor }) => visitor)).size,
    visits: of.length,
    bounce: 100 * mean(of.map(({ isBounce }) => Number(isBounce))),
    seconds: mean(of.map(({ engagedMs }) => engagedMs)) / 1_000,
  });
  const by = (name: string, nameOf: (visit: Visit) => string | number | undefined, of = visits): Answer =>
    sorted(
      [...groupBy(of, (visit) => JSON.stringify(nameOf(visit) ?? ""))].map(([key, group]) => ({
        [name]: JSON.parse(key),
        ...figures(group),
      })),
      ["-visitors", name],
    );
  const seen = visits.filter((visit) => visit.views.length > 0);

  // A view, and the time that was told of its page in its visit.
  const told = groupBy(ofPassing, ({ visitor, session, page }) => `${visitor} ${session} ${page}`);
  const pageViews = views.map((view) => {
    const its = told.get(`${view.visitor} ${view.session} ${view.page}`) ?? [];
    const seconds = sum(its.map(({ engaged_ms }) => engaged_ms)) / 1_000;
    return { ...view, seconds, depth: Math.max(...its.map(({ scroll }) => scroll)) };
  });

  const clicks = events.filter(({ type }) => type === "click");
  const people = (of: readonly { visitor: string }[]) => new Set(of.map(({ visitor }) => visitor)).size;

  return {
    overview: [
      {
        ...figures(visits),
        views: views.length,
        views_per_visit: mean(visits.map((visit) => visit.views.length)),
        duration: mean(visits.map(({ events }) => (events.at(-1)?.at ?? 0) - (events[0]?.at ?? 0))) / 1_000,
      },
    ],
    timeseries: timeseries(asked, visits, views, figures),
    pages: sorted(
      [...groupBy(pageViews, ({ path }) => path)].map(([path, group]) => ({
        path,
        views: group.length,
        visitors: people(group),
        seconds: mean(group.map(({ seconds }) => seconds)),
        scroll: mean(group.map(({ depth }) => depth)),
      })),
      ["-views", "path"],
    ),
    reading: [...groupBy(pageViews, ({ path }) => path)]
      .sort(([a, some], [b, others]) => others.length - some.length || compare(a, b))
      .map(([path, group]) => {
        const seconds = group.map((view) => view.seconds).sort((a, b) => a - b);
        return {
          path,
          visitors: people(group),
          seconds: mean(seconds),
          median: seconds[Math.floor(seconds.length * 0.5)],
          longest: seconds[Math.floor(seconds.length * 0.9)],
          half: 100 * mean(group.map(({ depth }) => Number(depth >= 50))),
          end: 100 * mean(group.map(({ depth }) => Number(depth >= 95))),
        };
      }),
    "entry-pages": by("path", ({ entry }) => entry?.path, seen),
    "exit-pages": by("path", ({ exit }) => exit?.path, seen),
    sources: by("source", ({ source }) => source),
    channels: by("channel", ({ entry }) => entry?.channel),
    countries: by("country", ({ first }) => first.country),
    languages: by("lang", ({ entry }) => entry?.lang),
    browsers: by("browser", ({ first }) => first.browser),
    systems: by("os", ({ first }) => first.os),
    devices: by("device", ({ first }) => first.device),
    screens: sorted(
      by("screen", ({ entry }) => entry?.viewport ?? 0),
      ["screen"],
    ),
    "browser-versions": sorted(
      [...groupBy(visits, ({ first }) => `${first.browser} ${first.browser_major}`)].map(([key, group]) => ({
        browser: key.split(" ")[0],
        version: Number(key.split(" ")[1]),
        ...figures(group),
      })),
      ["-visitors", "browser", "version"],
    ),
    campaigns: sorted(
      [
        ...groupBy(visits, ({ entry: e }) =>
          [e?.utm_source, e?.utm_medium, e?.utm_campaign].map((x) => x ?? "").join("\n"),
        ),
      ]
        .filter(([key]) => key !== "\n\n")
        .map(([key, group]) => {
          const [source, medium, campaign] = key.split("\n");
          return { source, medium, campaign, ...figures(group) };
        }),
      ["-visitors", "source", "medium", "campaign"],
    ),
    clicks: sorted(
      [...groupBy(clicks, ({ kind, label }) => `${kind}\n${label}`)].map(([key, group]) => {
        const [kind, label] = key.split("\n");
        return { kind, label, clicks: group.length, visitors: people(group) };
      }),
      ["-clicks", "kind", "label"],
    ),
    contacts: sorted(
      [
        ...groupBy(
          clicks.filter(({ kind }) => /^(phone|email|whatsapp|telegram|map)$/.test(kind)),
          ({ kind }) => kind,
        ),
      ].map(([kind, group]) => ({ kind, contacts: group.length, visitors: people(group) })),
      ["-contacts", "kind"],
    ),
    services: sorted(
      [
        ...groupBy(
          events.filter(({ type }) => type === "service"),
          ({ service }) => service,
        ),
      ].map(([service, group]) => {
        const chosen = group.filter(({ action }) => action === "choose");
        return {
          service,
          visitors: people(group),
          seen: group.length - chosen.length,
          chosen: chosen.length,
          choosers: people(chosen),
          conversion: (100 * people(chosen)) / people(group),
        };
      }),
      ["-visitors", "service"],
    ),
    returning: returning(asked, human, visits, figures),
    retention: retention(asked, visits),
    funnel: funnel(asked.steps, events),
    paths: nextPages(views),
    bots: sorted(
      [
        ...groupBy(
          all.filter(({ bot, at }) => bot && isIn(at)),
          ({ browser }) => browser,
        ),
      ].map(([browser, group]) => ({
        browser,
        visitors: people(group),
        events: group.length,
        views: group.filter(({ type }) => type === "view").length,
      })),
      ["-events", "browser"],
    ),
    quality: sorted(
      [
        ...groupBy(
          real.filter(({ at }) => isIn(at)),
          ({ type }) => type,
        ),
      ].map(([type, group]) => {
        const delays = group.map(({ at, received_at }) => (received_at - at) / 1_000).sort((a, b) => a - b);
        return {
          type,
          visitors: people(group),
          events: group.length,
          // Whole seconds that the clock has passed, as ClickHouse counts them.
          late:
            100 *
            mean(
              group.map(({ at, received_at }) =>
                Number(Math.floor(received_at / 1_000) - Math.floor(at / 1_000) > 3_600),
              ),
            ),
          delay: delays[Math.floor(delays.length * 0.95)],
          redacted: 0,
        };
      }),
      ["type"],
    ),
  };
}

/** The same of what was counted beside the events, each sum once. */
export function answersToCounts(all: readonly Counted[], { from, to, tz }: Pick<Asked, "from" | "to" | "tz">) {
  const counts = all.filter(({ at }) => dayAt(at, tz) >= from && dayAt(at, tz) <= to);
  const total = (of: readonly Counted[]) => sum(of.map(({ events }) => events));
  const named = (name: Counted["name"]) => counts.filter((count) => count.name === name);
  const sent = total([...named("accepted"), ...named("refused"), ...named("dropped")]);
  return {
    refusals: sorted(
      [...groupBy(named("refused"), ({ reason }) => reason)].map(([reason, group]) => ({
        reason,
        events: total(group),
        share: (100 * total(group)) / total(named("refused")),
      })),
      ["-events", "reason"],
    ),
    redactions: sorted(
      [...groupBy(named("redacted"), ({ reason }) => reason)].map(([reason, group]) => {
        const [field, found] = reason.split(":");
        return { field, found, times: total(group) };
      }),
      ["-times", "field", "found"],
    ),
    intake:
      counts.length === 0
        ? []
        : (["accepted", "refused", "dropped", "quarantined"] as const).map((outcome) => ({
            outcome,
            events: total(named(outcome)),
            share: (100 * total(named(outcome))) / sent,
          })),
  } satisfies Record<string, Answer>;
}

/** No filter at all. */
export const everything = (): boolean => true;

function timeseries(
  { from, to, tz, interval }: Asked,
  visits: readonly Visit[],
  views: readonly Stored[],
  figures: (of: readonly Visit[]) => object,
): Answer {
  const stepOf = (at: number): string => {
    const day = dayAt(at, tz);
    if (interval === "hour") return hourAt(at, tz);
    if (interval === "week") return mondayOf(day);
    return interval === "day" ? day : `${day.slice(0, 7)}-01`;
  };
  const steps = [...new Set(hoursOf(from, to, tz).map(stepOf))];
  return steps.map((time) => {
    const begun = visits.filter(({ first }) => stepOf(first.at) === time);
    return { time, ...figures(begun), views: views.filter(({ at }) => stepOf(at) === time).length };
  });
}

function returning(
  { from, tz, lookback }: Asked,
  human: readonly Visit[],
  visits: readonly Visit[],
  figures: (of: readonly Visit[]) => object,
): Answer {
  const since = nextDay(from, -lookback);
  const before = human.filter(({ first }) => dayAt(first.at, tz) >= since && dayAt(first.at, tz) < from);
  const known = new Set(before.map(({ visitor }) => visitor));
  const groups = groupBy(visits, ({ visitor }) => (known.has(visitor) ? "returning" : "new"));
  return sorted(
    [...groups].map(([who, group]) => ({ who, ...figures(group) })),
    ["who"],
  );
}

function retention({ tz }: Asked, visits: readonly Visit[]): Answer {
  const weeksOf = [...groupBy(visits, ({ visitor }) => visitor).values()].map((its) =>
    [...new Set(its.map(({ first }) => mondayOf(dayAt(first.at, tz))))].sort(),
  );
  const rows = weeksOf.flatMap((weeks) =>
    weeks.map((week) => ({ week: weeks[0] ?? "", later: weeksBetween(weeks[0] ?? "", week) })),
  );
  const size = new Map([...groupBy(weeksOf, ([first = ""]) => first)].map(([week, cohort]) => [week, cohort.length]));
  return sorted(
    [...groupBy(rows, ({ week, later }) => `${week} ${later}`).values()].map((group) => {
      const [{ week, later }] = group as [{ week: string; later: number }];
      return { week, later, visitors: group.length, share: (100 * group.length) / (size.get(week) ?? 0) };
    }),
    ["week", "later"],
  );
}

function funnel(steps: readonly string[], events: readonly Stored[]): Answer {
  const namesOf = ({ type, path, kind, label, action, service }: Stored): string[] => {
    if (type === "view") return [path];
    if (type === "click") return [`click:${kind}`, `label:${label}`];
    return type === "service" ? [`${action === "view" ? "seen" : "chosen"}:${service}`] : [];
  };
  const walks = [...groupBy(events, ({ visitor, session }) => `${visitor} ${session}`).values()].map((its) => {
    let taken = 0;
    for (const event of its.toSorted(order)) if (namesOf(event).includes(steps[taken] ?? "\0")) taken++;
    return { visitor: its[0]?.visitor ?? "", taken };
  });
  // Who takes no step of them at all is not looked at.
  if (!events.some((event) => namesOf(event).some((name) => steps.includes(name)))) return [];
  const reached = steps.map((_, i) => walks.filter(({ taken }) => taken > i));
  return steps.map((name, i) => ({
    step: i + 1,
    name,
    visits: reached[i]?.length,
    visitors: new Set(reached[i]?.map(({ visitor }) => visitor)).size,
    share: percent(reached[i]?.length, reached[0]?.length),
    stayed: percent(reached[i]?.length, reached[Math.max(0, i - 1)]?.length),
  }));
}

function nextPages(views: readonly Stored[]): Answer {
  const steps = [...groupBy(views, ({ visitor, session }) => `${visitor} ${session}`).values()].flatMap((its) => {
    const trail = its.toSorted(order);
    return trail.map(({ path, visitor }, i) => ({ path, next: trail[i + 1]?.path ?? "", visitor }));
  });
  return sorted(
    [...groupBy(steps, ({ path, next }) => `${path}\n${next}`).values()].map((group) => {
      const [{ path, next }] = group as [(typeof steps)[number]];
      return { path, next, views: group.length, visitors: new Set(group.map(({ visitor }) => visitor)).size };
    }),
    ["-views", "path", "next"],
  );
}

const percent = (part = 0, whole = 0): number | undefined => (whole === 0 ? undefined : (100 * part) / whole);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;

/** In the order of the columns; `-` is the greatest first. Texts by their bytes, as ClickHouse has it. */
function sorted<T extends Record<string, unknown>>(rows: readonly T[], columns: readonly string[]): T[] {
  return rows.toSorted((a, b) => {
    for (const column of columns) {
      const name = column.replace("-", "");
      const difference = compare(a[name], b[name]);
      if (difference !== 0) return column.startsWith("-") ? -difference : difference;
    }
    return 0;
  });
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
