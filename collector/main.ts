import { join } from "node:path";
import { serveDemo } from "../examples/demo/serve.ts";
import { type Config, readConfig } from "./config.ts";
import { projectRoot } from "./root.ts";
import { type Service, startService } from "./service.ts";

/** Starts a collector and ends it on a signal. Whatever cannot start is said in one message, with exit code 1. */
async function main(): Promise<void> {
  const signalled = firstSignal();
  const config = readConfig(process.env, process.cwd(), join(projectRoot, "examples", "demo", "razi.config.json"));
  const service = await startService(config, console.log);
  const demo = await startDemo(config, service).catch(async (error) => {
    await service.stop();
    throw error;
  });
  console.log(welcome(config, service, demo?.url));
  await signalled;
  console.log("Stopping: what is not shipped yet stays in the spool");
  await demo?.close();
  await service.stop();
}

/** npm, a terminal and a supervisor may each pass the same signal on, so later ones say nothing new. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve());
  });
}

async function startDemo({ demoPort, sites }: Config, { url }: Service) {
  const site = sites.get("demo");
  if (demoPort === undefined || site === undefined) return undefined;
  const demo = await serveDemo({ port: demoPort, collector: url, site: site.id }).catch((cause) => {
    throw new Error(`The demo site cannot use port ${demoPort} (${cause.code}). Set RAZI_DEMO_PORT to another one.`, {
      cause,
    });
  });
  return { url: `http://localhost:${demo.port}`, close: demo.close };
}

function welcome({ dataDir, sites }: Config, { url, clickhouseUrl }: Service, demo: string | undefined): string {
  const lines = [
    ["Collector", url],
    ...(demo === undefined ? [] : [["Demo site", demo]]),
    ["ClickHouse", clickhouseUrl],
    ["Data", dataDir],
    ["Sites", [...sites.keys()].join(", ")],
  ];
  return ["", "Razi is running.", ...lines.map(([name = "", value]) => `  ${name.padEnd(11)} ${value}`), ""].join("\n");
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
