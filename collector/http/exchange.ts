import type { Headers } from "./site.ts";

/** What a request says of itself: Hono's `c.req`, or node's own (direct.ts). */
export interface Asked {
  /** @param name in lower case */
  header(name: string): string | undefined;
}

/** What is answered, as Hono and node both take it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

// One light Response with all its headers at once: node-server writes it without a detour through web streams.
export const respond = ({ status, headers, body }: Answer): Response => new Response(body, { status, headers });
