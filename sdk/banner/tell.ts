import type { Consent } from "../consent.ts";
import type { BannerNotice } from "./site.ts";

/** The titles of blocks, as the notice names them. */
export function titlesOf({ blocks }: BannerNotice, ids: readonly string[]): string {
  return blocks
    .filter(({ id }) => ids.includes(id))
    .map(({ title }) => title)
    .join(", ");
}

/** Puts values where a text names them in braces. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/{(\w+)}/g, (_, name: string) => values[name] as string);
}

/** What the visitor has chosen so far, and until when it holds; nothing where there is no choice. */
export function howItStands(consent: Consent, { words, lang }: BannerNotice): string {
  const record = consent.record();
  if (!record) return consent.state() === "denied" ? words.denied : "";
  const date = (time: number) => new Date(time).toLocaleDateString(lang, { dateStyle: "long" });
  return fill(words.granted, {
    from: date(record.granted_at),
    until: date(record.expires_at),
    number: record.consent_id,
  });
}
