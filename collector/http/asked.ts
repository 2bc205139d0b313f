import { randomBytes } from "node:crypto";
import type { Policy } from "../consent/policy.ts";
import {
  answeredRow,
  isErasure,
  requestFormat,
  requestRow,
  type SubjectRequest,
  stateFormat,
} from "../consent/request.ts";
import type { Store } from "./ports.ts";

export type Asked = Pick<SubjectRequest, "kind" | "reason" | "askedBy">;

/** A number that nobody guesses. */
export const requestId = (): string => randomBytes(12).toString("hex");

/** Records what was asked for; what is no erasure is answered on the spot, and closed with it. At home only. */
export async function keepRequest(
  store: Pick<Store, "append">,
  request: SubjectRequest,
  policy: Policy,
): Promise<void> {
  const record = (format: number, row: string) => ({
    ...{ consent: request.consentId, format, count: 1, rows: Buffer.from(row) },
  });
  await store.append(record(requestFormat, requestRow(request, policy)), []);
  if (!isErasure(request.kind)) await store.append(record(stateFormat, answeredRow(request)), []);
}
