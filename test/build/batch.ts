import { type Decoded, decode, Unreadable } from "../../collector/intake/decode.ts";
import type { Batch, ClickEvent, ServiceEvent, TimeEvent, ViewEvent } from "../../sdk/protocol.ts";

/** The time at which everything in these tests happens, unless it says another. */
export const noon = Date.UTC(2026, 10, 22, 12);

const base = { page: "page0001", seq: 0, at: noon };

export const aView = (given: Partial<ViewEvent> = {}): ViewEvent => ({
  type: "view",
  ...base,
  url: "https://shop.example/tv",
  ...given,
});

export const aClick = (given: Partial<ClickEvent> = {}): ClickEvent => ({
  type: "click",
  ...base,
  kind: "button",
  ...given,
});

export const aServiceEvent = (given: Partial<ServiceEvent> = {}): ServiceEvent => ({
  type: "service",
  ...base,
  key: "fiber-100",
  action: "choose",
  ...given,
});

export const someTime = (given: Partial<TimeEvent> = {}): TimeEvent => ({ type: "time", ...base, ms: 5_000, ...given });

/** A batch of the site `shop` with one page view. */
export const aBatch = (given: Partial<Batch> = {}): Batch => ({
  v: 1,
  site: "shop",
  session: "session1",
  sent_at: noon,
  events: [aView()],
  ...given,
});

/** The same after it has passed the contract. */
export function aDecoded(given: Partial<Batch> = {}): Decoded {
  const decoded = decode(JSON.stringify(aBatch(given)));
  if (decoded instanceof Unreadable) throw new Error(decoded.detail);
  return decoded;
}
