import { join } from "node:path";
import type { Registry } from "prom-client";
import type { Config } from "./config.ts";
import { openRevocationLog, type RevocationLog } from "./consent/revocation-log.ts";
import type { Revocations } from "./consent/revocations.ts";
import { makeDataDir } from "./data-dir.ts";
import type { SensitivePages } from "./intake/privacy.ts";
import { rememberSensitive } from "./sensitive-pages.ts";
import { lockDirectory } from "./spool/lock.ts";
import type { Undo } from "./undo.ts";
import { dirsOfWorkers } from "./workers/dirs.ts";

/** What a collector has to itself when it is alone on a machine, and shares when it is one of several workers. */
export interface Place {
  /** Of its name and its spools. */
  readonly dir: string;
  /** Directories of workers that are not started any more: what is in their spools is shipped from here. */
  readonly left: readonly string[];
  /** `told` is called with the consents whose revocation came from elsewhere. */
  openRevocations(into: Revocations, told: (consentIds: ReadonlySet<string>) => void): Promise<RevocationLog>;
  readonly sensitive: SensitivePages;
  /** Makes the text of `/metrics` out of what this process counts and the others do. */
  metricsWith(own: Registry): () => Promise<string>;
}

/** Alone: the data directory is this process's, and what workers left there is its to ship. */
export async function standAlone({ dataDir }: Config, undo: Undo): Promise<Place> {
  await makeDataDir(dataDir);
  const lock = await lockDirectory(dataDir);
  undo.push(() => lock.release());
  return {
    dir: dataDir,
    left: (await dirsOfWorkers(dataDir)).map(({ dir }) => dir),
    async openRevocations(into) {
      const log = await openRevocationLog(join(dataDir, "revocations.log"), into, Date.now());
      undo.push(() => log.close());
      return log;
    },
    sensitive: rememberSensitive(Date.now),
    metricsWith: (own) => () => own.metrics(),
  };
}
