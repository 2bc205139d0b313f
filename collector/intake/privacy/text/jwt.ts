import type { Detector } from "./detector.ts";

const dotted = /(?<![\w-])[\w-]+(?:\.[\w-]*)+/g;
/** What every JSON object begins with in base64: `{"`. */
const beginning = /^eyJ[\w-]{5,}\.{1,2}[\w-]{5,}/;

/** JSON Web Tokens, signed or encrypted (RFC 7515, RFC 7516). */
export const jwt: Detector = {
  name: "jwt",
  kind: "token",
  concerns: ({ word }) => word >= 8,
  replace: (text, mark) => {
    if (!text.includes("eyJ")) return text;
    return text.replace(dotted, (parts) => {
      const start = parts.indexOf("eyJ");
      return start !== -1 && beginning.test(parts.slice(start)) ? parts.slice(0, start) + mark() : parts;
    });
  },
};
