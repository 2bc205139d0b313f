import { Agent, type IncomingMessage, request } from "node:http";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { listen } from "../../collector/http/listen.ts";

function ask(url: string, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent }, (response) => {
      response.resume();
      response.on("end", () => resolve(response));
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("a server", () => {
  it("says where it is", async () => {
    const server = await listen(new Hono(), "127.0.0.1", 0);
    expect(server.url).toMatch(/^http:\/\/localhost:\d+$/);
    await server.close();
  });

  it("names the port when it is taken, and what to do", async () => {
    const first = await listen(new Hono(), "127.0.0.1", 0);
    const port = Number(new URL(first.url).port);
    await expect(listen(new Hono(), "127.0.0.1", port)).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken. Set RAZI_PORT to another one.`,
    );
    await first.close();
  });

  it.each([false, true])(
    "closes connections beyond its bound and counts them, alone or not (shared: %s)",
    async (isShared) => {
      let refused = 0;
      const onDrop = () => {
        refused += 1;
      };
      const app = new Hono().get("/", (c) => c.text("here"));
      const server = await listen(app, "127.0.0.1", 0, { isShared, maxConnections: 2, onDrop });
      const agents = [1, 2, 3, 4].map(() => new Agent({ keepAlive: true, maxSockets: 1 }));
      const [first, second, third, fourth] = agents as [Agent, Agent, Agent, Agent];
      expect((await ask(server.url, first)).statusCode).toBe(200);
      expect((await ask(server.url, second)).statusCode).toBe(200);
      await expect(ask(server.url, third)).rejects.toThrow();
      expect(refused).toBe(1);
      first.destroy();
      await expect.poll(() => server.connections()).toBe(1);
      expect((await ask(server.url, fourth)).statusCode).toBe(200);
      expect((await ask(server.url, second)).statusCode).toBe(200);
      for (const agent of agents) agent.destroy();
      await server.close();
    },
  );

  it("answers what is in flight before it closes, and does not wait for connections that are only kept alive", async () => {
    let arrived = () => {};
    const inFlight = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let answer = () => {};
    const mayAnswer = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const app = new Hono();
    app.get("/", (c) => c.text("ok"));
    app.get("/slow", async (c) => {
      arrived();
      await mayAnswer;
      return c.text("ok");
    });
    const server = await listen(app, "127.0.0.1", 0);
    const agent = new Agent({ keepAlive: true });
    const idle = new Agent({ keepAlive: true });
    await ask(`${server.url}/`, idle);
    const slow = ask(`${server.url}/slow`, agent);
    await inFlight;
    const closed = server.close();
    await expect(ask(`${server.url}/`, new Agent())).rejects.toThrow();
    answer();
    expect((await slow).statusCode).toBe(200);
    const start = performance.now();
    await closed;
    expect(performance.now() - start).toBeLessThan(5_000);
    agent.destroy();
    idle.destroy();
  });
});
