import type { GrantAction } from "../protocol.ts";
import { type Adapter, verdictOf } from "./adapter.ts";
import { whenThere } from "./when-there.ts";

export interface KlaroManager {
  /** Whether the visitor has answered. Before that consent may be true, for what is on by default. */
  confirmed: boolean;
  defaultConsents: Record<string, boolean>;
  /** `getConsent` has what is ticked in the open dialog. */
  savedConsents: Record<string, boolean>;
  watch(watcher: KlaroWatcher): void;
  unwatch(watcher: KlaroWatcher): void;
}
interface KlaroWatcher {
  update(manager: unknown, event: string, news: { type?: string } | undefined): void;
}

/**
 * Klaro 0.7, by its services. Its cookie has no time, so only a press of a button on this page gives consent. A service
 * that is required or on by default was not chosen.
 */
export const klaro =
  (
    find: () => KlaroManager | undefined = () =>
      (window as { klaro?: { getManager(): KlaroManager } }).klaro?.getManager(),
  ): Adapter =>
  (hear) =>
    whenThere(find, (manager) => {
      const tell = (action?: GrantAction) =>
        hear({
          tool: "klaro",
          at: () => (action ? Date.now() : undefined),
          action,
          verdict: (name) => verdictOf(manager.confirmed, manager.savedConsents[name], !manager.defaultConsents[name]),
        });
      const watcher: KlaroWatcher = {
        update(_, event, news) {
          // What a script saves is no act of the visitor.
          const isAct = event === "saveConsents" && news?.type && news.type !== "script";
          tell(isAct ? (news.type === "accept" ? "accept" : "save") : undefined);
        },
      };
      manager.watch(watcher);
      tell();
      return () => manager.unwatch(watcher);
    });
