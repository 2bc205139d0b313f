import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { denied, Exception } from "./exception.ts";

/** `razi` is the collector; `analyst` is everyone else on this machine, and reads only. */
export type User = "razi" | "analyst";

/**
 * Lets programs of this machine in and web pages out. A page that a browser here has open can send requests to
 * 127.0.0.1, by its number or by a name that was rebound to it: browsers tell where those come from.
 */
export function admitLocal(headers: IncomingHttpHeaders): void {
  const host = headers.host ?? "";
  if (!/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i.test(host))
    throw denied("The embedded ClickHouse answers requests to 127.0.0.1 or localhost only");
  const page = headers.origin !== undefined && headers.origin !== `http://${host}`;
  const site = headers["sec-fetch-site"];
  if (page || (site !== undefined && site !== "same-origin" && site !== "none"))
    throw denied("The embedded ClickHouse does not answer web pages");
}

/** Who asks. No name, or ClickHouse's `default`, is an analyst. */
export function userOf(headers: IncomingHttpHeaders, query: URLSearchParams, secret: string): User {
  const { name, password } = credentials(headers, query);
  if (name === "razi" && same(password, secret)) return "razi";
  if ((name === "" || name === "default" || name === "analyst") && password === "") return "analyst";
  throw new Exception(
    516,
    "AUTHENTICATION_FAILED",
    `${name}: Authentication failed: password is incorrect, or there is no user with such name`,
  );
}

function credentials(headers: IncomingHttpHeaders, query: URLSearchParams): { name: string; password: string } {
  if (headers.authorization !== undefined) {
    const encoded = /^basic +(\S*)$/i.exec(headers.authorization)?.[1];
    if (encoded === undefined)
      throw new Exception(516, "AUTHENTICATION_FAILED", "Only HTTP Basic authorization is supported");
    const [name = "", ...rest] = Buffer.from(encoded, "base64").toString("utf8").split(":");
    return { name, password: rest.join(":") };
  }
  const header = (name: string) => [headers[name]].flat()[0];
  return {
    name: header("x-clickhouse-user") ?? query.get("user") ?? "",
    password: header("x-clickhouse-key") ?? query.get("password") ?? "",
  };
}

/** Takes the same time wherever the two differ, and whatever their lengths. */
function same(given: string, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
