import { expect, test } from "vitest";
import { linkKind } from "../../sdk/contact.ts";

const table = [
  ["tel:+994120000000", "phone"],
  ["sms:+994120000000", "phone"],
  ["TEL:112", "phone"],
  ["mailto:info@shop.example?subject=x", "email"],
  ["https://wa.me/994120000000", "whatsapp"],
  ["https://api.whatsapp.com/send?phone=994120000000", "whatsapp"],
  ["whatsapp://send?phone=994120000000", "whatsapp"],
  ["https://t.me/shop", "telegram"],
  ["tg://resolve?domain=shop", "telegram"],
  ["geo:40.4,49.8", "map"],
  ["https://maps.google.com/?q=baku", "map"],
  ["https://maps.google.az/?q=baku", "map"],
  ["https://www.google.com/maps/place/Baku", "map"],
  ["https://maps.apple.com/?q=baku", "map"],
  ["https://yandex.ru/maps/10253/baku", "map"],
  ["https://yandex.com.tr/maps/", "map"],
  ["https://2gis.az/baku", "map"],
  ["https://maps.app.goo.gl/abc", "map"],
  ["https://www.openstreetmap.org/#map=5", "map"],
  ["https://shop.example/price.pdf", "download"],
  ["https://shop.example/Price.PDF?v=2", "download"],
  ["https://files.example/app.apk#x", "download"],
  ["https://shop.example/pdf", "link"],
  ["https://shop.example/?file=a.pdf", "link"],
  ["https://shop.example/tv#plans", "link"],
  ["javascript:void(0)", "link"],
  ["https://www.shop.example/", "outbound"],
  ["https://google.com/search?q=maps", "outbound"],
  ["https://not-wa.me/994120000000", "outbound"],
  ["https://evil.example/wa.me/1", "outbound"],
  ["https://evil.example/google.com/maps", "outbound"],
  ["https://t.me.evil.example/", "outbound"],
] as const;

test.each(table)("a link to %s is for: %s", (href, kind) => {
  expect(linkKind(new URL(href), "shop.example")).toBe(kind);
});
