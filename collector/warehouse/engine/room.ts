import { statfsSync } from "node:fs";
import { Exception } from "./exception.ts";

/**
 * The engine does not notice that a disk is full: chDB 26.7 goes on when write() fails with ENOSPC, syncs and renames the
 * empty files, and says yes, to an insert and to itself after a merge, whose sources it deletes eight minutes later.
 * What saves the rows is a start: it looks at the sizes of all files, puts broken parts aside, and takes their sources again.
 *
 * So nothing is inserted without room to spare, and when there was none the engine ends at once: before it says yes, and
 * before it deletes a source. It starts again when there is room.
 */
export interface Room {
  isThere(): boolean;
  /** @throws Exception NOT_ENOUGH_SPACE, which passes by itself: the rows wait in the spool */
  demand(): void;
}

/** More than is written between two looks. Of a small disk a part. */
const spareBytes = 67_108_864;
const spareShare = 0.02;

export function roomIn(dir: string): Room {
  const isThere = () => {
    const { bavail, blocks, bsize } = statfsSync(dir);
    return bavail * bsize >= Math.min(spareBytes, blocks * bsize * spareShare);
  };
  return {
    isThere,
    demand() {
      if (!isThere()) throw new Exception(243, "NOT_ENOUGH_SPACE", "The disk of the embedded ClickHouse is full");
    },
  };
}
