import type { Message } from "../../test/bench/wrk.ts";

/** Something that takes page views over HTTP on this machine. */
export interface Peer {
  readonly name: string;
  /** How it is set up here, in a few words. */
  readonly about: string;
  /** Makes its data and starts it, or starts it again on the data that are there. */
  start(dir: string): Promise<Running>;
}

export interface Running {
  readonly pid: number;
  readonly url: string;
  readonly path: string;
  /** One page view, as it takes them; the number makes it another one. */
  message(n: number): Message;
  /** How many different page views are where they are to be read. */
  stored(): Promise<number>;
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const paths = ["/", "/internet", "/internet/fiber-100", "/tv", "/contacts", "/blog/2026/11/22/yeni-tarifler"];
export const pathOf = (n: number): string => paths[n % paths.length] ?? "/";

export const browser =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
