import type { Detector } from "./detector.ts";

const hexadecimal = /(?<![a-z\d])(?=\d*[a-f])(?=[a-f]*\d)[\da-f]{16,}(?![a-z\d])/gi;

/** Hashes, keys and session ids. Before the digits in them are looked at, which may pass for a card and leave the rest. */
export const hexadecimalToken: Detector = {
  name: "hexadecimal token",
  kind: "token",
  concerns: ({ word, digits }) => word >= 16 && digits > 0,
  replace: (text, mark) => text.replace(hexadecimal, mark),
};
