import cluster from "node:cluster";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { serveDemo } from "../examples/demo/serve.ts";
import { type Config, readConfig } from "./config.ts";
import { endOnBug } from "./last-words.ts";
import { createLog } from "./log.ts";
import { projectRoot } from "./root.ts";
import { type Service, startService } from "./service.ts";
import { welcome } from "./welcome.ts";
import { startPrimary } from "./workers/primary.ts";
import { work } from "./workers/worker.ts";

const demoPath = join(projectRoot, "examples", "demo", "razi.config.json");

/** Starts a collector and ends it on a signal. Whatever cannot start is said in one message, with exit code 1. */
async function main(): Promise<void> {
  const signalled = firstSignal();
  heedArguments();
  const config = readConfig(process.env, process.cwd(), demoPath);
  const log = createLog(config.log);
  let stop = async () => {};
  endOnBug(log, () => stop());
  const service = await (config.workers === 1 ? startService : startPrimary)(config, log);
  stop = service.stop;
  const demo = await startDemo(config, service).catch(async (error) => {
    await service.stop();
    throw error;
  });
  welcome(log, config, service, demo?.url);
  await signalled;
  log.info("Stopping: what is not shipped yet stays in the spool");
  await demo?.close();
  await service.stop();
}

/** `npm start -- --workers 4` is another way to say `RAZI_WORKERS=4`, also to the workers. */
function heedArguments(): void {
  const { values } = parseArgs({ options: { workers: { type: "string" } } });
  if (values.workers !== undefined) process.env.RAZI_WORKERS = values.workers;
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

(cluster.isWorker ? work(demoPath) : main()).then(
  () => process.exit(0),
  (error: Error) => {
    // Nobody has been served yet: this message is for the operator, and quotes nothing but the configuration.
    if (process.env.RAZI_LOG === "json") createLog("json").error(error.message);
    else console.error(error.message);
    process.exit(1);
  },
);
