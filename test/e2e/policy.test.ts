import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { columns } from "../../collector/intake/columns.ts";
import type { GrantAnswer } from "../../sdk/protocol.ts";
import { ask, grantConsent, sendBatch, viewOf } from "./client.ts";
import { type Collector, demoSite, startCollector, temporaryDir, until, writeConfig } from "./collector.ts";

/** The policy of a running site changes: what earlier consents are worth, and whether their texts can still be read. */
describe("a policy over time", () => {
  const dir = temporaryDir();
  let collector: Collector | undefined;
  afterAll(async () => {
    await collector?.stop();
    dir.remove();
  });

  const { policy } = demoSite();
  const restart = async (change: object): Promise<Collector> => {
    await collector?.stop();
    const path = writeConfig(dir.path, {}, { policy: { ...policy, ...change } });
    collector = await startCollector({ dataDir: dir.path, env: { RAZI_CONFIG: path } });
    return collector;
  };
  const send = async ({ url }: Collector, token: string, page: string) =>
    (await sendBatch(url, { token, events: [viewOf(page)] })).json();
  const renew = ({ url }: Collector, receipt: string) =>
    fetch(`${url}/v1/consent/renew`, { method: "POST", body: JSON.stringify({ receipt }) });
  const noticeOf = async ({ url }: Collector, query: string) =>
    (await fetch(`${url}/v1/notice?site=demo&${query}`)).json();
  const accepted = { accepted: 1, refused: {} };
  let old: GrantAnswer;
  let shown: { hash: string; title: string };

  it("CN-5.2: a mended typo leaves consents valid, another purpose makes them stale until the visitor chooses again", async () => {
    const first = await restart({});
    old = await grantConsent(first.url);
    shown = (await noticeOf(first, "lang=en")) as typeof shown;
    expect(await send(first, old.token, "firstpage")).toEqual(accepted);

    const notices = { ...policy.notices, en: { ...policy.notices.en, title: "May we count your visit today?" } };
    const mended = await restart({ notices });
    expect(await send(mended, old.token, "mendedpage")).toEqual(accepted);

    const changed = await restart({ purposes: [...policy.purposes, "Selling the statistics"] });
    const stale = { accepted: 0, refused: { stale_policy: 1 } };
    expect(await send(changed, old.token, "stalepage")).toEqual(stale);
    // Going on changes nothing, however often.
    for (let i = 0; i < 5; i++) expect(await send(changed, old.token, "stalepage")).toEqual(stale);
    expect((await renew(changed, old.receipt)).status).toBe(403);
    const again = await grantConsent(changed.url);
    expect(again.consent_id).not.toBe(old.consent_id);
    expect(await send(changed, again.token, "againpage")).toEqual(accepted);
  }, 120_000);

  it("a grant to a text that is not in force any more is refused", async () => {
    const { url } = collector as Collector;
    const grant = {
      site: "demo",
      notice: shown.hash,
      lang: "en",
      blocks: { analytics: true },
      source: { ui: "test", action: "save" },
    };
    const answer = await fetch(`${url}/v1/consent`, { method: "POST", body: JSON.stringify(grant) });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ type: "urn:razi:problem:bad-consent" }),
    ]);
  });

  it("KG-6.1b: the texts that an old row rests on can still be read, here and in ClickHouse", async () => {
    const running = collector as Collector;
    const [row] = await until(
      () =>
        ask<{ notice: string; policy: string }>(
          running.clickhouseUrl,
          `SELECT c.notice AS notice, e.policy AS policy FROM razi.events AS e JOIN razi.consents AS c USING (site, policy)
            WHERE e.page = 'firstpage' AND c.consent_id = '${old.consent_id}'`,
        ),
      (found) => found.length === 1,
    );
    expect(row?.notice).toBe(shown.hash);
    expect(await noticeOf(running, `hash=${row?.notice}`)).toMatchObject({
      kind: "notice",
      body: { title: shown.title },
    });
    expect(await noticeOf(running, `hash=${row?.policy}`)).toMatchObject({
      kind: "policy",
      body: { purposes: policy.purposes },
    });
    expect(await noticeOf(running, "hash=unknown")).toMatchObject({ status: 404 });
    const texts = await until(
      () => ask<{ hash: string }>(running.clickhouseUrl, "SELECT hash FROM razi.texts FINAL"),
      (found) => found.length === readdirSync(join(dir.path, "data", "texts")).length,
    );
    expect(texts.map(({ hash }) => hash)).toEqual(expect.arrayContaining([row?.notice, row?.policy]));
  }, 90_000);

  it("KG-6.1c: who processes what, why, for how long, and who gets it can be read by anybody", async () => {
    const answer = await fetch(`${(collector as Collector).url}/v1/processing?site=demo`);
    expect(await answer.json()).toMatchObject({
      controller: policy.controller,
      jurisdiction: "AZ",
      purposes: [...policy.purposes, "Selling the statistics"],
      operations: policy.operations,
      recipients: policy.recipients,
      destinations: [{ name: "home", needs: [] }],
      data: columns.map(({ name }) => ({ name })),
      validity_months: 13,
      retention_days: 395,
    });
  });

  it.each(["login", "password", "username", "user_id", "email", "account"])(
    "CN-2.9: there is no field for %s",
    async (field) => {
      const { url } = collector as Collector;
      const { token } = await grantConsent(url);
      const event = { ...viewOf("loginpage"), [field]: "x" };
      const answer = await sendBatch(url, { token, events: [event] });
      expect(await answer.json()).toEqual({ accepted: 0, refused: { malformed: 1 } });
      expect((await sendBatch(url, { token, events: [viewOf("loginpage")], [field]: "x" } as never)).status).toBe(400);
    },
  );
});
