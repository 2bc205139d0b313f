/** What the detectors of text look for. Each is replaced by its name in brackets, and counted. */
export const redactionKinds = ["email", "phone", "card", "iban", "id", "token", "number"] as const;
export type RedactionKind = (typeof redactionKinds)[number];

/** How often each kind was replaced; a kind that was not is left out. */
export type Redactions = Partial<Record<RedactionKind, number>>;
