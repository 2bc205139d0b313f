import { Reader, type Response } from "mmdb-lib";

/**
 * Called with each part of the address space about which a file says one thing, in the order of their addresses: its
 * first address, which is valid until the call returns, how many of its bits the part has in common, and what is said.
 */
type OnPart<Said> = (first: Uint8Array, bits: number, said: Said) => void;

/**
 * Walks through a whole file in MaxMind's format, one family of addresses at a time. Its tree has a node for each bit
 * of an address, and a node has two records: each leads to a further node, or to what is said (`null` for nothing).
 * @throws Error where the file is none, or is damaged
 */
export function partsOf<Said>(
  file: Buffer,
  understand: (said: Response | null) => Said,
): (bytes: 4 | 16, onPart: OnPart<Said>) => void {
  const reader = new Reader<Response>(file);
  const { nodeCount, nodeByteSize, recordSize, searchTreeSize, ipVersion } = reader.metadata;
  const recordOf = readers[recordSize];
  if (recordOf === undefined || searchTreeSize >= file.length) throw new Error("it is not whole");
  const understood = new Map([[nodeCount, understand(null)]]);
  // A damaged tree may lead back to itself. A whole one is walked twice, and may share some branches.
  let left = nodeCount * 8;

  const said = (record: number, address: Uint8Array): Said => {
    const known = understood.get(record);
    if (known !== undefined) return known;
    const fresh = understand(reader.get(textOf(address)));
    understood.set(record, fresh);
    return fresh;
  };

  return (bytes, onPart) => {
    const address = new Uint8Array(bytes);
    const walk = (record: number, depth: number): void => {
      if (record >= nodeCount) {
        onPart(address, depth, said(record, address));
        return;
      }
      if (left-- === 0 || depth === bytes * 8) throw new Error("its tree has no end");
      const at = record * nodeByteSize;
      const byte = depth >> 3;
      walk(recordOf(file, at, 0), depth + 1);
      address[byte] = (address[byte] ?? 0) ^ (128 >> (depth & 7));
      walk(recordOf(file, at, 1), depth + 1);
      address[byte] = (address[byte] ?? 0) ^ (128 >> (depth & 7));
    };
    let root = bytes === 16 && ipVersion === 4 ? nodeCount : 0;
    // Where both families are in one tree, IPv4 is at ::/96.
    for (let depth = 0; bytes === 4 && ipVersion === 6 && depth < 96 && root < nodeCount; depth++)
      root = recordOf(file, root * nodeByteSize, 0);
    walk(root, 0);
  };
}

type ReadRecord = (file: Buffer, at: number, side: 0 | 1) => number;

/** By the bits of a record: one of the two of the node at `at`. */
const readers: Readonly<Record<number, ReadRecord>> = {
  24: (file, at, side) => file.readUIntBE(at + side * 3, 3),
  // The byte in the middle holds the highest bits of both.
  28: (file, at, side) => {
    const shared = file.readUInt8(at + 3);
    return (side === 0 ? shared >> 4 : shared & 15) * 2 ** 24 + file.readUIntBE(at + side * 4, 3);
  },
  32: (file, at, side) => file.readUInt32BE(at + side * 4),
};

function textOf(address: Uint8Array): string {
  if (address.length === 4) return address.join(".");
  return Buffer.from(address)
    .toString("hex")
    .replace(/(.{4})(?=.)/g, "$1:");
}
