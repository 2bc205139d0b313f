import { execFileSync, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processorSeconds } from "./processor.ts";

/** A load generator in C, from Debian: one in Node would take a processor of the two for itself. */
const program = "/usr/bin/wrk";

export interface Shot {
  readonly requestsASecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were not 2xx, and requests without an answer. */
  readonly failed: number;
  /** Processor time of the generator. */
  readonly seconds: number;
}

export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** wrk is steered in Lua: each thread goes round the messages, and the figures come out as one line of JSON. */
const script = `
local messages, at = {}, 0
function init(args)
  local file = io.open(args[1], "rb")
  while true do
    local length = file:read("*l")
    if not length then break end
    messages[#messages + 1] = file:read(tonumber(length))
    file:read("*l")
  end
  at = math.random(#messages)
end
function request()
  at = at % #messages + 1
  return messages[at]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\\n{"requests":%d,"us":%d,"p50":%d,"p99":%d,"failed":%d}\\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
`;

/** @throws Error that says how to get wrk */
export function needWrk(): void {
  if (existsSync(program)) return;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.error("Installing wrk (apt-get install wrk) …");
    execFileSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", "wrk"], { stdio: "ignore" });
  } else throw new Error("This bench needs wrk: apt-get install wrk");
}

/** Sends the messages over so many connections for so long, each as soon as the one before is answered. */
export async function shoot(
  dir: string,
  url: string,
  path: string,
  messages: readonly Message[],
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Shot> {
  const lua = join(dir, "wrk.lua");
  const file = join(dir, "messages");
  writeFileSync(lua, script);
  writeFileSync(file, Buffer.concat(messages.map((message) => framed(url, path, message))));
  const child = spawn(program, ["-t1", `-c${connections}`, `-d${seconds}s`, "-s", lua, url, "--", file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk) => (said += chunk));
  let spent = 0;
  const watch = setInterval(() => (spent = processorSeconds(child.pid ?? 0) ?? spent), 50);
  await new Promise((resolve) => child.once("close", resolve));
  clearInterval(watch);
  const found = /^\{.*\}$/m.exec(said)?.[0];
  if (found === undefined) throw new Error(`wrk said no figures:\n${said}`);
  const { requests, us, p50, p99, failed } = JSON.parse(found) as Record<string, number>;
  return {
    requestsASecond: ((requests ?? 0) / (us ?? 0)) * 1e6,
    p50Ms: (p50 ?? 0) / 1_000,
    p99Ms: (p99 ?? 0) / 1_000,
    failed: failed ?? 0,
    seconds: spent,
  };
}

/** A whole request, with its length in a line before it. */
function framed(url: string, path: string, { headers, body }: Message): Buffer {
  const all = {
    host: new URL(url).host,
    "content-type": "text/plain",
    "content-length": Buffer.byteLength(body),
    ...headers,
  };
  const head = [`POST ${path} HTTP/1.1`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`)].join(
    "\r\n",
  );
  const whole = Buffer.from(`${head}\r\n\r\n${body}`);
  return Buffer.concat([Buffer.from(`${whole.length}\n`), whole, Buffer.from("\n")]);
}
