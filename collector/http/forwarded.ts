// Unquoted addresses with colons and brackets break the grammar, but are sent, and can be read in one way only.
const pair = /[ \t]*([!#$%&'*+.^_`|~0-9a-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;\\]+))[ \t]*([;,]|$)/iy;

/**
 * The `for` of each hop in a `Forwarded` header (RFC 7239), from left to right; empty where a hop has none.
 * Nothing at all where any of it cannot be read: a quote that is opened on the left changes all to the right of it.
 */
export function forwardedFor(header: string): string[] {
  const hops: string[] = [];
  let hop: string | undefined;
  pair.lastIndex = 0;
  for (;;) {
    const found = pair.exec(header);
    if (found === null) return [];
    const [, name = "", quoted, bare = "", end] = found;
    if (name.toLowerCase() === "for") {
      if (hop !== undefined) return [];
      hop = quoted?.replace(/\\(.)/g, "$1") ?? bare;
    }
    if (end === ";") continue;
    hops.push(hop ?? "");
    if (end === "") return hops;
    hop = undefined;
  }
}
