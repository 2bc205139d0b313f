/** A word, a quoted thing or a mark of an SQL text. Offsets count characters; `depth` counts open brackets. */
export interface Token {
  readonly kind: "word" | "quoted" | "mark";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

const lexeme =
  /(?<skip>\s+|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?\*\/)|(?<quoted>'(?:\\[\s\S]|''|[^'\\])*'|`(?:\\[\s\S]|[^`\\])*`|"(?:\\[\s\S]|[^"\\])*"|\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$)|(?<word>[\w\x80-\uffff]+)|(?<mark>[\s\S])/y;

/** The tokens of a text, lazily: an insert is scanned up to its data and no further. */
export function* tokensOf(sql: string): Generator<Token> {
  let depth = 0;
  lexeme.lastIndex = 0;
  for (let at = 0; at < sql.length; ) {
    // The expression is shared, so its place is set anew after each pause of the generator.
    lexeme.lastIndex = at;
    const found = lexeme.exec(sql);
    if (found === null) return;
    const start = at;
    at += found[0].length;
    const { skip, word, quoted } = found.groups as Record<string, string | undefined>;
    if (skip !== undefined) continue;
    const text = found[0];
    if (text === ")") depth -= 1;
    yield {
      kind: word !== undefined ? "word" : quoted !== undefined ? "quoted" : "mark",
      text: word === undefined ? text : text.toUpperCase(),
      start,
      end: at,
      depth,
    };
    if (text === "(") depth += 1;
  }
}

/** A string literal that the engine reads back as exactly `text`. */
export const literal = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;

/** An identifier, whatever is in it. */
export const identifier = (text: string): string => `\`${text.replace(/[\\`]/g, "\\$&")}\``;
