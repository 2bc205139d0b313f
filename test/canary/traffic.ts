import { request } from "node:http";
import type { Browser } from "playwright-core";
import type { GrantAnswer } from "../../sdk/protocol.ts";
import type { Markers } from "./markers.ts";

type Answer = { readonly status: number; readonly body: string };

/** A request by hand with every header that a browser or an attacker could add. The connection ends with it. */
function send(
  url: string,
  markers: Markers,
  method: string,
  body?: string,
  address = markers.address,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method,
        agent: false,
        headers: {
          "content-type": "text/plain",
          "x-forwarded-for": `10.9.8.7, ${address}`,
          "user-agent": `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0.0.0 ${markers.userAgent}/5.1`,
          cookie: `account=${markers.cookie}`,
          "x-account": markers.header,
          "accept-language": markers.language,
          "sec-ch-ua-full-version-list": `"${markers.userAgent}";v="1"`,
          "sec-ch-ua-model": `"${markers.userAgent}"`,
        },
      },
      (answer) => {
        let text = "";
        answer.on("data", (chunk) => (text += chunk));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text }));
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Says which answers came, and the secrets that were handed out. */
export async function sendByHand(
  url: string,
  site: string,
  markers: Markers,
): Promise<{ answers: string[]; secrets: string[] }> {
  const notice = JSON.parse((await send(`${url}/v1/notice?site=demo&lang=en`, markers, "GET")).body) as {
    hash: string;
  };
  const blocks = { analytics: true, processing: true, marketing: true, cross_border: true };
  const source = { ui: "canary", action: "accept-all" };
  const granted = JSON.stringify({ site: "demo", notice: notice.hash, lang: "en", blocks, source });
  const given = JSON.parse((await send(`${url}/v1/consent`, markers, "POST", granted)).body) as GrantAnswer;

  const page = (n: number) => `canarypage${n}`;
  const base = (n: number) => ({ page: page(n), at: Date.now() });
  const events = [
    {
      type: "view",
      ...base(1),
      seq: 0,
      url: `${site}/people/${markers.pathEmail}/${markers.pathId}?name=${markers.query}&gclid=${markers.adClick}&utm_source=mail&utm_campaign=${encodeURIComponent(markers.campaign)}#${markers.fragment}`,
      ref: `https://${markers.referrerUser}:x@news.example/${markers.referrerPath}?q=${markers.query}`,
      title: `Orders of ${markers.title}`,
      lang: markers.language,
      vw: 1284,
    },
    { type: "click", ...base(1), seq: 1, kind: "phone", label: `call ${markers.labelPhone}` },
    { type: "click", ...base(1), seq: 2, kind: "email", label: encodeURIComponent(`write to ${markers.labelEmail}`) },
    { type: "service", ...base(1), seq: 3, key: `paid ${markers.serviceCard}`, action: "choose" },
    { type: "service", ...base(1), seq: 4, key: markers.stored, action: "view" },
    { type: "view", ...base(2), seq: 0, url: `${site}/search?q=${markers.typed}` },
    { type: "view", ...base(3), seq: 0, url: `${site}/account/${markers.sensitive}` },
    { type: "view", ...base(4), seq: 0, url: `${site}/x`, [markers.unknownField]: markers.unknownField },
    { type: markers.garbage, ...base(5), seq: 0 },
  ];
  const batch = { v: 1, site: "demo", token: given.token, session: "canarysession", sent_at: Date.now(), events };
  const whole = JSON.stringify(batch);
  const events1 = `${url}/v1/events`;
  const answers = [
    await send(events1, markers, "POST", whole),
    await send(events1, markers, "POST", whole, markers.address6),
    // What is wrong, in each way that has an answer of its own.
    await send(events1, markers, "POST", `{"v":1,"site":"${markers.garbage}`),
    await send(events1, markers, "POST", JSON.stringify({ ...batch, site: markers.garbage })),
    await send(events1, markers, "POST", JSON.stringify({ ...batch, [markers.unknownField]: markers.garbage })),
    await send(events1, markers, "POST", JSON.stringify({ ...batch, token: `${given.token}${markers.garbage}` })),
    await send(events1, markers, "POST", JSON.stringify({ ...batch, token: undefined })),
    await send(events1, markers, "POST", whole.padEnd(80_000, markers.garbage)),
    await send(`${url}/${markers.garbage}?q=${markers.query}`, markers, "GET"),
    await send(`${url}/v1/notice?site=${markers.garbage}&lang=${markers.language}`, markers, "GET"),
    await send(`${url}/v1/consent`, markers, "POST", granted.replace("accept-all", markers.garbage)),
    await send(`${url}/v1/consent/renew`, markers, "POST", JSON.stringify({ receipt: markers.garbage })),
    await send(`${url}/v1/consent/withdraw`, markers, "POST", JSON.stringify({ receipt: markers.garbage })),
  ];
  return {
    answers: answers.map(({ status, body }) => `${status} ${body}`),
    secrets: [given.token, given.receipt].map((secret) => secret.split(".")[2] ?? ""),
  };
}

/** A visitor who agrees to everything and types into what there is. */
export async function browse(browser: Browser, site: string, markers: Markers): Promise<string[]> {
  const context = await browser.newContext();
  await context.addCookies([{ name: "account", value: markers.cookie, url: site }]);
  const page = await context.newPage();
  await page.goto(
    `${site}/search?q=${markers.typed}&mail=${encodeURIComponent(markers.pathEmail)}#${markers.fragment}`,
  );
  await page.getByRole("button", { name: "Accept all" }).click();
  await page.getByRole("button", { name: "Accept all" }).waitFor({ state: "hidden" });
  await page.locator("input:not([type=checkbox])").first().fill(markers.typed);
  await Promise.all([page.waitForEvent("framenavigated"), page.keyboard.press("Enter")]);
  await page.waitForLoadState();
  await page.evaluate((title) => {
    document.title = title;
  }, markers.title);
  await page.goto(`${site}/contacts?name=${markers.query}`);
  await page.waitForTimeout(300);
  const secrets = await page.evaluate(() => {
    const { token, receipt } = JSON.parse(localStorage["razi:demo"]) as Record<string, string>;
    return [token, receipt].map((secret) => secret?.split(".")[2] ?? "");
  });
  await context.close();
  return secrets;
}
