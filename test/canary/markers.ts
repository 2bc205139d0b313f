import { randomBytes } from "node:crypto";

/** Something personal that is sent, made up for one run, so that it can be nowhere by chance. */
export interface Marker {
  readonly name: string;
  readonly value: string;
}

/** Letters only: what a page's own words look like. */
const word = (length: number) => [...randomBytes(length)].map((byte) => String.fromCharCode(97 + (byte % 26))).join("");
const digits = (length: number) => [...randomBytes(length)].map((byte) => String(byte % 10)).join("");

/** A number that passes the check of payment cards. */
function cardNumber(): string {
  const body = `4${digits(14)}`;
  const sum = [...body].reverse().reduce((total, digit, i) => {
    const n = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (n > 9 ? n - 9 : n);
  }, 0);
  return body + ((10 - (sum % 10)) % 10);
}

/** By the place of a request in which they stand. */
export type Markers = Record<
  | "address"
  | "address6"
  | "userAgent"
  | "query"
  | "fragment"
  | "pathEmail"
  | "pathId"
  | "title"
  | "labelEmail"
  | "labelPhone"
  | "serviceCard"
  | "referrerPath"
  | "referrerUser"
  | "cookie"
  | "header"
  | "language"
  | "unknownField"
  | "typed"
  | "garbage"
  | "adClick"
  | "campaign"
  | "sensitive"
  | "stored",
  string
>;

/** Every kind of personal value, in every place that a request has for one. */
export function makeMarkers(): Markers {
  const part = () => `${randomBytes(2).readUInt16BE() % 90}`;
  return {
    // 198.18.0.0/15 and documentation networks would be dropped whole; this one is kept as its /16.
    address: `85.132.${100 + Number(part())}.${100 + Number(part())}`,
    address6: `2a02:4780:${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}::${randomBytes(2).toString("hex")}`,
    userAgent: `Canary${word(12)}`,
    query: `q${word(14)}`,
    fragment: `f${word(14)}`,
    pathEmail: `${word(12)}@${word(6)}.example`,
    pathId: `${word(3)}${digits(6)}${word(4)}${digits(6)}${word(3)}`,
    title: `t${word(14)}`,
    labelEmail: `${word(12)}@${word(6)}.example`,
    labelPhone: `+99450${digits(7)}`,
    serviceCard: cardNumber(),
    referrerPath: `r${word(14)}`,
    referrerUser: `u${word(14)}`,
    cookie: `c${word(14)}`,
    header: `h${word(14)}`,
    language: `l${word(6)}`,
    unknownField: `k${word(14)}`,
    typed: `y${word(14)}`,
    garbage: `g${word(14)}`,
    adClick: `gclid${word(14)}`,
    campaign: `${word(10)}@${word(6)}.example`,
    sensitive: `s${word(14)}`,
    /** Not personal: a word of the site's own, which is kept. */
    stored: `w${word(14)}`,
  };
}
