import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Marker } from "./markers.ts";

export interface Hit {
  readonly marker: string;
  readonly form: string;
  readonly place: string;
}

interface Needle {
  readonly marker: string;
  readonly form: string;
  readonly bytes: Buffer;
}

/** Each marker as it is and in the forms in which it could hide. */
export function needlesOf(markers: readonly Marker[]): Needle[] {
  return markers.flatMap(({ name, value }) => {
    const raw = Buffer.from(value);
    const forms: [string, string][] = [
      ["raw", value],
      ["reversed", [...value].reverse().join("")],
      ["hex", raw.toString("hex")],
      ["HEX", raw.toString("hex").toUpperCase()],
      ["percent", encodeURIComponent(value)],
      // Where it begins in a longer text decides how base64 spells it; what its neighbours spoil is cut off.
      ...[0, 1, 2].flatMap((offset): [string, string][] => {
        const text = Buffer.concat([Buffer.alloc(offset), raw]).toString("base64");
        const inner = text.slice(offset === 0 ? 0 : 4, -4);
        return [
          [`base64+${offset}`, inner],
          [`base64url+${offset}`, inner.replaceAll("+", "-").replaceAll("/", "_")],
        ];
      }),
      ["UTF-16", raw.toString("utf8").split("").join("\0")],
    ];
    // The first name of those that spell the same.
    const byText = new Map(forms.reverse().map(([form, text]) => [text, form]));
    return [...byText].map(([text, form]) => ({ marker: name, form, bytes: Buffer.from(text, "latin1") }));
  });
}

export function searchBytes(bytes: Buffer, place: string, needles: readonly Needle[]): Hit[] {
  return needles.filter((needle) => bytes.includes(needle.bytes)).map(({ marker, form }) => ({ marker, form, place }));
}

const chunkBytes = 16 * 1_048_576;

/** In pieces that overlap by the longest needle, so that none hides on an edge. */
export function searchFile(path: string, place: string, needles: readonly Needle[]): Hit[] {
  const overlap = Math.max(...needles.map(({ bytes }) => bytes.length));
  const chunk = Buffer.alloc(chunkBytes);
  const file = openSync(path, "r");
  const hits = new Map<string, Hit>();
  try {
    for (let at = 0; ; at += chunkBytes - overlap) {
      const read = readSync(file, chunk, 0, chunkBytes, at);
      for (const hit of searchBytes(chunk.subarray(0, read), place, needles))
        hits.set(`${hit.marker} ${hit.form}`, hit);
      if (read < chunkBytes) return [...hits.values()];
    }
  } finally {
    closeSync(file);
  }
}

interface Searched {
  readonly files: number;
  readonly bytes: number;
  readonly hits: Hit[];
}

const mostTries = 50;

/** Every byte of every file, and the names of the files. Where a running engine removed one meanwhile, all are searched again. */
export function searchDirectory(dir: string, needles: readonly Needle[]): Searched {
  for (let tries = 1; ; tries++)
    try {
      return searchOnce(dir, needles);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || tries === mostTries) throw error;
    }
}

function searchOnce(dir: string, needles: readonly Needle[]): Searched {
  const found = { files: 0, bytes: 0, hits: [] as Hit[] };
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const place = path.slice(dir.length + 1);
    found.hits.push(...searchBytes(Buffer.from(entry.name), `name of ${place}`, needles));
    if (!entry.isFile()) continue;
    found.files++;
    found.bytes += statSync(path).size;
    found.hits.push(...searchFile(path, place, needles));
  }
  return found;
}
