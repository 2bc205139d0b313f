import { notImplemented, syntaxError } from "./exception.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** What a request asks to run. An insert's rows are bytes of their own, and never part of an SQL text. */
export type Statement = Plain | Insert;

interface Plain {
  readonly kind: "plain";
  readonly text: string;
  /** The first word, in capitals; chooses who waits for whom, and grants nothing. */
  readonly verb: string;
}

export interface Insert {
  readonly kind: "insert";
  /** The INSERT as the engine runs it: the rows come from a file, so that nothing in them can be taken for SQL. */
  readonly from: (file: string) => string;
  /** Whether a SELECT reads them: it needs the right to read files. */
  readonly isSelect: boolean;
  /** Rows that came in the same text. */
  readonly data: Buffer;
}

/** ClickHouse reads no more than this of an INSERT's text either (`max_query_size`); the rows do not count. */
const headBytes = 262_144;

/** Rows through `input()` and nothing else: what more there is in a SELECT could read any file. */
const throughInput = /SELECT\s+\*\s+FROM\s+input\s*\(\s*('(?:\\[\s\S]|''|[^'\\])*')\s*\)\s+FORMAT\s+(\w+)/iy;

/** Takes the text apart. `bytes` is the whole text of the query; where it is an INSERT with rows, they may follow. */
export function statementOf(bytes: Buffer): Statement {
  // Latin 1, so that an offset in the text is an offset in the bytes.
  const text = bytes.subarray(0, headBytes).toString("latin1");
  const tokens = tokensOf(text);
  const first = tokens.next().value as Token | undefined;
  if (first === undefined) throw syntaxError("Empty query");
  const plain: Plain = { kind: "plain", text: bytes.toString("utf8"), verb: first.text };
  if (first.text !== "INSERT") return plain;

  let settings: Token | undefined;
  for (const token of tokens) {
    if (token.depth > 0) continue;
    if (token.text === ";" && token.kind === "mark") throw syntaxError("Multi-statements are not allowed");
    if (token.kind !== "word") continue;
    if (token.text === "INFILE") throw notImplemented("INSERT … FROM INFILE");
    if (token.text === "SELECT") return insertThroughInput(token.start) ?? plain;
    if (token.text === "WITH") return plain;
    if (token.text === "SETTINGS") settings = token;
    if (token.text === "VALUES") return insert(token, token.end, "FORMAT Values");
    if (token.text !== "FORMAT") continue;
    const format = tokens.next().value as Token | undefined;
    if (format?.kind !== "word") throw syntaxError("INSERT has no name of a format after FORMAT");
    return insert(token, format.end, text.slice(token.start, format.end));
  }
  if (bytes.length > headBytes) throw syntaxError("Max query size exceeded");
  return plain;

  function insert(source: Token, end: number, format: string): Insert {
    const cut = settings?.start ?? source.start;
    const head = textOf(0, cut);
    const between = textOf(cut, source.start);
    const from = (file: string) => `${head} FROM INFILE '${file}' COMPRESSION 'none' ${between} ${format}`;
    return { kind: "insert", from, isSelect: false, data: dataAfter(end) };
  }

  function insertThroughInput(start: number): Insert | undefined {
    throughInput.lastIndex = start;
    const found = throughInput.exec(text);
    if (found === null) return undefined;
    const [whole, , format] = found;
    const head = textOf(0, start);
    const structure = Buffer.from(found[1] ?? "", "latin1").toString("utf8");
    const from = (file: string) => `${head} SELECT * FROM file('${file}', '${format}', ${structure}, 'none')`;
    return { kind: "insert", from, isSelect: true, data: dataAfter(start + whole.length) };
  }

  function textOf(start: number, end: number): string {
    return bytes.subarray(start, end).toString("utf8");
  }

  /** As ClickHouse: blanks and one line end after the name of the format are not data. */
  function dataAfter(end: number): Buffer {
    const gap = /^[ \t\f]*\r?\n?/.exec(text.slice(end, end + 1_024))?.[0].length ?? 0;
    return bytes.subarray(end + gap);
  }
}
