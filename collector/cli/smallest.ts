import { brotliCompressSync } from "node:zlib";
import { minify } from "terser";

/** As often as scripts have them: what is written often gets a letter that is there often. */
const frequent = [..."etrinoaslcduphgfmwyvkbzxjq"];
const others = [..."SOMLNRJTEUIPACHBDVFWYGKQXZ$_"];
/** What 6,000 swaps found for `razi.js` and `razi.full.js`. After larger changes `RAZI_SWAPS=6000 npm run build` tells what to write here. */
const found = [
  "tnlsqwxfpjimyIkAhXorBbHF_Edcu$ZDJTeazRCKVSgPYvOQNMWULG",
  "smtpwylzcdXgLEqbUohOHVFCTBurnvfYJeDQAiR$jS_GIPNaxWkZMK",
];

/**
 * The engine compiles all functions while it loads the script, on another thread, as most run at the start or at the
 * first click. Else it compiles each on the main thread when it is called, which is a fifth of what a start costs there.
 * Engines that do not know it see a comment: https://v8.dev/blog/explicit-compile-hints
 */
const hint = "//# allFunctionsCalledOnLoad\n";

/**
 * The script as few bytes of brotli as we can make of it. Which letter stands for which name is chance, and moves the
 * size by thirty bytes and more with each change of the source, so that many are tried.
 * @param swaps pairs of letters that change places besides: 150 take a second, for a dozen bytes
 */
export async function smallest(script: string, swaps: number): Promise<string> {
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
      booleans_as_integers: true,
    },
  });
  if (han.test(script)) throw new Error("a script has Han letters, which stand in for names here");
  // First a stand-in for each name, of letters that no script has, so that other letters are a matter of replacing.
  const mangle = { nth_identifier: { get: (nth: number) => String.fromCodePoint(standIns + nth) } };
  const { code: mangled = "" } = await minify(compressed.code ?? "", { toplevel: true, compress: false, mangle });
  const named = (letters: readonly string[]) => {
    const nameOfStandIn = (it: string) => nameOf((it.codePointAt(0) ?? 0) - standIns, letters);
    const code = hint + mangled.replace(new RegExp(han, "gu"), nameOfStandIn);
    return { code, letters, bytes: brotliCompressSync(code).length };
  };
  const turned = frequent.map((_, first) => [...frequent.slice(first), ...frequent.slice(0, first), ...others]);
  const begun = [...found.map((letters) => [...letters]), ...turned].map(named);
  let best = begun.reduce((least, next) => (next.bytes < least.bytes ? next : least));

  // Simulated annealing: what is some bytes worse is gone on with now and then, less and less, as the way to what is better.
  const chance = chances();
  let here = best;
  for (let left = swaps; left > 0; left--) {
    const next = named(swapped(here.letters, Math.floor(chance() * 30), Math.floor(chance() * here.letters.length)));
    if (chance() < Math.exp(((here.bytes - next.bytes) * swaps) / left)) here = next;
    if (here.bytes < best.bytes) best = here;
  }
  if (swaps > 1000) console.log(`${best.bytes} bytes with ${best.letters.join("")}`);
  return best.code;
}

const han = /\p{Script=Han}/u;
/** Where the Han script begins, which has twenty thousand letters. */
const standIns = 0x4e00;

/** Numbers from 0 to 1, the same at each build, so that a source has one script: https://en.wikipedia.org/wiki/Lehmer_random_number_generator */
function chances(): () => number {
  let last = 1;
  return () => {
    last = (last * 48_271) % 2_147_483_647;
    return last / 2_147_483_647;
  };
}

function swapped(letters: readonly string[], i: number, j: number): string[] {
  return letters.map((letter, at) => letters[at === i ? j : at === j ? i : at] ?? letter);
}

/** One letter as long as there are some, then one and a number: no word of the language is like that. */
function nameOf(nth: number, letters: readonly string[]): string {
  const first = letters[nth % letters.length] ?? "";
  return nth < letters.length ? first : `${first}${Math.floor(nth / letters.length)}`;
}
