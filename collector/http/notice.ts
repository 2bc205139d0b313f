import type { Context } from "hono";
import type { Registry } from "../consent/registry.ts";
import { problem } from "./problem.ts";
import type { CorsFor, Headers, Sites } from "./site.ts";

/**
 * `GET /v1/notice?site=&lang=`: the text that a visitor must have seen, with the hash that a grant must name.
 * With `hash=` the text that an earlier consent names, as long ago as it was: a notice, or the meaning of a policy.
 */
export function serveNotice(sites: Sites, registry: Pick<Registry, "find">, cors: CorsFor) {
  return (c: Context): Response => {
    const headers = cors(c.req.header("origin"));
    const site = sites.get(c.req.query("site") ?? "");
    if (site === undefined) return problem("unknown-site", undefined, headers);
    const hash = c.req.query("hash");
    if (hash !== undefined) {
      const text = registry.find(hash);
      if (text?.site !== site.id) return problem("not-found", undefined, headers);
      return answer(text, headers);
    }
    const { noticeByLang, version } = site.policy;
    const notice = noticeByLang.get(c.req.query("lang") ?? "") ?? [...noticeByLang.values()][0];
    return answer({ site: site.id, version, ...notice, langs: [...noticeByLang.keys()] }, headers);
  };
}

const answer = (body: unknown, headers: Headers): Response =>
  new Response(JSON.stringify(body), {
    headers: { "content-type": "application/json", "cache-control": "public, max-age=300", ...headers },
  });
