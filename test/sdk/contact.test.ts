import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { linkKind } from "../../sdk/contact.ts";

const table = [
  ["tel:+994120000000", "phone"],
  ["sms:+994120000000", "phone"],
  ["TEL:112", "phone"],
  ["mailto:info@shop.example?subject=x", "email"],
  ["https://wa.me/994120000000", "whatsapp"],
  ["https://api.whatsapp.com/send?phone=994120000000", "whatsapp"],
  ["whatsapp://send?phone=994120000000", "whatsapp"],
  ["https://chat.whatsapp.com/invitation", "whatsapp"],
  ["https://web.whatsapp.com/send?phone=994120000000", "whatsapp"],
  ["https://t.me/shop", "telegram"],
  ["https://telegram.me/shop", "telegram"],
  ["tg://resolve?domain=shop", "telegram"],
  ["geo:40.4,49.8", "map"],
  ["https://maps.google.com/?q=baku", "map"],
  ["https://maps.google.az/?q=baku", "map"],
  ["https://www.google.com/maps/place/Baku", "map"],
  ["https://maps.apple.com/?q=baku", "map"],
  ["https://yandex.ru/maps/10253/baku", "map"],
  ["https://yandex.com.tr/maps/", "map"],
  ["https://2gis.az/baku", "map"],
  ["https://go.2gis.com/abc", "map"],
  ["https://maps.app.goo.gl/abc", "map"],
  ["https://goo.gl/maps/abc", "map"],
  ["https://google.com.tr/maps?q=baku", "map"],
  ["https://yandex.az/maps/-/abc", "map"],
  ["https://ul.waze.com/ul?ll=40.4,49.8", "map"],
  ["https://www.waze.com/ul?q=baku", "map"],
  ["waze://?q=baku", "map"],
  ["https://www.openstreetmap.org/#map=5", "map"],
  ["https://shop.example/price.pdf", "download"],
  ["https://shop.example/Price.PDF?v=2", "download"],
  ["https://files.example/app.apk#x", "download"],
  ["https://shop.example/a.docx", "download"],
  ["https://shop.example/a.tar.zip", "download"],
  ["https://shop.example/a.mp4", "download"],
  ["https://shop.example/pdf", "link"],
  ["https://shop.example/a.html", "link"],
  ["https://shop.example/a.pdfs", "link"],
  ["https://shop.example/?file=a.pdf", "link"],
  ["https://shop.example/tv#plans", "link"],
  ["javascript:void(0)", "link"],
  ["https://www.shop.example/", "outbound"],
  ["https://google.com/search?q=maps", "outbound"],
  ["https://not-wa.me/994120000000", "outbound"],
  ["https://evil.example/wa.me/1", "outbound"],
  ["https://evil.example/google.com/maps", "outbound"],
  ["https://t.me.evil.example/", "outbound"],
  ["https://notwhatsapp.example/", "outbound"],
  ["https://goo.gl/abc", "outbound"],
  ["https://nowaze.com/", "outbound"],
] as const;

beforeAll(() => {
  vi.stubGlobal("location", { host: "shop.example" });
  vi.stubGlobal("document", { baseURI: "https://shop.example/tariffs/" });
});
afterAll(() => vi.unstubAllGlobals());

test.each(table)("a link to %s is for: %s", (href, kind) => {
  expect(linkKind(href)).toBe(kind);
});
