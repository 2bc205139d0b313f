/** An event as the table has it, with what reports look at. */
export interface Stored {
  readonly site: string;
  /** ms since 1970. */
  readonly at: number;
  readonly received_at: number;
  readonly type: "view" | "click" | "service" | "time";
  readonly page: string;
  readonly seq: number;
  readonly session: string;
  readonly visitor: string;
  readonly path: string;
  readonly referrer: string;
  readonly channel: string;
  readonly utm_source: string;
  readonly utm_medium: string;
  readonly utm_campaign: string;
  readonly kind: string;
  readonly label: string;
  readonly service: string;
  readonly action: string;
  readonly engaged_ms: number;
  readonly scroll: number;
  readonly lang: string;
  readonly viewport: number;
  readonly browser: string;
  readonly browser_major: number;
  readonly os: string;
  readonly device: string;
  readonly country: string;
  readonly bot: boolean;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Chance that comes again with its seed: https://github.com/cprosche/mulberry32 describes the generator. */
export function chance(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return {
    next,
    below,
    is: (probability: number): boolean => next() < probability,
    /** Earlier ones more often. */
    one: <T>(list: readonly T[]): T => list[Math.min(below(list.length), below(list.length))] as T,
    id: (): string => Array.from({ length: 12 }, () => "0123456789abcdefghijklmnopqrstuvwxyz"[below(36)]).join(""),
    uuid: (): string =>
      "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replaceAll("x", () => "0123456789abcdef"[below(16)] as string),
  };
}

export type Chance = ReturnType<typeof chance>;

const paths = ["/", "/plans", "/devices/:id", "/xidmətlər", "/privacy", "/a'b", "/it\\s", "/{{filters}}", "=1+1"];
const referrers = [
  ["direct", ""],
  ["search", "google.com"],
  ["social", "t.me"],
  ["referral", "blog.example"],
  ["internal", "/plans"],
] as const;
const kinds = ["phone", "button", "email", "link", "whatsapp", "map"];
const labels = ["header-call", "", "buy", "footer"];
const services = ["fiber-100", "tv-box", "sim"];

/**
 * What visitors did on a site around some moments (a midnight, a change of the clock) and in days beside them: visits that
 * pass those moments, with pauses of less than half an hour, some of them machines, some without a view, some whose last
 * report of time comes hours later.
 */
export function worldOf(site: string, moments: readonly number[], random: Chance): Stored[] {
  const events: Stored[] = [];
  for (let person = 0; person < 14; person++) {
    const visitor = random.uuid();
    let free = Math.min(...moments) - 3 * dayMs;
    for (let n = 1 + random.below(7); n > 0; n--) {
      const near =
        random.one(moments) +
        (random.is(0.6) ? (random.next() - 0.6) * 40 * minuteMs : (random.next() - 0.5) * 6 * dayMs);
      // A visit begins half an hour after the one before it at least.
      const start = Math.max(Math.round(near), free);
      const visit = visitOf(site, visitor, start, random);
      free = Math.max(...visit.filter(({ type }) => type !== "time").map(({ at }) => at)) + 31 * minuteMs;
      events.push(...visit);
    }
  }
  return events;
}

function visitOf(site: string, visitor: string, start: number, random: Chance): Stored[] {
  const [channel, referrer] = random.one(referrers);
  const isCampaign = random.is(0.2);
  const bot = random.is(0.08);
  const browser = random.one(["Chrome", "Safari", "Firefox"]);
  const shared = {
    ...blank,
    site,
    visitor,
    session: random.id(),
    browser,
    browser_major: 140 + random.below(2),
    os: random.one(["Android", "Windows", "iOS"]),
    device: random.one(["phone", "desktop", "tablet"]),
    bot,
  };
  let country = random.one(["AZ", "TR", ""]);
  const events: Stored[] = [];
  let at = start;
  const add = (event: Partial<Stored>) => {
    const delay = random.is(0.1) ? random.below(40) * hourMs : random.below(5_000);
    events.push({ ...shared, country, at, received_at: at + delay, ...event } as Stored);
  };
  const pages = random.is(0.08) ? 0 : 1 + random.below(4);
  for (let n = 0; n < Math.max(1, pages); n++) {
    const page = random.id();
    const began = at;
    let seq = 0;
    if (pages > 0)
      add({
        type: "view",
        page,
        seq: seq++,
        path: random.one(paths),
        referrer: n === 0 ? referrer : "/plans",
        channel: n === 0 ? (isCampaign ? "campaign" : channel) : "internal",
        ...(n === 0 &&
          isCampaign && {
            utm_source: "news",
            utm_medium: random.one(["mail", ""]),
            utm_campaign: random.one(["spring", "eid"]),
          }),
        lang: random.one(["az-AZ", "en-US", ""]),
        viewport: 400 + 800 * random.below(2),
      });
    for (let more = random.below(4) + (pages === 0 ? 1 : 0); more > 0; more--) {
      // Two things in one millisecond are told apart by their page and number.
      at += random.is(0.1) ? 0 : random.below(28 * minuteMs);
      const kind = pages === 0 ? 0 : random.below(3);
      if (kind === 0) add({ type: "click", page, seq: seq++, kind: random.one(kinds), label: random.one(labels) });
      if (kind === 1)
        add({
          type: "service",
          page,
          seq: seq++,
          service: random.one(services),
          action: random.one(["view", "choose"]),
        });
      if (kind === 2)
        add({ type: "time", page, seq: seq++, engaged_ms: random.below(15_000), scroll: random.below(101) });
    }
    // A machine slept with the page open.
    if (random.is(0.05))
      add({ type: "time", page, seq: seq++, at: at + random.below(20) * hourMs, engaged_ms: 700, scroll: 10 });
    // The next page may begin in the millisecond of the last click, and not in that in which this page began.
    at += random.is(0.1) && at > began ? 0 : 1 + random.below(10 * minuteMs);
    if (random.is(0.05)) country = "DE";
  }
  // Time does not go on with a pause of half an hour and more between two things that a visitor does.
  return within(events);
}

/** Ends where a pause is too long for one visit. */
function within(events: Stored[]): Stored[] {
  const acts = events.filter(({ type }) => type !== "time").sort((a, b) => a.at - b.at);
  const cut = acts.findIndex(({ at }, i) => i > 0 && at - (acts[i - 1] as Stored).at >= 30 * minuteMs);
  const end = cut === -1 ? Number.POSITIVE_INFINITY : (acts[cut] as Stored).at;
  const kept = new Set(events.filter(({ at, type }) => type !== "time" && at < end).map(({ page }) => page));
  return events.filter(({ at, type, page }) => (type === "time" ? kept.has(page) : at < end));
}

const blank = {
  path: "",
  referrer: "",
  channel: "",
  utm_source: "",
  utm_medium: "",
  utm_campaign: "",
  kind: "",
  label: "",
  service: "",
  action: "",
  engaged_ms: 0,
  scroll: 0,
  lang: "",
  viewport: 0,
};

/** A row as the table takes it. */
export const rowOf = (event: Stored) => ({
  ...event,
  route: "",
  title: "",
  ip_prefix: "",
  consent_id: event.visitor,
  blocks: ["analytics", "processing"],
  policy: "p",
  sdk: "razi/0.1.0",
  erase_after: 4_102_444_800,
});

/** A sum of what a collector counted in a minute. */
export interface Counted {
  readonly site: string;
  readonly name: "accepted" | "refused" | "redacted" | "dropped" | "quarantined";
  /** ms since 1970. */
  readonly at: number;
  readonly reason: string;
  readonly collector: string;
  readonly events: number;
}

const counted: readonly (readonly [Counted["name"], string])[] = [
  ["accepted", ""],
  ["refused", "no_consent"],
  ["refused", "expired"],
  ["refused", "forged"],
  ["redacted", "label:email"],
  ["redacted", "url:email"],
  ["redacted", "url:phone"],
  ["dropped", ""],
  ["quarantined", "home"],
];

/** What two collectors counted in minutes around some moments, most of them in the hour before and after one. */
export function countsOf(site: string, moments: readonly number[], random: Chance): Counted[] {
  const minutes = Array.from({ length: 60 }, () => {
    const spread = random.is(0.6) ? hourMs : 4 * dayMs;
    return Math.floor((random.one(moments) + (random.next() - 0.5) * 2 * spread) / minuteMs) * minuteMs;
  });
  return [...new Set(minutes)].flatMap((at) =>
    ["c1", "c2"].flatMap((collector) =>
      counted
        .filter(() => random.is(0.5))
        .map(([name, reason]) => ({ site, name, at, reason, collector, events: 1 + random.below(9) })),
    ),
  );
}
