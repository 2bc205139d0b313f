import { countOf, type Database } from "./erasure/database.ts";
import type { Erasing } from "./erasure/loop.ts";
import { nameOf } from "./erasure/statements.ts";
import type { Policy } from "./policy.ts";
import { dueBy } from "./request.ts";
import { readOpen, readStored } from "./stored.ts";

/** What is stored of visitors, and what is to become of it, in the database at home. Who asks in vain learns of no error: operators do. */
export function subjectStore(home: Database, erasing: Pick<Erasing, "hurry">, onUnread: (error: unknown) => void) {
  return {
    read: (consentId: string) =>
      readStored(home, consentId).catch((error) => {
        onUnread(error);
        throw error;
      }),
    open: () => readOpen(home),
    hold({ consentId, site, reference, held }: { consentId: string; site: string; reference: string; held: boolean }) {
      return home.insert("razi.holds", [{ consent_id: consentId, site, reference, held, at: Date.now() }]);
    },
    /** Each consent once, however often it is asked. */
    async endOfPurpose({ id, policy }: { readonly id: string; readonly policy: Policy }): Promise<number> {
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
      erasing.hurry();
      return count;
    },
    async gone(collector: string): Promise<boolean> {
      const known = `SELECT toUInt64(count()) FROM razi.collectors FINAL WHERE collector = '${nameOf(collector)}'`;
      if ((await countOf(home, known)) === 0) return false;
      await home.insert("razi.collectors", [{ collector, seen_at: Date.now(), gone: true }]);
      return true;
    },
    hurry: () => erasing.hurry(),
  };
}

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
