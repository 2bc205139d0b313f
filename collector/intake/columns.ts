/**
 * Every column that an event can have in the warehouse, in the order in which rows are written. The list is
 * closed: the schema, the document "what is stored" and the policy's hash are all held to it, so a new column
 * is a new policy (clause CN-1.6.2), and consents given under the old one are stale.
 */
export interface Column {
  readonly name: string;
  /** Why it is kept, in the words of the notice. */
  readonly reason: string;
  /** The clauses of the founding documents that allow it. */
  readonly clauses: readonly string[];
}

/** What differs from one event of a batch to the next. */
export const eventColumns = [
  { name: "at", reason: "when it happened", clauses: ["CN-3.1"] },
  { name: "type", reason: "a page view, a click, time on a page or interest in a service", clauses: ["CN-3.1"] },
  { name: "page", reason: "random number of the page view, joins its events", clauses: ["CN-3.1"] },
  { name: "seq", reason: "place within the page view, tells copies apart", clauses: ["CN-3.1"] },
  { name: "path", reason: "which page, without anything that identifies", clauses: ["CN-3.1"] },
  { name: "route", reason: "the kind of page", clauses: ["CN-3.1"] },
  { name: "title", reason: "title of the page, where the site keeps titles", clauses: ["CN-3.1"] },
  {
    name: "referrer",
    reason: "the site that linked here, its host only; within this site the path",
    clauses: ["CN-3.1"],
  },
  { name: "channel", reason: "how the visit came about", clauses: ["CN-3.1"] },
  { name: "utm_source", reason: "campaign, with consent to marketing only", clauses: ["CN-1.6.3", "CN-3.2"] },
  { name: "utm_medium", reason: "campaign, with consent to marketing only", clauses: ["CN-1.6.3", "CN-3.2"] },
  { name: "utm_campaign", reason: "campaign, with consent to marketing only", clauses: ["CN-1.6.3", "CN-3.2"] },
  { name: "kind", reason: "what sort of button or contact was clicked, never its number", clauses: ["CN-3.1"] },
  { name: "label", reason: "the name the site gave to a button", clauses: ["CN-3.1", "CN-1.12"] },
  { name: "service", reason: "the service of interest", clauses: ["CN-3.1"] },
  { name: "action", reason: "whether the service was seen or chosen", clauses: ["CN-3.1"] },
  { name: "engaged_ms", reason: "time on the page", clauses: ["CN-3.1"] },
  { name: "scroll", reason: "how far the page was read", clauses: ["CN-3.1"] },
  { name: "lang", reason: "language of the browser", clauses: ["CN-1.7.2", "KG-1.1"] },
  { name: "viewport", reason: "width of the window, in steps of 100 pixels", clauses: ["CN-1.7.2", "KG-1.1"] },
] as const satisfies readonly Column[];

/** What all events of a batch share. */
export const batchColumns = [
  { name: "site", reason: "which site", clauses: ["CN-1.1"] },
  { name: "received_at", reason: "when it arrived", clauses: ["CN-3.1"] },
  { name: "session", reason: "random number of the visit", clauses: ["CN-2.3"] },
  { name: "visitor", reason: "random number of this browser on this site", clauses: ["CN-2.3", "CN-3.1"] },
  { name: "browser", reason: "family of the browser", clauses: ["CN-1.7.2", "KG-1.1"] },
  { name: "browser_major", reason: "its main version", clauses: ["CN-1.7.2", "KG-1.1"] },
  { name: "os", reason: "family of the system", clauses: ["CN-1.7.2", "KG-1.1"] },
  { name: "device", reason: "phone, tablet, desktop or other", clauses: ["CN-1.7.2", "KG-1.1"] },
  { name: "bot", reason: "whether it says it is a machine", clauses: ["CN-1.6.4"] },
  { name: "country", reason: "country, from the shortened address", clauses: ["CN-2.8", "KG-1.1"] },
  { name: "ip_prefix", reason: "the shortened address", clauses: ["CN-2.8", "CN-1.7.2", "KG-1.1"] },
  { name: "consent_id", reason: "the consent that allows this row", clauses: ["CN-1.6.1", "KG-6.1b"] },
  { name: "blocks", reason: "what was consented to", clauses: ["KG-0"] },
  { name: "policy", reason: "the policy that was in force", clauses: ["CN-5.1"] },
  { name: "sdk", reason: "version of the script that recorded it", clauses: ["CN-1.7.2"] },
  { name: "erase_after", reason: "when it must be gone", clauses: ["KG-5.1", "KG-5.2"] },
] as const satisfies readonly Column[];

export const columns: readonly Column[] = [...eventColumns, ...batchColumns];

/** The number that spool records carry for rows written in the order above. A new order gets a new number. */
export const eventFormat = 1;
