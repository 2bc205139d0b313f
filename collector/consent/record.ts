/** The columns of a consent record, in the order in which rows are written. Append-only: a change is another row. */
export const consentColumns = [
  "consent_id",
  "site",
  "event",
  "at",
  "expires_at",
  "blocks",
  "controller",
  "jurisdiction",
  "notice",
  "policy",
  "policy_version",
  "lang",
  "source_ui",
  "source_action",
] as const;

/** The number that spool records carry for rows written in the order above. */
export const consentFormat = 2;

export type ConsentRecord = Record<(typeof consentColumns)[number], string | number | readonly string[]>;

export function consentRow(record: ConsentRecord): string {
  return `${JSON.stringify(consentColumns.map((column) => record[column]))}\n`;
}
