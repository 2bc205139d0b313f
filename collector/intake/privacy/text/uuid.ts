import type { Detector } from "./detector.ts";

const pattern = /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/gi;

/** RFC 9562. Without hyphens it is a token like others. */
export const uuid: Detector = {
  name: "uuid",
  kind: "token",
  concerns: ({ word }) => word >= 36,
  replace: (text, mark) => text.replace(pattern, mark),
};
