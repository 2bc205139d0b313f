import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import type { Context } from "hono";
import type { BannerSite } from "../../sdk/banner/site.ts";
import { wordsIn } from "../../sdk/banner/words.ts";
import { problem } from "./problem.ts";
import type { Site, Sites } from "./site.ts";

/** The encodings of an answer, from what a browser prefers to what everybody reads. */
const encodings = {
  br: promisify(brotliCompress),
  gzip: promisify(gzip),
  identity: async (bytes: Buffer) => bytes,
} as const;
type Encoding = keyof typeof encodings;

/**
 * `GET /s/<site>/razi.js`: SDK, banner and the site's notices in one file, so that a page asks for nothing more before
 * a choice. It is made once for each site. It holds every language: only the page knows which one it needs.
 */
export function serveBundle(sites: Sites, path: string) {
  const code = readFileSync(path, "utf8");
  const bundles = new Map([...sites.values()].map((site) => [site.id, bundleOf(site, code)]));
  return async (c: Context): Promise<Response> => {
    const bundle = bundles.get(c.req.param("site") ?? "");
    // A page of any origin can see that its tag is wrong.
    if (bundle === undefined) return problem("unknown-site", undefined, anyOrigin);
    const encoding = acceptedOf(c.req.header("accept-encoding"));
    const etag = `"${bundle.hash}-${encoding}"`;
    const headers = {
      "content-type": "text/javascript; charset=utf-8",
      // A grant to a notice that is no longer in force is refused: the page must not hold on to it for long.
      "cache-control": "public, max-age=300",
      etag,
      vary: "accept-encoding",
      ...anyOrigin,
    };
    if (c.req.header("if-none-match") === etag) return new Response(null, { status: 304, headers });
    const body = new Uint8Array(await bundle.in(encoding));
    return new Response(body, {
      headers: encoding === "identity" ? headers : { ...headers, "content-encoding": encoding },
    });
  };
}

// Any site may embed it, also one that isolates itself with COEP.
const anyOrigin = {
  "access-control-allow-origin": "*",
  "cross-origin-resource-policy": "cross-origin",
  "x-content-type-options": "nosniff",
};

/** The static code with the site's part before it, in a block of their own: no name of it reaches the page. */
function bundleOf(site: Site, code: string) {
  const bytes = Buffer.from(`{const RAZI_SITE=${asScript(bannerSite(site))};\n${code}}\n`);
  const packed = new Map<Encoding, Promise<Buffer>>();
  return {
    hash: createHash("sha256").update(bytes).digest("base64url").slice(0, 22),
    /** Packed at the first time that somebody asks. */
    in(encoding: Encoding): Promise<Buffer> {
      const known = packed.get(encoding) ?? encodings[encoding](bytes);
      packed.set(encoding, known);
      return known;
    },
  };
}

function bannerSite({ id, policy }: Site): BannerSite {
  const [first, ...others] = [...policy.noticeByLang.values()].map(({ hash, lang, title, text, blocks }) => ({
    hash,
    lang,
    title,
    text,
    blocks: blocks.map(({ id, title, text }) => ({ id, title, text })),
    words: wordsIn(lang),
  }));
  if (first === undefined) throw new Error(`the site ${id} has no notice`);
  // The default goes unsaid.
  const storage = policy.storage === "persistent" ? undefined : policy.storage;
  return { site: id, needs: policy.needs, storage, notices: [first, ...others] };
}

/** JSON that also stands in a script, and in one within HTML: neither `</script` nor a line's end of Unicode is in it. */
function asScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function acceptedOf(header = ""): Encoding {
  const offered = header.split(",").map((part) => part.trim().toLowerCase());
  // `br;q=0` is a refusal, and the rare `br;q=0.5` gets what everybody reads.
  return (Object.keys(encodings) as Encoding[]).find((name) => offered.includes(name)) ?? "identity";
}
