import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { anApp } from "../build/app.ts";
import { aPolicyText, aSite } from "../build/site.ts";

const ask = (headers: Record<string, string> = {}, site = aSite()) =>
  anApp({ sites: [site] }).request(`/s/${site.id}/razi.js`, { headers });

/** The site's part, which stands before the code. */
const sitePart = (script: string) => /^{const RAZI_SITE=(.*);\n/.exec(script)?.[1] ?? "";

describe("GET /s/<site>/razi.js", () => {
  it("is a script for any page", async () => {
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=300",
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
      "x-content-type-options": "nosniff",
      vary: "accept-encoding",
    });
  });

  it("holds the site's notices with their hashes, and the words of their languages", async () => {
    const site = aSite();
    const held = JSON.parse(sitePart(await (await ask({}, site)).text()));
    expect(held).toMatchObject({ site: "shop", needs: ["analytics", "processing"] });
    const notices = [...site.policy.noticeByLang.values()];
    expect(held.notices).toEqual(notices.map((notice) => ({ ...notice, words: expect.anything() })));
    expect(held.notices.map((notice: { words: { save: string } }) => notice.words.save)).toEqual([
      "Save choice",
      "Seçimi saxla",
    ]);
  });

  it("is one script whatever the texts say", async () => {
    const title = '</script><script>alert("x")</script> \u2028 \u2029 ` \\ \' <!--';
    const notices = { en: { title, text: title, blocks: aPolicyText().notices.en?.blocks ?? {} } };
    const script = await (await ask({}, aSite({ policy: { notices } }))).text();
    expect(sitePart(script)).not.toMatch(/[<\u2028\u2029]/);
    expect(JSON.parse(sitePart(script)).notices[0]).toMatchObject({ title, text: title });
  });

  it.each([
    ["br", "gzip, deflate, br, zstd", brotliDecompressSync],
    ["gzip", "gzip, deflate", gunzipSync],
    [null, "", (bytes: Uint8Array) => bytes],
    [null, "br;q=0", (bytes: Uint8Array) => bytes],
  ] as const)("is packed as %s for who accepts %j", async (encoding, accepted, unpack) => {
    const answer = await ask({ "accept-encoding": accepted });
    expect(answer.headers.get("content-encoding")).toBe(encoding);
    const text = Buffer.from(unpack(new Uint8Array(await answer.arrayBuffer()))).toString();
    expect(text).toBe(await (await ask()).text());
  });

  it("is not sent twice, and changes with the notice", async () => {
    const etag = (await ask()).headers.get("etag") ?? "";
    const again = await ask({ "if-none-match": etag });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const other = await ask({ "if-none-match": etag }, aSite({ policy: { version: "2027", purposes: ["More"] } }));
    expect(other.status).toBe(200);
  });

  it("is not there for a site that is not", async () => {
    const answer = await anApp().request("/s/other/razi.js");
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ type: "urn:razi:problem:unknown-site" });
  });
});
