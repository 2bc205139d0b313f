import { isFull } from "./full.ts";
import { options } from "./options.ts";
import type { limits } from "./protocol.ts";

const urlLength: (typeof limits)["urlLength"] = 2048;

/**
 * What of an address leaves the page: of the query the campaign and what the site allows. A GET form puts into the
 * query what a visitor typed, and 9 of 10 trackers send it with the next page view. No fragment; but where the site
 * routes by it, one such as `#/products/1` or `#!/products/1` belongs to the path.
 */
export const cleanAddress = (href: string | Location = location): string => {
  const { hash, query } = options;
  const url = new URL(
    isFull && hash ? `${href}`.replace(/\/?(\?[^#]*)?#!?(\/[^?]*).*/, "$2$1") : (href as string),
    document.baseURI,
  );
  const kept = [...url.searchParams].filter(
    (pair) => (isFull && query?.includes(pair[0])) || /^utm_/.test(pair as never),
  );
  url.search = new URLSearchParams(kept) as unknown as string;
  url.hash = "";
  return url.href.slice(0, urlLength);
};
