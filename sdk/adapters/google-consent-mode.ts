import { type Adapter, verdictOf } from "./adapter.ts";

type Settings = Record<string, unknown>;

/**
 * Google Consent Mode, by its types such as `analytics_storage`, in its basic form only: denied by default everywhere,
 * then granted by an update. An update does not tell whether the visitor just chose it, so it counts as an act only
 * right after one on the page. Where a tool has an adapter of its own, that one knows more.
 */
export const googleConsentMode =
  (layer = "dataLayer"): Adapter =>
  (hear) => {
    const page = window as unknown as Record<string, unknown[] | undefined>;
    page[layer] ??= [];
    const entries = page[layer];
    const { push } = entries;
    const isDeniedByDefault: Record<string, boolean> = {};
    const given: Record<string, boolean | undefined> = {};

    function read(entry: unknown, isAct = false) {
      const { 0: command, 1: kind, 2: settings } = Object(entry) as [unknown, unknown, Settings | undefined];
      if (command !== "consent" || !settings) return;
      for (const name in settings) {
        const isGranted = settings[name] === "granted";
        if (kind === "update") given[name] = isGranted ? isDeniedByDefault[name] || undefined : false;
        // Where it is granted by default, or denied in some regions only, nobody has to be asked.
        else if (isGranted || !settings.region)
          isDeniedByDefault[name] = !isGranted && isDeniedByDefault[name] !== false;
      }
      hear({
        tool: "google-consent-mode",
        at: () => (isAct ? Date.now() : undefined),
        verdict: (name) => verdictOf(true, given[name], isDeniedByDefault[name]),
      });
    }

    let isStopped = false;
    const heard: typeof push = (...added) => {
      const length = push.apply(entries, added);
      if (!isStopped) for (const entry of added) read(entry, navigator.userActivation?.isActive);
      return length;
    };
    for (const entry of entries) read(entry);
    entries.push = heard;
    return () => {
      isStopped = true;
      // Another script may have wrapped it.
      if (entries.push === heard) entries.push = push;
    };
  };
