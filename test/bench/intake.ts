import { renderTable } from "../../collector/cli/table.ts";
import { gate } from "../../collector/intake/consent.ts";
import { type Decoded, decode } from "../../collector/intake/decode.ts";
import { enrich } from "../../collector/intake/enrich.ts";
import { ClientAddress } from "../../collector/intake/privacy/address.ts";
import { type Anonymous, anonymise } from "../../collector/intake/privacy.ts";
import { type Beacon, ordinaryBeacon, randomFrom } from "./beacons.ts";
import { cost, pick } from "./measure.ts";
import { knownAt, proofAt, shop } from "./site.ts";

const batches = 2_000;
const calls = 10_000;

/** From the text of a body to finished row bytes, a stage at a time, in µs per event. */
export async function benchIntake(): Promise<string> {
  const tables: string[] = [];
  for (const events of [10, 1]) tables.push(`${events} a batch\n${await stages(events)}`);
  return tables.join("\n\n");
}

async function stages(events: number): Promise<string> {
  const at = Date.now();
  const random = randomFrom(events);
  const beacons = Array.from({ length: batches }, () => ordinaryBeacon(random, at, events));
  const proof = proofAt(at);
  const around = knownAt(at);
  const senderOf = ({ address, userAgent }: Beacon) => ({ address: new ClientAddress(address), userAgent });

  const bodies = beacons.map(({ batch }) => JSON.stringify(batch));
  const senders = beacons.map(senderOf);
  const decoded = bodies.map((body) => decode(body) as Decoded);
  const passed = decoded.map((batch) => present(gate(batch, proof, shop, around, {})));
  const strip = (i: number) =>
    anonymise(pick(passed, i), pick(senders, i), shop, around.sensitive, { refused: {}, redacted: [] });
  const anonymous = passed.map((_, i) => present(strip(i)));
  const write = (batch: Anonymous) => enrich(batch, shop, at, around.countryOf(batch.ipPrefix)).lines;

  // A user agent that nobody had yet: what a cold cache costs.
  let fresh = 0;
  const unknown = (i: number) => {
    const sender = { ...pick(senders, i), userAgent: `${pick(beacons, i).userAgent} Build/${++fresh}` };
    return anonymise(pick(passed, i), sender, shop, around.sensitive, { refused: {}, redacted: [] });
  };

  const parse = await cost(calls, (i) => JSON.parse(pick(bodies, i)), batches);
  const taken = {
    validate: (await cost(calls, (i) => decode(pick(bodies, i)), batches)) - parse,
    consent: await cost(calls, (i) => gate(pick(decoded, i), proof, shop, around, {}), batches),
    privacy: await cost(calls, strip, batches),
    "enrich and write": await cost(calls, (i) => write(pick(anonymous, i)), batches),
  };
  const warm = Object.values(taken).reduce((sum, µs) => sum + µs, 0);
  const cold = warm - taken.privacy + (await cost(1_000, unknown, 100));
  const row = (stage: string, µs: number, share = "") => ({ stage, "µs an event": (µs / events).toFixed(2), share });
  return renderTable(
    ["stage", "µs an event", "share"],
    [
      row("(JSON.parse, before it)", parse),
      ...Object.entries(taken).map(([stage, µs]) => row(stage, µs, `${Math.round((100 * µs) / warm)} %`)),
      row("parsed JSON to row bytes, warm", warm, "100 %"),
      row("the same with an unknown user agent in each batch", cold),
    ],
  );
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("an ordinary batch was refused");
  return value;
}
