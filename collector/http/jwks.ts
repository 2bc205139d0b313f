import type { Context } from "hono";
import type { Keys } from "../consent/keys.ts";

/** `GET /.well-known/jwks.json` (RFC 7517): the public keys, retired ones too, by which anyone can verify a receipt. */
export function serveKeys(keys: Pick<Keys, "published">) {
  return (_: Context): Response =>
    new Response(JSON.stringify({ keys: keys.published() }), {
      headers: {
        "content-type": "application/jwk-set+json",
        "cache-control": "public, max-age=300",
        "access-control-allow-origin": "*",
      },
    });
}
