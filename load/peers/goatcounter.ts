import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../test/e2e/collector.ts";
import { buildGo } from "./go.ts";
import { browser, type Peer, pathOf } from "./peer.ts";
import { freePort, stopChild } from "./start.ts";

const site = "stats.localhost";

/** Web analytics in Go with SQLite, by its API for backends; its limits are lifted. */
export const goatcounter: Peer = {
  name: "GoatCounter 2.7",
  about: "SQLite; answers 202 out of memory and writes every 10 s",
  async start(dir) {
    const program = buildGo("goatcounter", "zgo.at/goatcounter/v2", "v2.7.0", "./cmd/goatcounter");
    const db = `sqlite+${join(dir, "goatcounter.sqlite3")}`;
    const run = (...args: string[]) =>
      execFileSync(program, [...args, "-db", db], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    if (!existsSync(join(dir, "goatcounter.sqlite3"))) {
      run(
        "db",
        "create",
        "site",
        "-createdb",
        "-vhost",
        site,
        "-user.email",
        "a@stats.localhost",
        "-user.password",
        "not-a-secret",
      );
      run("db", "create", "apitoken", "-name", "load", "-user", "1", "-perm", "count");
    }
    const [{ token }] = JSON.parse(run("db", "query", "-format", "json", "select token from api_tokens")) as [
      { token: string },
    ];
    const port = await freePort();
    const child = spawn(
      program,
      [
        "serve",
        "-db",
        db,
        "-listen",
        `127.0.0.1:${port}`,
        "-tls",
        "http",
        "-automigrate",
        "-ratelimit",
        "api-count:100000000/1,api:100000000/1",
      ],
      { stdio: "ignore" },
    );
    const url = `http://127.0.0.1:${port}`;
    await until(
      () => fetch(url),
      ({ status }) => status > 0,
    );
    const headers = { host: site, authorization: `Bearer ${token}`, "content-type": "application/json" };
    return {
      pid: child.pid ?? 0,
      url,
      path: "/api/v0/count",

      message: (n) => ({
        headers,
        body: JSON.stringify({
          no_sessions: true,
          hits: [{ path: pathOf(n), user_agent: browser, ref: "https://www.google.com/" }],
        }),
      }),
      async stored() {
        const [{ n }] = JSON.parse(run("db", "query", "-format", "json", "select count(*) as n from hits")) as [
          { n: number },
        ];
        return n;
      },
      kill: () => stopChild(child, "SIGKILL"),
      stop: () => stopChild(child),
    };
  },
};
