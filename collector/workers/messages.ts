import type { Registry } from "prom-client";
import type { Revocation } from "../consent/revocations.ts";
import type { Access } from "../warehouse/client.ts";

/** What a process counts. */
export type Measured = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>;

/**
 * What goes over the channel between the primary and a worker: figures, what was taken back, and page views that were
 * refused as sensitive. No event, address, visitor or token. What is numbered is answered under its number.
 */
export type ToWorker =
  | {
      readonly kind: "start";
      readonly n: number;
      /** The configuration file as the primary read it: a worker that is started later must not read another one. */
      readonly text: string;
      /** Home's embedded engine, which the primary owns. */
      readonly engine?: Access;
      readonly left: readonly string[];
    }
  | { readonly kind: "stop" }
  | { readonly kind: "revoked"; readonly id: number; readonly revocations: readonly Revocation[] }
  | { readonly kind: "held"; readonly id: number; readonly failed?: string }
  | { readonly kind: "sensitive"; readonly page: string }
  | { readonly kind: "measure"; readonly id: number }
  | { readonly kind: "metrics"; readonly id: number; readonly text: string };

export type ToPrimary =
  /** It listens now: what is told before that is lost. */
  | { readonly kind: "hello" }
  | { readonly kind: "ready"; readonly url: string; readonly clickhouseUrl: string }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "hold"; readonly id: number; readonly revocations: readonly Revocation[] }
  | { readonly kind: "known"; readonly id: number }
  | { readonly kind: "sensitive"; readonly page: string }
  | { readonly kind: "measured"; readonly id: number; readonly metrics: Measured }
  | { readonly kind: "read"; readonly id: number };
