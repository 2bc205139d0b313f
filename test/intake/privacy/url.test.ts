import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPage } from "../../../collector/intake/privacy/url.ts";
import type { UrlRules } from "../../../collector/intake/site.ts";
import { someRules } from "../../build/site.ts";

const origin = "https://shop.example";

interface Given {
  query?: string[];
  routes?: string[];
  sensitive?: string[];
  hash?: boolean;
}

function read(url: string, { hash = false, ...rules }: Given = {}, hint?: string) {
  const { urls } = someRules(rules);
  return readPage(url.startsWith("/") ? origin + url : url, { ...urls, hash }, {}, hint);
}

function pathOf(url: string, rules?: Given, hint?: string): string {
  const page = read(url, rules, hint);
  if (page === undefined || page === "sensitive") throw new Error(`no page: ${page}`);
  return page.path;
}

describe("segments that look like identifiers become :id", () => {
  it.each([
    ["/", "/"],
    ["/tv", "/tv"],
    ["/tv/", "/tv"],
    ["//tv//hd", "/tv/hd"],
    ["/products/12", "/products/:id"],
    ["/orders/78451233/items/2", "/orders/:id/items/:id"],
    ["/user/ayten%40example.com", "/user/:id"],
    ["/user/ayten%252540example.com/settings", "/user/:id/settings"],
    ["/2026", "/2026"],
    ["/2026/11", "/2026/11"],
    ["/blog/2026/11/22/yeni-tarif", "/blog/2026/11/22/yeni-tarif"],
    ["/blog/2026/13", "/blog/2026/:id"],
    ["/born/1999/3/12", "/born/:id/:id/:id"],
    ["/11/22", "/:id/:id"],
    ["/tv;jsessionid=A1B2C3/hd;v=2", "/tv/hd"],
    ["/tv%3Bjsessionid=A1B2C3/hd", "/tv/hd"],
    ["/;a=b/tv", "/tv"],
    ["/filter/diagnosis/flu", "/filter/diagnosis/:id"],
    ["/filter/Sağlamlıq/diabet", "/filter/Sağlamlıq/:id"],
    ["/forum/%D1%80%D0%B5%D0%BB%D0%B8%D0%B3%D0%B8%D1%8F/islam", "/forum/религия/:id"],
    ["/user/tani/kanser", "/user/tani/:id"],
    ["/%D1%82%D0%B0%D1%80%D0%B8%D1%84%D1%8B/%D1%82%D0%B2", "/тарифы/тв"],
    ["/m%C3%BC%C5%9Ft%C9%99ri/xidm%C9%99tl%C9%99r", "/müştəri/xidmətlər"],
    ["/a%5Cb", "/a/b"],
    ["/tv%3Fname=ayten", "/tv"],
    ["/a%2F12%2Fb", "/a/:id/b"],
    ["/%E2%80%8B12", "/:id"],
    ["/xidm%C9%99tl%C9%99r", "/xidmətlər"],
    ["/xidmətlər/fərdi", "/xidmətlər/fərdi"],
    ["/%E0%A4%A/x", "/%E0%A4%A/x"],
    ["/a/../b/./c", "/b/c"],
  ])("%s is kept as %s", (url, path) => {
    expect(pathOf(url)).toBe(path);
  });
});

describe("a template of the site", () => {
  const routes = ["/devices/:device", "/help/*", "/"];

  it.each([
    ["names the kind of page and keeps its parameter readable", "/devices/12", "/devices/12", "/devices/:device"],
    ["still hides a number that reaches a person", "/devices/0501234567", "/devices/[phone]", "/devices/:device"],
    ["still hides an address", "/devices/a@example.com", "/devices/[email]", "/devices/:device"],
    ["with * stands for all that follows, and declares none of it", "/help/tv/12", "/help/tv/:id", "/help/*"],
    ["of the front page", "/?a=1", "/", "/"],
    ["that fits nothing leaves the path", "/devices/12/3", "/devices/:id/:id", "/devices/:id/:id"],
  ])("%s", (_, url, path, route) => {
    expect(read(url, { routes })).toMatchObject({ path, route });
  });
});

describe("the kind of a page that no template names", () => {
  it.each([
    ["/tv/sport", "/tv/sport"],
    ["/blog/2026/11/22/yeni-tarif", "/blog/:date/yeni-tarif"],
    ["/blog/2026-11-22-yeni-tarif", "/blog/:date"],
    ["/blog/hansi-internet-tarifi-size-uygundur", "/blog/:slug"],
    ["/a/b/c/d/e/f/g/h", "/a/b/c/d/e/f/*"],
    ["/orders/12?tab=1", "/orders/:id"],
  ])("%s is %s", (url, route) => {
    expect(read(url, { query: ["tab"] })).toMatchObject({ route });
  });
});

describe("a route that the page tells", () => {
  const hidden = { path: "/products/:sku/reviews", route: "/products/:sku/reviews" };

  it.each([
    ["replaces the values in the path", "/products/tv-55/reviews", "/products/:sku/reviews", hidden],
    [
      "with * keeps the filtered rest",
      "/u/ayten/orders/12",
      "/u/:name/*",
      { path: "/u/:name/orders/:id", route: "/u/:name/*" },
    ],
    ["is ignored where it is no template", "/tv", "tv", { path: "/tv", route: "/tv" }],
    ["is ignored where it does not fit the path", "/tv/hd", "/tv/:a/:b", { path: "/tv/hd", route: "/tv/hd" }],
    [
      "is ignored where it spells out what the filter hides",
      "/p/12/x",
      "/p/12/:x",
      { path: "/p/:id/x", route: "/p/:id/x" },
    ],
    ["is ignored where it spells a person out", "/u/a@example.com", "/u/a@example.com", { path: "/u/:id" }],
    ["is ignored where a name of it could be an identifier", "/u/x", "/u/:k3j4h5k2j3", { path: "/u/x", route: "/u/x" }],
    ["is ignored where it has spaces", "/u/x", "/u/:a b", { path: "/u/x" }],
    ["is ignored where it is too long", "/u/x", `/u/:${"a".repeat(200)}`, { path: "/u/x" }],
  ])("%s", (_, url, hint, expected) => {
    expect(read(url, {}, hint)).toMatchObject(expected);
  });

  it("gives way to a template of the site", () => {
    expect(read("/products/tv-55", { routes: ["/products/:p"] }, "/products/:sku")).toMatchObject({
      path: "/products/tv-55",
      route: "/products/:p",
    });
  });
});

describe("a fragment", () => {
  it("is dropped, whatever it holds, unless the site routes by it", () => {
    for (const fragment of ["#top", "#/cart/12", "#!/cart", "#ayten@example.com"])
      expect(pathOf(`/tv${fragment}`)).toBe("/tv");
  });

  it.each([
    ["/#/cart/12", "/#/cart/:id"],
    ["/app/#!/cart/", "/app/#/cart"],
    ["/#!cart", "/#/cart"],
    ["/#/cart?name=ayten#x", "/#/cart"],
    ["/#top", "/"],
    ["/#", "/"],
  ])("that is a route of the site: %s is kept as %s", (url, path) => {
    expect(pathOf(url, { hash: true })).toBe(path);
  });

  it("fits the templates of the site as it is kept", () => {
    expect(read("/#/devices/12", { hash: true, routes: ["/#/devices/:device"] })).toMatchObject({
      path: "/#/devices/12",
      route: "/#/devices/:device",
    });
  });
});

describe("CN-1.8, KG-2.2: a sensitive page yields nothing", () => {
  const sensitive = ["/account/*", "/health/:topic"];

  it.each([
    "/account#top",
    "/ACCOUNT/settings",
    "/Account",
    "/AccOunT/",
    "/account/.",
    "/account/..//account/x",
    "/account/%2e",
    "/x/%2e%2e/account/1",
    "/x/%252e%252e/account/1",
    "/x%2F..%2Faccount/1",
    "/account;jsessionid=1",
    "/account;a=b/settings",
    "/;a=b/account",
    "/account%3Bjsessionid=1/settings",
    "/account%253Ba=b",
    "/account%20/settings",
    "/account./settings",
    "/account.",
    "/account.json",
    "/account.html",
    "/account%00/settings",
    "/account%3Ftab=1",
    "/account%23x",
    "/%5Caccount",
    "/account%5Csettings",
    "/account\\settings",
    "/%EF%BC%8Faccount",
    "/\uff41\uff43\uff43\uff4f\uff55\uff4e\uff54",
    "/%25252561ccount/settings",
    "/%252525252561ccount/settings",
    "/%26%2397;ccount/settings",
    "/acc%C3%B6unt/",
    "/acco%E2%80%8Bunt",
    "/#/account/settings",
    "/#!/account/settings",
    "/#!account",
    "/#/ACCOUNT;x=1/settings?y=1",
    "/#%2Faccount%2Fsettings",
    "/app/#//account",
    "/tv#/x/../account/1",
    "//ayten:secret@shop.example:444/account",
    "/health/Diabetes/",
    "/health/diabetes/index.html",
    "/account",
    "/account/",
    "/account/settings",
    "/account/a/b?c=d#e",
    "//account//x",
    "/x/../account/1",
    "/%61ccount/settings",
    "/%2561ccount/settings",
    "/account%2Fsettings",
    "/account%252Fsettings",
    "/acco%C2%ADunt/settings",
    "/health/diabetes",
  ])("%s", (url) => {
    expect(read(url.startsWith("//ayten") ? `https:${url}` : url, { sensitive })).toBe("sensitive");
    expect(read(url.startsWith("//ayten") ? `https:${url}` : url, { sensitive, hash: true })).toBe("sensitive");
  });

  it("however its template is written", () => {
    expect(read("/%C5%9E%C6%8FXS%C4%B0-KAB%C4%B0NET/x", { sensitive: ["/şəxsi-kabinet/*"] })).toBe("sensitive");
    expect(read("/saxsi-kabinet/x", { sensitive: ["/Saxsi-Kabinet.html/*"] })).not.toBe("sensitive");
    expect(read("/account", { sensitive: ["/Account.php"] })).toBe("sensitive");
    expect(read("/#/account", { sensitive: ["/#/account"], hash: true })).toBe("sensitive");
  });

  it.each(["/", "/accounts", "/health", "/health/a/b", "/my/account"])("%s is none", (url) => {
    expect(read(url, { sensitive })).not.toBe("sensitive");
  });
});

describe("of the rest of an address", () => {
  it("only the query keys of the allow-list are kept, sorted and cleaned", () => {
    const query = ["tab", "sort"];
    expect(pathOf("/tv?utm_source=x&tab=hd&token=secret&sort=price&gclid=1", { query })).toBe("/tv?sort=price&tab=hd");
    expect(pathOf("/tv?tab=a%40example.com", { query })).toBe("/tv?tab=[email]");
    expect(pathOf("/tv?tab=1&tab=0501234567", { query })).toBe("/tv?tab=1");
    expect(pathOf("/tv?Tab=hd", { query })).toBe("/tv");
  });

  it("no query is kept without an allow-list, and never userinfo, port or fragment", () => {
    expect(pathOf("https://ayten:secret@shop.example:8443/tv?q=ayten#/account/ayten")).toBe("/tv");
  });

  it("the campaign is read apart from the path, and cleaned", () => {
    expect(read("/?utm_source=News%2Bletter&utm_medium=ayten@example.com&utm_campaign=yay")).toMatchObject({
      path: "/",
      campaign: { source: "News+letter", medium: "[email]", name: "yay" },
    });
  });

  it("a value cannot pass for another key", () => {
    expect(pathOf("/tv?tab=a%26sort%3Db%23c", { query: ["tab"] })).toBe("/tv?tab=a%26sort=b%23c");
  });

  it("long paths are cut to a bound between their segments, and long values too", () => {
    const path = pathOf(`/${"abcdefghijk/".repeat(60)}?tab=${"x".repeat(800)}`, { query: ["tab"] });
    expect(path.split("?").map((part) => part.length)).toEqual([504, "tab=".length + 100]);
    expect(pathOf(`/${"1234567/".repeat(60)}`)).toMatch(/^(?:\/:id)+$/);
  });

  it.each([
    ["/tel:+994 50/555/01/23", "/tel::id/:id/:id/:id"],
    ["/Card 4242/4242/4242/4242 now", "/Card :id/:id/:id/:id now"],
    ["/call 050-555/01-23 now", "/call :id/:id now"],
    ["/2026/11/22/100-yeni-tarif", "/2026/11/22/100-yeni-tarif"],
    ["/blog/2026/11/5-telefon", "/blog/2026/11/5-telefon"],
  ])("a number that goes on over a slash is one: %s is kept as %s", (path, kept) => {
    expect(pathOf(path)).toBe(kept);
    expect(pathOf(path.replace("Card 4242", "4242"), { routes: ["/:a/:b/:c/:d"] })).not.toMatch(/4242/);
  });

  it("of a path that is longer than what is read the segment goes that the bound goes through", () => {
    const name = "abcdefghij";
    const long = pathOf(`/tv/${`${name}%20`.repeat(90)}/x`);
    expect(long).toBe("/tv/:id");
    expect(pathOf(`/${"ayten.mammadova%40example.com".repeat(40)}`)).toBe("/:id");
    expect(read(`https://shop.example/account/${"x".repeat(1_500)}`, { sensitive: ["/account/*"] })).toBe("sensitive");
  });

  it("what has more segments than any page, however they are written, is no page", () => {
    for (const slash of ["/", "%2F", "%252F", "\\", "%5C"])
      expect(read(`https://shop.example/${`a${slash}`.repeat(70)}`)).toBeUndefined();
    expect(pathOf(`/tv/${"a".repeat(256)}`)).toBe("/tv/:id");
  });

  it("lone surrogates cannot reach a row", () => {
    expect(pathOf("/a\ud800b?tab=\udfff", { query: ["tab"] }).isWellFormed()).toBe(true);
  });
});

it.each([
  "javascript:alert(1)",
  "data:text/html,x",
  "file:///home/ayten/page.html",
  "blob:https://shop.example/1",
  "chrome-extension://abc/page.html",
  "android-app://com.example/",
  "about:blank",
  "mailto:ayten@example.com",
  "ftp://shop.example/",
  "tv",
  "//shop.example/tv",
  "https://",
  "http://[::1",
  "https://a b/",
  "https://shop.example/t\nv",
  "https://shop.exam\tple/tv",
  "https://shop.example/\u0000",
  "https://shop.example/\u0085",
  "",
])("%j is no address of a page", (url) => {
  expect(readPage(url, someRules().urls, {})).toBeUndefined();
});

it("pages of a copy or a proxy are the same pages: the host is not kept", () => {
  expect(pathOf("https://shop-example.translate.goog/tv?_x_tr_sl=az")).toBe("/tv");
  expect(pathOf("http://xn--bcher-kva.example./tv")).toBe("/tv");
});

it("what is replaced is counted by kind", () => {
  const found = {};
  readPage(`${origin}/a@example.com?utm_source=b@example.com`, someRules().urls, found);
  expect(found).toEqual({ email: 2 });
});

describe("whatever a page says its address is", () => {
  const rules: Given = { query: ["tab"], routes: ["/devices/:device", "/help/*"], sensitive: ["/account/*"] };

  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 600 }),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.string({ unit: "binary", maxLength: 600 }).map((text) => `${origin}/${text}`),
    fc
      .array(fc.constantFrom("%", "25", "2F", "..", "/", ";", "\\", "#", "?", "&", "a", "1", "ə"))
      .map((parts) => `${origin}/${parts.join("")}`),
  );

  it("it is read without throwing, into bounds", () => {
    fc.assert(
      fc.property(hostile, fc.boolean(), fc.string({ maxLength: 250 }), (url, hash, hint) => {
        const page = read(url.startsWith("/") ? ` ${url}` : url, { ...rules, hash }, hint);
        if (page === undefined || page === "sensitive") return;
        expect(page.path.length).toBeLessThanOrEqual(513 + "?tab=".length + 3 * 100);
        expect(page.route.length).toBeLessThanOrEqual(513);
        expect(page.path + page.route).not.toMatch(/\p{Cc}/u);
        expect((page.path + page.route).isWellFormed()).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("what was seen before is read as if it had not been", () => {
    const words = fc.constantFrom(
      "devices",
      "help",
      "account",
      "a@b.az",
      "12",
      "2026",
      "ə",
      "%C9%99",
      "A",
      "x-1",
      "..",
      "#",
      "?tab=1",
    );
    const usual = fc.array(words, { maxLength: 4 }).map((parts) => `${origin}/${parts.join("/")}`);
    const seen = [true, false].map((hash): UrlRules => ({ ...someRules(rules).urls, hash }));
    fc.assert(
      fc.property(fc.oneof(usual, hostile), fc.constantFrom("", "/help/*"), fc.boolean(), (url, hint, marketing) => {
        for (const known of seen) {
          const read = (given: UrlRules) => {
            const found = {};
            return [readPage(url, given, found, hint, marketing), found];
          };
          const first = read(known);
          expect([read(known), read({ ...known })]).toEqual([first, first]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("what is found without the parser is what the parser says, with whatever host and rest", () => {
    const host = fc.constantFrom(
      ...[
        "shop.example",
        "a.shop.example",
        "shop.example:8080",
        "u@shop.example",
        "1.2.3.4",
        "1.2.3",
        "a.0x7f",
        "a..b",
      ],
      ...[
        "xn--a.example",
        "xn--bcher-kva.example",
        "-a-.example",
        "SHOP.example",
        "bücher.example",
        "localhost",
        "a b.c",
      ],
    );
    const piece = fc.constantFrom(
      "/",
      "tv",
      ".",
      "..",
      "%2e",
      "%41",
      "#",
      "?",
      "\\",
      "\t",
      " ",
      "ə",
      "é",
      "12345",
      "a@b.az",
      ";",
      "/..",
    );
    const { urls } = someRules();
    const place = fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join("")}`);
    fc.assert(
      fc.property(host, place, (where, rest) => {
        const read = (url: string) => readPage(url, urls, {});
        const first = read(`https://shop.example${rest}`);
        expect(read(`https://shop.example${rest}`)).toEqual(first);
        expect(read(`https://${where}${rest}`)).toEqual(read(`HTTPS://${where}${rest}`));
      }),
      { numRuns: 3_000 },
    );
  });

  it("reading what was kept changes nothing", () => {
    const paths = fc.array(fc.stringMatching(/^[A-Za-z0-9əşü._@-]{1,24}$/), { maxLength: 6 });
    fc.assert(
      fc.property(paths, (segments) => {
        const once = read(`/x/${segments.join("/")}`, rules);
        if (once === undefined || once === "sensitive") return;
        expect(read(once.path, rules)).toMatchObject({ path: once.path, route: once.route });
      }),
    );
  });
});
