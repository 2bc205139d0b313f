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
  download: /\.(pdf|csv|(doc|xls|ppt)x?|zip|rar|7z|exe|dmg|apk|mp[34])$/i,
} satisfies Partial<Record<ClickKind, RegExp>>;

/** What a link is for. Its target (a number, an address, a name) is looked at here and nowhere else, and never sent. */
export function linkKind({ href, host }: URL, ownHost: string): ClickKind {
  const [target = ""] = href.replace(/^https?:..(www\.)?/, "").split(/[?#]/);
  for (const kind in known) if (known[kind as keyof typeof known].test(target)) return kind as ClickKind;
  return host && host !== ownHost ? "outbound" : "link";
}
