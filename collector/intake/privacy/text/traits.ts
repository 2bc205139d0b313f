/** What one look at a text tells about what it can hold. Most labels hold nothing, and cost no more than this look. */
export interface Traits {
  readonly digits: number;
  readonly spaces: number;
  readonly at: boolean;
  readonly bracket: boolean;
  /** The longest word of ASCII letters, digits, - and _. */
  readonly word: number;
  /** A capital right after a small letter or a digit, as in camelCase and in base64. */
  readonly camel: boolean;
}

/** Of normalised text, in which all digits are ASCII. */
export function traitsOf(text: string): Traits {
  let digits = 0;
  let spaces = 0;
  let at = false;
  let bracket = false;
  let word = 0;
  let camel = false;
  let run = 0;
  let smallBefore = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const digit = code >= 48 && code <= 57;
    const small = code >= 97 && code <= 122;
    const capital = code >= 65 && code <= 90;
    if (digit || small || capital || code === 45 || code === 95) {
      run++;
      if (run > word) word = run;
      if (digit) digits++;
      if (capital && smallBefore) camel = true;
    } else {
      run = 0;
      if (code === 32 || code === 43) spaces++;
      else if (code === 64) at = true;
      else if (code === 40 || code === 91 || code === 123 || code === 60) bracket = true;
    }
    smallBefore = digit || small;
  }
  return { digits, spaces, at, bracket, word, camel };
}
