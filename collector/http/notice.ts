import type { Context } from "hono";
import { problem } from "./problem.ts";
import type { CorsFor, Sites } from "./site.ts";

/** `GET /v1/notice?site=&lang=`: the text that a visitor must have seen, with the hash that a grant must name. */
export function serveNotice(sites: Sites, cors: CorsFor) {
  return (c: Context): Response => {
    const headers = cors(c.req.header("origin"));
    const site = sites.get(c.req.query("site") ?? "");
    if (site === undefined) return problem("unknown-site", undefined, headers);
    const { noticeByLang, version } = site.policy;
    const notice = noticeByLang.get(c.req.query("lang") ?? "") ?? [...noticeByLang.values()][0];
    return new Response(JSON.stringify({ site: site.id, version, ...notice, langs: [...noticeByLang.keys()] }), {
      headers: { "content-type": "application/json", "cache-control": "public, max-age=300", ...headers },
    });
  };
}
