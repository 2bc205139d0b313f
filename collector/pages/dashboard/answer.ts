import type { Unit } from "../../reports/definition.ts";
import type { Row } from "../../reports/small-numbers.ts";

/** A report as `/v1/reports` answers it. */
export interface Rows {
  readonly columns: readonly { readonly name: string; readonly unit: Unit }[];
  readonly rows: readonly Row[];
  readonly compared?: { readonly from: string; readonly to: string; readonly rows: readonly Row[] };
}

/** Why there is none. */
export interface Failure {
  readonly detail: string;
  /** Seconds after which it may be asked again; absent where asking again does not help. */
  readonly retryAfter?: number;
}

export type Answer = Rows | Failure;

export const isFailure = (answer: Answer): answer is Failure => !("rows" in answer);

export async function readAnswer(response: Response): Promise<Answer> {
  const body = (await response.json()) as Rows & { title?: string; detail?: string };
  if (response.ok) return body;
  const retryAfter = Number(response.headers.get("retry-after"));
  return { detail: body.detail ?? body.title ?? "", ...(retryAfter > 0 && { retryAfter }) };
}

/** Asks the very handler of `/v1/reports`, as who reads. */
export type Ask = (report: string, query: URLSearchParams) => Promise<Answer>;
