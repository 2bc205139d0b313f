import { describe, expect, it } from "vitest";
import { createLimiter } from "../../collector/http/limiter.ts";
import { anApp } from "../build/app.ts";
import { noon } from "../build/batch.ts";
import { aSite } from "../build/site.ts";

describe("a limiter", () => {
  it("lets so many through at once, then one whenever a share of the minute has passed", () => {
    const limiter = createLimiter(6);
    const tries = (now: number, count: number) => Array.from({ length: count }, () => limiter.waitMs("a", now) === 0);
    expect(tries(noon, 8)).toEqual([true, true, true, true, true, true, false, false]);
    expect(limiter.waitMs("a", noon)).toBe(10_000);
    expect(tries(noon + 10_000, 2)).toEqual([true, false]);
    expect(tries(noon + 10 * 60_000, 7)).toEqual([true, true, true, true, true, true, false]);
  });

  it("keeps keys apart", () => {
    const limiter = createLimiter(1);
    expect([limiter.waitMs("a", noon), limiter.waitMs("b", noon)]).toEqual([0, 0]);
  });
});

describe("CN-1.6.4: grants", () => {
  const site = aSite();
  const grant = {
    site: site.id,
    notice: site.policy.noticeByLang.get("en")?.hash,
    lang: "en",
    blocks: { analytics: true },
    source: { ui: "test", action: "save" },
  };

  it("are limited by address, with a word on when to come back", async () => {
    const app = anApp({ sites: [site], grantsPerMinute: 2 });
    const give = (peer: string) => app.post("/v1/consent", grant, {}, peer);
    expect([(await give("8.8.4.4")).status, (await give("8.8.4.4")).status]).toEqual([201, 201]);
    const late = await give("8.8.4.4");
    expect([late.status, late.headers.get("retry-after")]).toEqual([429, "30"]);
    expect((await give("::ffff:8.8.4.4")).status).toBe(429);
    expect((await give("9.9.9.9")).status).toBe(201);
    expect(app.appended).toHaveLength(3);
  });
});
