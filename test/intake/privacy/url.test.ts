import { describe, expect, it } from "vitest";
import { hostOf, isCampaignKey, readPage } from "../../../collector/intake/privacy/url.ts";
import { someRules } from "../../build/site.ts";

const origin = "https://shop.example";

function read(url: string, rules: Parameters<typeof someRules>[0] = {}) {
  return readPage(url.startsWith("/") ? origin + url : url, someRules(rules).urls);
}

function pathOf(url: string, rules?: Parameters<typeof someRules>[0]): string {
  const page = read(url, rules);
  if (page === undefined || page === "sensitive") throw new Error(`no page: ${page}`);
  return page.path;
}

describe("segments that look like identifiers become :id", () => {
  it.each([
    ["/", "/"],
    ["/tv", "/tv"],
    ["/tv/", "/tv"],
    ["//tv//hd", "/tv/hd"],
    ["/devices/router-ax3000", "/devices/router-ax3000"],
    ["/products/12", "/products/:id"],
    ["/products/0", "/products/:id"],
    ["/orders/78451233/items/2", "/orders/:id/items/:id"],
    ["/order-1234567", "/order-:id"],
    ["/order-for-a@example.com", "/:id"],
    ["/order-12345", "/order-:id"],
    ["/news/yeni-tarif-123456.html", "/news/yeni-tarif-:id.html"],
    ["/user/550e8400-e29b-41d4-a716-446655440000", "/user/:id"],
    ["/user/deadbeef42", "/user/:id"],
    ["/cafe-de-facade", "/cafe-de-facade"],
    ["/s/k3j4h5k2j3h4k5j2h3k4j5h2", "/s/:id"],
    ["/s/dQw4w9WgXcQ1234xyz", "/s/:id"],
    ["/user/ayten@example.com", "/user/:id"],
    ["/user/ayten%40example.com", "/user/:id"],
    ["/user/ayten%252540example.com/settings", "/user/:id/settings"],
    ["/call/+994501234567", "/call/:id"],
    ["/call/050%20123%2045%2067", "/call/:id"],
    ["/card/4111-1111-1111-1111", "/card/:id"],
    ["/reset/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.abc", "/reset/:id"],
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

describe("CN-1.8, KG-2.2: a sensitive page yields nothing", () => {
  const sensitive = ["/account/*", "/health/:topic"];

  it.each([
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
    expect(read(url, { sensitive })).toBe("sensitive");
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

  it("long paths and values are cut to a bound", () => {
    const path = pathOf(`/${"ab/".repeat(600)}?tab=${"x".repeat(800)}`, { query: ["tab"] });
    expect(path.split("?").map((part) => part.length)).toEqual([512, "tab=".length + 100]);
    expect(pathOf(`/${"ab".repeat(900)}`)).toHaveLength(101);
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
  "about:blank",
  "mailto:ayten@example.com",
  "ftp://shop.example/",
  "tv",
  "//shop.example/tv",
  "https://",
  "http://[::1",
  "https://a b/",
  "",
])("%j is no address of a page", (url) => {
  expect(readPage(url, someRules().urls)).toBeUndefined();
  expect(hostOf(url)).toBe("");
});

describe("of a referrer the host is kept", () => {
  it.each([
    ["https://www.google.com/search?q=ayten", "www.google.com"],
    ["http://user:secret@News.Example:8080/a/b#c", "news.example"],
    ["https://bücher.example/", "xn--bcher-kva.example"],
    ["https://XN--BCHER-KVA.example/", "xn--bcher-kva.example"],
    ["android-app://com.google.android.gm/", ""],
  ])("%s → %s", (text, host) => {
    expect(hostOf(text)).toBe(host);
  });
});

it.each(["utm_source", "utm_anything", "UTM_Source", "gclid", "fbclid", "yclid", "msclkid", "gbraid", "wbraid"])(
  "CN-3.2: %s may be on no allow-list",
  (key) => {
    expect(isCampaignKey(key)).toBe(true);
  },
);

it.each(["tab", "id", "source", "placid", "my_utm_source"])("%s may be on an allow-list", (key) => {
  expect(isCampaignKey(key)).toBe(false);
});
