/** A real browser without a screen. There are three (`engines.ts`), and each test of this folder runs in all of them. */
export interface Engine {
  /** Someone who has never been here: nothing is stored, and the visitor before is gone with all tabs. */
  visitor(): Promise<Visitor>;
  /** Ends the browser, and all that was started for it. */
  close(): Promise<void>;
}

export interface Visitor {
  /** A new tab, in front of the others. Resolves when the page is loaded. */
  open(url: string): Promise<Tab>;
}

/** Clicks and keys are the browser's own, which a page can tell from those of a script. */
export interface Tab {
  /** As from the address bar. Resolves when the page is loaded. */
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Calls the function in the page and awaits what it returns. It sees its arguments only; they and the result travel as JSON. */
  evaluate<Args extends unknown[], Result>(act: (...args: Args) => Result, ...args: Args): Promise<Awaited<Result>>;
  /** In the middle of the first element that matches; `host >>> inside` leads into a shadow root. */
  click(selector: string, button?: MouseButton): Promise<void>;
  press(key: Key): Promise<void>;
  /** Names of the site's cookies, also of those that scripts cannot read. */
  cookies(): Promise<string[]>;
  /** As behind another tab or in a minimised window, until `show`. */
  hide(): Promise<void>;
  show(): Promise<void>;
  /** As a visitor closes it: the page learns of it. */
  close(): Promise<void>;
}

export type MouseButton = "left" | "middle";
/** `Enter`, `Tab`, or a character that needs no shift. */
export type Key = "Enter" | "Tab" | (string & {});
