import { readNetwork } from "../../collector/intake/privacy/network.ts";

type Value = string | number | { readonly [key: string]: Value };

interface Given {
  readonly recordSize?: 24 | 28 | 32;
  readonly ipVersion?: 4 | 6;
}

type Node = [zero: Node | Value | undefined, one: Node | Value | undefined];

/** A file in MaxMind's format that says these things of these networks, which must not overlap. */
export function anMmdb(said: Readonly<Record<string, Value>>, { recordSize = 24, ipVersion = 6 }: Given = {}): Buffer {
  const root: Node = [undefined, undefined];
  for (const [cidr, value] of Object.entries(said)) plant(root, bitsOf(cidr, ipVersion), value);
  const nodes: Node[] = [];
  number(root, nodes);

  const places = new Map<string, number>();
  const data: Buffer[] = [];
  let size = 0;
  const recordOf = (to: Node | Value | undefined): number => {
    if (to === undefined) return nodes.length;
    if (Array.isArray(to)) return nodes.indexOf(to as Node);
    const encoded = encode(to as Value);
    const key = encoded.toString("latin1");
    if (!places.has(key)) {
      places.set(key, size);
      data.push(encoded);
      size += encoded.length;
    }
    return nodes.length + 16 + (places.get(key) ?? 0);
  };
  const tree = nodes.map(([zero, one]) => pack(recordOf(zero), recordOf(one), recordSize));
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_750_000_000,
    database_type: "country",
    description: {},
    ip_version: ipVersion,
    node_count: nodes.length,
    record_size: recordSize,
  });
  return Buffer.concat([
    ...tree,
    Buffer.alloc(16),
    ...data,
    Buffer.from("\xab\xcd\xefMaxMind.com", "latin1"),
    metadata,
  ]);
}

/** IPv4 stands at ::/96 of a tree for both. */
function bitsOf(cidr: string, ipVersion: 4 | 6): number[] {
  const { bytes = [], bits = 0 } = readNetwork(cidr) ?? {};
  const own = bytes.flatMap((byte) => [...byte.toString(2).padStart(8, "0")].map(Number)).slice(0, bits);
  return bytes.length === 4 && ipVersion === 6 ? [...new Array<number>(96).fill(0), ...own] : own;
}

function plant(root: Node, bits: readonly number[], value: Value): void {
  let node = root;
  for (const bit of bits.slice(0, -1)) {
    node[bit] ??= [undefined, undefined];
    node = node[bit] as Node;
  }
  node[bits.at(-1) ?? 0] = value;
}

function number(node: Node, nodes: Node[]): void {
  nodes.push(node);
  for (const to of node) if (Array.isArray(to)) number(to as Node, nodes);
}

function pack(zero: number, one: number, recordSize: number): Buffer {
  const hex = (record: number, digits: number) => record.toString(16).padStart(digits, "0");
  const [left, right] = [hex(zero, recordSize / 4), hex(one, recordSize / 4)];
  // Of 28 bits the highest four of both stand in the byte in the middle.
  return Buffer.from(
    recordSize === 28 ? `${left.slice(1)}${left[0]}${right[0]}${right.slice(1)}` : left + right,
    "hex",
  );
}

function encode(value: Value): Buffer {
  if (typeof value === "string") return Buffer.concat([Buffer.from([0x40 | value.length]), Buffer.from(value)]);
  if (typeof value === "number") return Buffer.from([0xc4, value >>> 24, value >>> 16, value >>> 8, value]);
  const entries = Object.entries(value);
  return Buffer.concat([Buffer.from([0xe0 | entries.length]), ...entries.flat().map(encode)]);
}
