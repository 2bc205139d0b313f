import { readFileSync } from "node:fs";
import { request } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Batch, GrantAnswer } from "../../sdk/protocol.ts";
import { grantConsent, sendBatch, viewOf } from "./client.ts";
import { type Collector, startCollector, temporaryDir } from "./collector.ts";

/** Bad input over a real socket: each kind has its own clear answer, and the process goes on as if nothing had been. */
describe("bad input", () => {
  const dir = temporaryDir();
  let collector: Collector;
  let consent: GrantAnswer;
  beforeAll(async () => {
    collector = await startCollector({ dataDir: dir.path });
    consent = await grantConsent(collector.url);
  });
  afterAll(async () => {
    expect(await collector.stop()).toBe(0);
    dir.remove();
  });

  const post = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    fetch(`${collector.url}/v1/events`, { method: "POST", body: body as BodyInit, headers });
  const batch = (change: Record<string, unknown>) =>
    JSON.stringify({
      v: 1,
      site: "demo",
      session: "testsession",
      sent_at: 0,
      events: [viewOf("hostilepage")],
      ...change,
    });

  const errors: [string, () => Promise<Response>, number, string][] = [
    ["bad JSON", () => post("{"), 400, "bad-request"],
    ["no object", () => post("[]"), 400, "bad-request"],
    ["an empty body", () => post(""), 400, "bad-request"],
    ["a wrong version", () => post(batch({ v: 2 })), 400, "bad-request"],
    ["101 events", () => post(batch({ events: Array.from({ length: 101 }, () => ({})) })), 400, "bad-request"],
    ["an envelope of wrong types", () => post(batch({ session: 7 })), 400, "bad-request"],
    ["an unknown site", () => post(batch({ site: "elsewhere" })), 404, "unknown-site"],
    ["a foreign Origin", () => post(batch({}), { origin: "https://evil.example" }), 403, "foreign-origin"],
    ["a body of a declared length over the bound", () => post("x".repeat(70_000)), 413, "too-large"],
    [
      "another content type",
      () => post("a=b", { "content-type": "application/x-www-form-urlencoded" }),
      415,
      "unsupported-type",
    ],
    ["another encoding", () => post("x", { "content-encoding": "br" }), 415, "unsupported-encoding"],
    ["a gzip bomb", () => post(gzipSync(Buffer.alloc(50_000_000)), { "content-encoding": "gzip" }), 413, "too-large"],
    ["an unknown route", () => fetch(`${collector.url}/wp-login.php`), 404, "not-found"],
  ];
  it.each(errors)("%s", async (_, send, status, name) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({ type: `urn:razi:problem:${name}`, status });
  });

  it("a body over the bound that declares no length", async () => {
    const body = new Blob(["x".repeat(200_000)]).stream();
    const answer = await fetch(`${collector.url}/v1/events`, { method: "POST", body, duplex: "half" } as RequestInit);
    expect(answer.status).toBe(413);
  });

  it("an endless body is cut off, with the answer or without", async () => {
    const { status, sent } = await sendEndlessly(collector.url);
    expect([413, "reset"]).toContain(status);
    expect(sent).toBeLessThan(20_000_000);
    expect((await fetch(`${collector.url}/healthz`)).status).toBe(200);
  });

  const refused: [string, () => Partial<Batch> | Record<string, unknown>, Record<string, number>][] = [
    ["no token", () => ({ events: [viewOf("hostilepage")] }), { no_consent: 1 }],
    ["a forged token", () => ({ token: forge(consent.token), events: [viewOf("hostilepage")] }), { forged: 1 }],
    [
      "the receipt in place of the token",
      () => ({ token: consent.receipt, events: [viewOf("hostilepage")] }),
      { forged: 1 },
    ],
    [
      "an event of wrong types among good ones",
      () => ({
        token: consent.token,
        events: [viewOf("hostilepage"), { type: "view" }, { type: "nonsense" }] as never,
      }),
      { malformed: 2 },
    ],
    [
      "an event from before the grant",
      () => ({ token: consent.token, events: [{ ...viewOf("hostilepage"), at: 1 }] }),
      { before_grant: 1 },
    ],
  ];
  it.each(refused)("is refused and counted: %s", async (_, change, reasons) => {
    const answer = await sendBatch(collector.url, change());
    expect(answer.status).toBe(202);
    const body = (await answer.json()) as { accepted: number; refused: object };
    expect(body.refused).toEqual(reasons);
    const key = readFileSync(`${dir.path}/data/admin.key`, "utf8").trim();
    const metrics = await (
      await fetch(`${collector.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })
    ).text();
    for (const reason of Object.keys(reasons)) expect(metrics).toContain(`site="demo",reason="${reason}"`);
  });

  it("leaves memory as it was", async () => {
    const resident = () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${collector.pid}/status`, "utf8"))?.[1]) / 1_024;
    const bodies = ["{", "x".repeat(70_000), batch({ v: 2 }), batch({ token: "a.b.c" }), batch({ events: [{}] })];
    const round = async () => {
      for (let i = 0; i < 400; i++) await (await post(bodies[i % bodies.length] as string)).text();
    };
    await round();
    const before = resident();
    for (let i = 0; i < 5; i++) await round();
    // 2,000 refused requests, 28 MB of bodies: what is not collected yet is little, a leak of each would be more.
    expect(resident() - before).toBeLessThan(40);
  }, 60_000);
});

/** Another signature of the same length over the same claims. */
function forge(token: string): string {
  const [header, payload, signature = ""] = token.split(".");
  return [header, payload, [...signature].reverse().join("")].join(".");
}

function sendEndlessly(url: string): Promise<{ status: number | "reset"; sent: number }> {
  return new Promise((resolve) => {
    let sent = 0;
    let over = false;
    const sending = request(
      `${url}/v1/events`,
      { method: "POST", headers: { "transfer-encoding": "chunked" } },
      (answer) => {
        over = true;
        answer.resume();
        resolve({ status: answer.statusCode ?? 0, sent });
        sending.destroy();
      },
    );
    sending.on("error", () => {
      over = true;
      resolve({ status: "reset", sent });
    });
    const piece = Buffer.alloc(16_384, 120);
    const more = () => {
      while (!over && sent < 100_000_000) {
        sent += piece.length;
        if (!sending.write(piece)) return void sending.once("drain", more);
      }
    };
    more();
  });
}
