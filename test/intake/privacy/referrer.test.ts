import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readReferrer } from "../../../collector/intake/privacy/referrer.ts";
import { someRules } from "../../build/site.ts";

const site = someRules({ sensitive: ["/account/*"], routes: ["/devices/:device"], query: ["tab"] });
const read = (text?: string) => readReferrer(text, site, {});

describe("of another site the host is kept, and what sort of site it is", () => {
  it.each([
    ["https://www.google.com/search?q=ayten", "www.google.com", "search"],
    ["https://WWW.Google.AZ./", "www.google.az", "search"],
    ["https://yandex.ru:443/search/?text=ayten", "yandex.ru", "search"],
    ["http://user:secret@News.Example:8080/a/b#c", "news.example", "referral"],
    ["https://bücher.example/", "xn--bcher-kva.example", "referral"],
    ["https://XN--BCHER-KVA.example/", "xn--bcher-kva.example", "referral"],
    ["https://l.facebook.com/l.php?u=x", "l.facebook.com", "social"],
    ["https://d1a2b3c4e5f6g7.cloudfront.net/", "cloudfront.net", "referral"],
    ["https://a.k3j4h5k2j3h4.b.example.com/", "b.example.com", "referral"],
    ["https://163.com/", "163.com", "referral"],
    ["https://shop.example.evil.example/tv", "shop.example.evil.example", "referral"],
    ["android-app://com.google.android.googlequicksearchbox/", "com.google.android.googlequicksearchbox", "search"],
    ["android-app://org.telegram.messenger", "org.telegram.messenger", "social"],
    ["android-app://com.google.android.gm/", "com.google.android.gm", "referral"],
  ])("%s → %s, %s", (text, referrer, origin) => {
    expect(read(text)).toEqual({ referrer, origin });
  });
});

describe("of the site itself the path is kept, as its own page view has it", () => {
  it.each([
    ["https://shop.example/", "/"],
    ["https://shop.example/orders/12?q=ayten#x", "/orders/:id"],
    ["http://SHOP.example:3000/tv?tab=hd", "/tv?tab=hd"],
    ["https://shop.example/devices/tv-55", "/devices/tv-55"],
    ["https://shop.example/account/orders", ""],
    ["https://shop.example/%41CCOUNT;a=b", ""],
  ])("%s → %j", (text, referrer) => {
    expect(read(text)).toEqual({ referrer, origin: "internal" });
  });
});

it.each([
  "http://192.0.2.7/x",
  "http://[2001:db8::1]/",
  "http://0x7f.1/",
  "http://localhost:3000/",
  "http://intranet/",
  "http://ayten-pc.local/",
  "http://wiki.corp.internal/",
])("a machine in somebody's network is a referral without a name: %s", (text) => {
  expect(read(text)).toEqual({ referrer: "", origin: "referral" });
});

it.each([
  undefined,
  "",
  "about:client",
  "file:///home/ayten/x.html",
  "android-app://",
  "android-app://ayten@example.com/",
  "ios-app://544007664/x",
  "rubbish",
  "https://a b/",
  "https://exam\nple.com/",
])("%j is no referrer", (text) => {
  expect(read(text)).toEqual({ referrer: "", origin: "direct" });
});

it("whatever it is, what is kept is bounded and holds neither query nor userinfo", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "binary", maxLength: 400 }), fc.webUrl({ withQueryParameters: true })),
      (text) => {
        const { referrer, origin } = read(text);
        expect(referrer.length).toBeLessThanOrEqual(900);
        expect(["direct", "internal", "search", "social", "referral"]).toContain(origin);
        if (origin !== "internal") expect(referrer).toMatch(/^[\w.-]*$/);
      },
    ),
  );
});

it("what is found without the parser is what the parser says", () => {
  const host = fc.constantFrom(
    ...[
      "shop.example",
      "news.example",
      "www.google.com",
      "a.k3j4h5k2j3h4.b.example.com",
      "pc.local",
      "1.2.3.4",
      "a.0x7f",
    ],
    ...[
      "xn--a.example",
      "xn--bcher-kva.example",
      "-a-.example",
      "NEWS.example",
      "news.example.",
      "news.example:80",
      "a..b",
    ],
  );
  const rest = fc.array(fc.constantFrom("/", "tv", "..", "%2e", "#x", "?q=ayten", "\\", "\t", " ", "ə", "12345"), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(host, rest, (where, pieces) => {
      const text = `//${where}/${pieces.join("")}`;
      const first = read(`https:${text}`);
      // The scheme in capitals needs the parser.
      expect([read(`https:${text}`), read(`HTTPS:${text}`)]).toEqual([first, first]);
    }),
    { numRuns: 3_000 },
  );
});
