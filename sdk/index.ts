/** The package for bundlers. Importing it, also on a server, does nothing: `start` does. */
export { type Details, visitorPage } from "./banner/privacy.ts";
export type { Choice, Consent, ConsentRecord, ConsentState, GrantResult } from "./consent.ts";
export type { Options } from "./options.ts";
export type { ClickKind, GrantAction, ServiceAction, StorageMode } from "./protocol.ts";
export type { Razi } from "./start.ts";
export { start } from "./start.ts";
export type { ViewHint } from "./views.ts";
