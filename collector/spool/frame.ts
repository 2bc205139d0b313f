/**
 * How a record lies on disk. All numbers are big-endian; the checksum is per record, so that damage costs one record
 * (a checksum per file cost a peer 21,968 acknowledged records for one torn tail).
 *
 *  0 magic        ff 52 5a fe: ff and fe never occur in UTF-8, so rows cannot contain one, by chance or by intent
 *  4 checksum     CRC-32 of everything after it
 *  8 length       of the rows, in bytes                    28 at       when it was written, ms since 1970
 * 12 count        of the rows                              34 format   of the rows
 * 16 sequence     of the record in this spool              36 consent  length of the consent number
 * 22 rows before  it in this spool, counted from the start 37 zero     (3 bytes)
 * 40 consent number, rows
 */
import { crc32 } from "node:zlib";
import { MAX_ROWS_BYTES, type SpoolRecord } from "./record.ts";

export const MAGIC = Buffer.from([0xff, 0x52, 0x5a, 0xfe]);
export const HEADER_BYTES = 40;

/** A record's place in the spool. */
export interface Stamp {
  readonly sequence: number;
  readonly rowsBefore: number;
  readonly at: number;
}

interface Header extends Stamp {
  /** Header, consent number and rows together. */
  readonly size: number;
}

export function frameSize(record: SpoolRecord): number {
  return HEADER_BYTES + record.consent.length + record.rows.length;
}

/** Writes the frame at `offset`, all but its place in the spool and the checksum. */
export function writeFrame(into: Buffer, offset: number, record: SpoolRecord): void {
  const { consent, rows } = record;
  into.set(MAGIC, offset);
  into.writeUInt32BE(rows.length, offset + 8);
  into.writeUInt32BE(record.count, offset + 12);
  into.writeUInt16BE(record.format, offset + 34);
  into.writeUInt32BE(consent.length * 0x100_0000, offset + 36);
  into.write(consent, offset + HEADER_BYTES, "latin1");
  into.set(rows, offset + HEADER_BYTES + consent.length);
}

/** Gives the frame at `offset` its place, by which it is whole, and says how large it is and how many rows it holds. */
export function stampFrame(frames: Buffer, offset: number, stamp: Stamp): { size: number; count: number } {
  const size = HEADER_BYTES + frames.readUInt8(offset + 36) + frames.readUInt32BE(offset + 8);
  frames.writeUIntBE(stamp.sequence, offset + 16, 6);
  frames.writeUIntBE(stamp.rowsBefore, offset + 22, 6);
  frames.writeUIntBE(stamp.at, offset + 28, 6);
  frames.writeUInt32BE(crc32(frames.subarray(offset + 8, offset + size)), offset + 4);
  return { size, count: frames.readUInt32BE(offset + 12) };
}

/** What stands at `offset`, where a frame may begin; the checksum is not verified yet. Needs `HEADER_BYTES`. */
export function readHeader(from: Buffer, offset: number): Header | undefined {
  if (MAGIC.compare(from, offset, offset + MAGIC.length) !== 0) return undefined;
  const length = from.readUInt32BE(offset + 8);
  if (length > MAX_ROWS_BYTES) return undefined;
  return {
    size: HEADER_BYTES + from.readUInt8(offset + 36) + length,
    sequence: from.readUIntBE(offset + 16, 6),
    rowsBefore: from.readUIntBE(offset + 22, 6),
    at: from.readUIntBE(offset + 28, 6),
  };
}

/**
 * The record in the whole frame at `offset`, or nothing when its checksum does not hold. Its rows are moved to `rowsTo`, which is not
 * behind them, and are a view, not a copy.
 */
export function readFrame(window: Buffer, offset: number, size: number, rowsTo: number): SpoolRecord | undefined {
  const end = offset + size;
  if (crc32(window.subarray(offset + 8, end)) !== window.readUInt32BE(offset + 4)) return undefined;
  const rows = offset + HEADER_BYTES + window.readUInt8(offset + 36);
  const consent = window.toString("latin1", offset + HEADER_BYTES, rows);
  const format = window.readUInt16BE(offset + 34);
  const count = window.readUInt32BE(offset + 12);
  window.copyWithin(rowsTo, rows, end);
  return { consent, format, count, rows: window.subarray(rowsTo, rowsTo + end - rows) };
}
