import { atOnce, Busy } from "./at-once.ts";
import { copying } from "./copying.ts";
import { countOf, type Database } from "./erasure/database.ts";
import type { Erasing } from "./erasure/loop.ts";
import { nameOf } from "./erasure/statements.ts";
import type { Policy } from "./policy.ts";
import { dueBy } from "./request.ts";
import { readOpen, readOverview, readRequests } from "./stored.ts";

/** At a time, in a process: a consent can have any number of rows, and anybody can have a consent. */
const mostReads = 2;
const mostCopies = 2;

/** Only the database at home can answer: who asks while it does not is to come back. */
class HomeAway extends Error {
  override readonly name = "HomeAway";
  readonly retryAfterMs = 5_000;
}

/** What is stored of visitors, and what is to become of it, in the database at home. Who asks in vain learns of no error: operators do. */
export function subjectStore(home: Database, erasing: Pick<Erasing, "hurry">, onAway: (error: unknown) => void) {
  const answered = <T>(asked: Promise<T>): Promise<T> =>
    asked.catch((cause) => {
      // Anybody can make it busy: that must not fill the log.
      if (cause instanceof Busy) throw cause;
      onAway(cause);
      throw new HomeAway("the database at home does not answer", { cause });
    });
  const reading = atOnce(mostReads);
  /** @throws Busy */
  const read =
    <T>(look: (home: Database, consentId: string) => Promise<T>) =>
    (consentId: string): Promise<T> =>
      answered(reading.run(() => look(home, consentId)));
  return {
    copy: copying(home, mostCopies, onAway),
    requests: read(readRequests),
    overview: read(readOverview),
    open: () => answered(readOpen(home)),
    hold({ consentId, site, reference, held }: { consentId: string; site: string; reference: string; held: boolean }) {
      return answered(home.insert("razi.holds", [{ consent_id: consentId, site, reference, held, at: Date.now() }]));
    },
    /** Each consent once, however often it is asked. */
    async endOfPurpose(site: Ended): Promise<number> {
      const count = await answered(askEndOf(site, home));
      erasing.hurry();
      return count;
    },
    gone: (collector: string): Promise<boolean> => answered(strikeOff(collector, home)),
    hurry: () => erasing.hurry(),
  };
}

interface Ended {
  readonly id: string;
  readonly policy: Policy;
}

async function askEndOf({ id, policy }: Ended, home: Database): Promise<number> {
  const site = quoted(id);
  const fresh = `FROM razi.consents FINAL WHERE event = 'granted' AND site = ${site}
    AND concat('purpose-', toString(consent_id)) NOT IN (SELECT id FROM razi.requests WHERE site = ${site})`;
  const count = await countOf(home, `SELECT toUInt64(count()) ${fresh}`);
  const due = dueBy("erase", Date.now(), policy);
  await home.command(`
    INSERT INTO razi.requests
      (id, consent_id, site, kind, reason, blocks, since, until, asked_at, asked_by, due_by, expires_at)
    SELECT concat('purpose-', toString(consent_id)), consent_id, site, 'erase', 'purpose', blocks, NULL, NULL, now64(3), 'operator',
      toDate('${due}'), expires_at ${fresh}`);
  return count;
}

async function strikeOff(collector: string, home: Database): Promise<boolean> {
  const known = `SELECT toUInt64(count()) FROM razi.collectors FINAL WHERE collector = '${nameOf(collector)}'`;
  if ((await countOf(home, known)) === 0) return false;
  await home.insert("razi.collectors", [{ collector, seen_at: Date.now(), gone: true }]);
  return true;
}

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
