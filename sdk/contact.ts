import { isFull } from "./full.ts";
import type { ClickKind } from "./protocol.ts";

/** What contacts, maps and files look like, without the `https:` and `www.` of a web address. The first match counts. */
const known = {
  phone: /^(tel|sms):/,
  email: /^mailto:/,
  // https://faq.whatsapp.com/5913398998672934
  whatsapp: /^(wa\.me\/|(\w+\.)?whatsapp[:.])/,
  // https://core.telegram.org/api/links
  telegram: /^(tg:|t(elegram)?\.me\/)/,
  map: /^(geo:|(\w+\.)?(maps|waze|2gis|openstreetmap)[:.]|(google|yandex|goo)\.[^/]+\/maps)/,
} satisfies Partial<Record<ClickKind, RegExp>>;

const file = /\.(pdf|csv|(doc|xls|ppt)x?|zip|rar|7z|exe|dmg|apk|mp[34])$/i;

/** What a link is for. Its target (a number, an address, a name) is looked at here and nowhere else, and never sent. */
export const linkKind = (address: string): ClickKind => {
  const { href, host } = new URL(address, document.baseURI);
  const target = href.replace(/^https?:..(www\.)?|[?#].*/g, "");
  for (const kind in known) if (known[kind as keyof typeof known].test(target)) return kind as ClickKind;
  if (isFull && file.test(target)) return "download";
  return host && host !== location.host ? "outbound" : "link";
};
