import { brotliCompressSync } from "node:zlib";
import { minify } from "terser";

/** As often as scripts have them: what is written often gets a letter that is there often. */
const frequent = [..."etrinoaslcduphgfmwyvkbzxjq"];
const others = [..."SOMLNRJTEUIPACHBDVFWYGKQXZ$_"];

/**
 * The script as few bytes of brotli as we can make of it. Which letter stands for which name is chance, and moves the
 * size by twenty bytes and more with each change of the source, so that some are tried.
 */
export async function smallest(script: string): Promise<string> {
  // esbuild makes a `var` of what stands outside of functions, which terser may not join and inline as freely.
  const compressed = await minify(script.replace(/^var /gm, "let "), {
    ecma: 2020,
    // Around it all a function, so that the page sees none of its names.
    enclose: true,
    toplevel: true,
    mangle: false,
    // `unsafe` is a + b for `${a}${b}`, the same for the strings that we have.
    compress: {
      passes: 5,
      unsafe: true,
      unsafe_arrows: true,
      keep_fargs: false,
      pure_getters: true,
      lhs_constants: false,
    },
  });
  let best = { code: "", bytes: Number.POSITIVE_INFINITY };
  for (const first of frequent.keys()) {
    const letters = [...frequent.slice(first), ...frequent.slice(0, first), ...others];
    const mangle = { nth_identifier: { get: (nth: number) => nameOf(nth, letters) } };
    const { code = "" } = await minify(compressed.code ?? "", { toplevel: true, compress: false, mangle });
    const bytes = brotliCompressSync(code).length;
    if (bytes < best.bytes) best = { code, bytes };
  }
  return best.code;
}

/** One letter as long as there are some, then two. */
function nameOf(nth: number, letters: string[]): string {
  const last = letters[nth % letters.length] ?? "";
  return nth < letters.length ? last : nameOf(Math.floor(nth / letters.length) - 1, letters) + last;
}
