import { createHmac, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";

/**
 * Who has shown keys to the dashboard, in a cookie that only this collector can write: the names of the keys, never a
 * key. A key that is revoked opens nothing from then on, since each request looks it up by its name.
 */
export interface Sessions {
  /** Names of the keys that were shown, the newest last; none without a session. */
  read(c: Context, now: number): readonly string[];
  /** The cookie that holds them from now on; without any, one that ends the session. */
  cookie(ids: readonly string[], secure: boolean, now: number): string;
}

const lastsMs = 12 * 3_600_000;
const mostKeys = 20;
const plainName = "razi-dashboard";
// Browsers take it only by https, from this very host and for no other.
const secureName = `__Host-${plainName}`;

export function createSessions(secret: string): Sessions {
  const sign = (text: string) => createHmac("sha256", secret).update(text).digest("base64url");
  return {
    read(c, now) {
      const [until = "", ids = "", mark = ""] = (getCookie(c, secureName) ?? getCookie(c, plainName) ?? "").split(".");
      const right = Buffer.from(sign(`${until}.${ids}`));
      const given = Buffer.from(mark);
      if (given.length !== right.length || !timingSafeEqual(given, right)) return [];
      return Number(until) > now ? ids.split("-").filter((id) => id !== "") : [];
    },
    cookie(ids, secure, now) {
      const until = now + lastsMs;
      const text = `${until}.${ids.slice(-mostKeys).join("-")}`;
      const [value, maxAge] = ids.length === 0 ? ["", 0] : [`${text}.${sign(text)}`, lastsMs / 1_000];
      const attributes = `Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Strict`;
      return secure ? `${secureName}=${value}; ${attributes}; Secure` : `${plainName}=${value}; ${attributes}`;
    },
  };
}
