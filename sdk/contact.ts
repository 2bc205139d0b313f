import type { ClickKind } from "./protocol.ts";

/** What contacts, maps and files look like, without the `https:` and `www.` of a web address. The first match counts. */
const known: Partial<Record<ClickKind, RegExp>> = {
  phone: /^(tel|sms):/,
  email: /^mailto:/,
  // https://faq.whatsapp.com/5913398998672934
  whatsapp: /^(whatsapp:|\/\/(wa\.me|api\.whatsapp\.com)\/)/,
  // https://core.telegram.org/api/links
  telegram: /^(tg:|\/\/t\.me\/)/,
  map: /^(geo:|\/\/(maps\.|2gis\.|openstreetmap\.|(google|yandex)\.[^/]+\/maps))/,
  download: /^\/\/[^?#]+\.(pdf|docx?|xlsx?|pptx?|csv|zip|rar|7z|exe|dmg|apk|mp[34])([?#]|$)/,
};

/** What a link is for. Its target (a number, an address, a name) is looked at here and nowhere else, and never sent. */
export function linkKind({ href, host }: URL, ownHost: string): ClickKind {
  const target = href.toLowerCase().replace(/^https?:\/\/(www\.)?/, "//");
  for (const kind in known) if (known[kind as ClickKind]?.test(target)) return kind as ClickKind;
  return target[0] === "/" && host !== ownHost ? "outbound" : "link";
}
