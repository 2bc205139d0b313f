import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClickHouseClient, createClient } from "@clickhouse/client";
import { afterAll } from "vitest";
import { projectRoot } from "../../collector/root.ts";
import { type Embedded, type EmbeddedOptions, startEmbedded } from "../../collector/warehouse/embedded.ts";

export const engineEntry = join(projectRoot, "dist", "engine.js");

const endings: (() => unknown)[] = [];
// One for the file: what a test registers while it runs is never called.
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

/** After the tests of the file, the last that was asked for first. */
export function atTheEnd(end: () => unknown): void {
  endings.push(end);
}

/** A directory that is gone after the tests of the file. */
export function freshDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "razi-engine-"));
  atTheEnd(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** An embedded ClickHouse of its own for one test file. */
export async function running(options: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  const embedded = startEmbedded({ dir: freshDir(), port: 0, entry: engineEntry, log: () => undefined, ...options });
  atTheEnd(() => embedded.stop());
  await embedded.ready();
  return embedded;
}

export function clientOf({ url, user, password }: Pick<Embedded, "url" | "user" | "password">): ClickHouseClient {
  const client = createClient({ url, username: user, password, log: { level: 127 } });
  atTheEnd(() => client.close());
  return client;
}

export interface Reply {
  readonly status: number;
  /** From the header; undefined where there is none. */
  readonly code: string | undefined;
  readonly text: string;
  readonly headers: Headers;
}

/** A request as curl makes it. */
export async function send(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  const code = response.headers.get("x-clickhouse-exception-code") ?? undefined;
  return { status: response.status, code, text, headers: response.headers };
}

/** A statement from an analyst, who gives no name. */
export const ask = (embedded: Embedded, sql: string, settings: Record<string, string> = {}): Promise<Reply> =>
  send(`${embedded.url}/?${new URLSearchParams(settings)}`, { method: "POST", body: sql });

/** A statement from the collector. */
export const tell = (embedded: Embedded, sql: string | Uint8Array, settings: Record<string, string> = {}) =>
  send(`${embedded.url}/?${new URLSearchParams(settings)}`, {
    method: "POST",
    body: sql as BodyInit,
    headers: { "X-ClickHouse-User": embedded.user, "X-ClickHouse-Key": embedded.password },
  });
