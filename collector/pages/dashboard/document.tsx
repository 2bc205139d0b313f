import { raw } from "hono/html";
import type { Reading } from "./language.ts";

/** Where the page's own script and style are. */
export interface Assets {
  readonly script: string;
  readonly style: string;
}

export function document(reading: Reading, title: string, { script, style }: Assets, body: unknown): string {
  const whole = (
    <html lang={reading.language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <link rel="stylesheet" href={style} />
        <link rel="icon" href="data:," />
        <script type="module" src={script} />
      </head>
      <body>{body}</body>
    </html>
  );
  return `<!doctype html>${raw(String(whole))}`;
}
