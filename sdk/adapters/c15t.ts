import { type Adapter, verdictOf } from "./adapter.ts";
import { whenThere } from "./when-there.ts";

export interface C15tStore {
  getState(): {
    hasConsented(): boolean;
    consents: object;
    /** Without a subject it is what a switched-off c15t makes up. */
    consentInfo: { time?: number; subjectId?: string } | null;
    model: string | null;
  };
  subscribe(hear: () => void): () => void;
}

/** c15t 2, by its categories. Where its model is not opt-in, categories are on without an act of the visitor. */
export const c15t =
  (find: () => C15tStore | undefined = () => (window as { c15tStore?: C15tStore }).c15tStore): Adapter =>
  (hear) =>
    whenThere(find, (store) => {
      const tell = () =>
        hear({
          tool: "c15t",
          at: () => store.getState().consentInfo?.time,
          verdict(name) {
            const { hasConsented, consentInfo, consents, model } = store.getState();
            const isAnswered = hasConsented() && !!consentInfo?.subjectId;
            return verdictOf(isAnswered, (consents as Record<string, boolean>)[name], model === "opt-in");
          },
        });
      const stop = store.subscribe(tell);
      tell();
      return stop;
    });
