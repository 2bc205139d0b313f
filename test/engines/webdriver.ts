import type { Tab } from "./engine.ts";

/** One command of W3C WebDriver (https://www.w3.org/TR/webdriver2/). Resolves to its value. @throws Error what the driver says */
// biome-ignore lint/suspicious/noExplicitAny: each command has a value of its own
export type Send = (method: "GET" | "POST" | "DELETE", path: string, body?: object) => Promise<any>;

export function commandsTo(driver: string): Send {
  return async (method, path, body = {}) => {
    const answer = await fetch(driver + path, { method, ...(method === "POST" && { body: JSON.stringify(body) }) });
    const { value } = (await answer.json()) as { value: { error: string; message: string } };
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  };
}

/** The element, which has to be in sight for a click. */
const findElement = `
  let found = document;
  for (const part of arguments[0].split(" >>> ")) found = (found?.shadowRoot ?? found)?.querySelector(part);
  found?.scrollIntoView({ block: "center", behavior: "instant" });
  return found;`;

/** The part of WebDriver that the tests need. */
export function tabOf(send: Send): Tab {
  return {
    goto: (url) => send("POST", "/url", { url }),
    reload: () => send("POST", "/refresh"),
    async evaluate(act, ...args) {
      const script = `const [args, done] = arguments;
        Promise.resolve().then(() => (${act})(...args)).then((value) => done({ value }), (e) => done({ error: String(e) }));`;
      const { value, error } = await send("POST", "/execute/async", { script, args: [args] });
      if (error !== undefined) throw new Error(error);
      return value;
    },
    async click(selector, name = "left") {
      const origin = await send("POST", "/execute/sync", { script: findElement, args: [selector] });
      if (!origin) throw new Error(`nothing there matches ${selector}`);
      const button = { left: 0, middle: 1 }[name];
      const actions = [
        { type: "pointerMove", origin, x: 0, y: 0 },
        { type: "pointerDown", button },
        { type: "pointerUp", button },
      ];
      await send("POST", "/actions", { actions: [{ type: "pointer", id: "mouse", actions }] });
    },
    async press(key) {
      const value = { Enter: "\uE007", Tab: "\uE004" }[key as string] ?? key;
      const actions = [
        { type: "keyDown", value },
        { type: "keyUp", value },
      ];
      await send("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
    },
    cookies: async () => (await send("GET", "/cookie")).map(({ name }: { name: string }) => name),
    hide: () => send("POST", "/window/minimize"),
    show: () => send("POST", "/window/rect", { x: 0, y: 0, width: 1024, height: 768 }),
    close: () => send("DELETE", "/window"),
  };
}
