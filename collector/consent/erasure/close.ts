import type { Keys } from "../keys.ts";
import type { Policy } from "../policy.ts";
import { type Certificate, signCertificate } from "./certificate.ts";
import type { ErasedPlace } from "./database.ts";
import { looksIn } from "./place.ts";
import { requestsOf } from "./requests.ts";

interface Counted {
  readonly request: string;
  readonly destination: string;
  readonly carrier: string;
  readonly count: number;
}

/** A certificate for each request of a batch. Done again, it replaces them. */
export async function closeBatch(
  places: readonly ErasedPlace[],
  batch: string,
  keys: Pick<Keys, "signing">,
  policyOf: (site: string) => Policy | undefined,
): Promise<void> {
  const home = (places[0] as ErasedPlace).database;
  const taken = await requestsOf(home, batch);
  const verified = [...new Set((await Promise.all(places.map(looksIn))).flat())];
  const inBatch = `SELECT request FROM razi.request_states FINAL WHERE batch = '${batch}' AND state = 'blocked'`;
  const counted = await home.rows<Counted>(
    `SELECT request, destination, carrier, count FROM razi.erasure_counts FINAL WHERE request IN (${inBatch})`,
  );
  const states = await home.rows<{ state: string; at: number }>(
    `SELECT state, toUnixTimestamp64Milli(min(at)) AS at FROM razi.request_states FINAL
     WHERE batch = '${batch}' AND state NOT IN ('waiting', 'closed') GROUP BY state`,
  );
  const disks = await home.rows<{ carrier: string; count: number; collectors: number }>(
    `SELECT carrier, sum(count) AS count, toUInt32(uniqExact(collector)) AS collectors FROM razi.erasure_acks FINAL
     WHERE batch = '${batch}' GROUP BY carrier`,
  );
  const onDisks = (carrier: string) => disks.find((found) => found.carrier === carrier)?.count ?? 0;
  const byRequest = grouped(counted);
  const closed = Date.now();

  const certificates = taken.map(async (request) => {
    const { site, kind, reason, blocks, since, until, asked_at, due_by } = request;
    const destinations: Record<string, Record<string, number>> = {};
    for (const { destination, carrier, count } of byRequest.get(request.id) ?? [])
      destinations[destination] = { ...destinations[destination], [carrier]: count };
    const certificate: Certificate = {
      v: 1,
      site,
      controller: policyOf(site)?.controller.name ?? "",
      kind,
      reason,
      blocks: [...blocks],
      range: since !== null || until !== null,
      asked_at,
      due_by,
      at: { ...Object.fromEntries(states.map(({ state, at }) => [state, at])), closed },
      destinations,
      disks: {
        collectors: Math.max(0, ...disks.map(({ collectors }) => collectors)),
        together: taken.length,
        spool: onDisks("spool"),
        quarantine: onDisks("quarantine"),
        exports: onDisks("exports"),
      },
      verified,
    };
    return { request: request.id, jws: await signCertificate(keys, certificate), at: closed };
  });
  await home.insert("razi.certificates", await Promise.all(certificates));
}

function grouped(counted: readonly Counted[]): Map<string, Counted[]> {
  const groups = new Map<string, Counted[]>();
  for (const row of counted) groups.set(row.request, [...(groups.get(row.request) ?? []), row]);
  return groups;
}
