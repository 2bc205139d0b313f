import type { Context } from "hono";
import type { BannerSite } from "../../sdk/banner/site.ts";
import { wordsIn } from "../../sdk/banner/words.ts";
import { anyOrigin, servePacked } from "./packed.ts";
import { problem } from "./problem.ts";
import type { Site, Sites } from "./site.ts";

/**
 * `GET /s/<site>/razi.js`: SDK, banner and the site's notices in one file, so that a page asks for nothing more before
 * a choice. It is made once for each site. It holds every language: only the page knows which one it needs.
 */
export function serveBundle(sites: Sites, code: Buffer) {
  // A grant to a notice that is no longer in force is refused: the page must not hold on to it for long.
  const serve = new Map(
    [...sites.values()].map((site) => [site.id, servePacked(bundleOf(site, code), "public, max-age=300")]),
  );
  return (c: Context): Response | Promise<Response> => {
    const answer = serve.get(c.req.param("site") ?? "");
    // A page of any origin can see that its tag is wrong.
    return answer?.(c) ?? problem("unknown-site", undefined, anyOrigin);
  };
}

/** The static code with the site's part before it, in a block of their own: no name of it reaches the page. */
function bundleOf(site: Site, code: Buffer): Buffer {
  return Buffer.from(`{const RAZI_SITE=${asScript(bannerSite(site))};\n${code}}\n`);
}

function bannerSite({ id, policy, countsRefusals }: Site): BannerSite {
  const [first, ...others] = [...policy.noticeByLang.values()].map(({ hash, lang, title, text, blocks }) => ({
    hash,
    lang,
    title,
    text,
    blocks: blocks.map(({ id, title, text }) => ({ id, title, text })),
    words: wordsIn(lang),
  }));
  if (first === undefined) throw new Error(`the site ${id} has no notice`);
  // The defaults go unsaid.
  const storage = policy.storage === "persistent" ? undefined : policy.storage;
  return {
    site: id,
    needs: policy.needs,
    storage,
    countsRefusals: countsRefusals || undefined,
    notices: [first, ...others],
  };
}

/** JSON that also stands in a script, and in one within HTML: neither `</script` nor a line's end of Unicode is in it. */
function asScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
