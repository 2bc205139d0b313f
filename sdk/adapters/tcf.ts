import { type Adapter, verdictOf } from "./adapter.ts";
import { whenThere } from "./when-there.ts";

interface TcData {
  eventStatus?: string;
  gdprApplies?: boolean;
  listenerId?: number;
  publisher?: { consents?: Record<string, boolean> };
}
type TcfApi = (command: string, version: number, callback: (data: TcData | null) => void, parameter?: unknown) => void;

/**
 * IAB TCF 2.2, by the publisher's own purposes: `1` is storage on the device, `8` measuring content. A purpose that is
 * not in the consents is not consented to. Where the GDPR does not apply, nobody was asked.
 * https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework/blob/master/TCFv2/IAB%20Tech%20Lab%20-%20CMP%20API%20v2.md
 */
export const tcf = (): Adapter => (hear) =>
  whenThere(
    () => (window as { __tcfapi?: TcfApi }).__tcfapi,
    (api) => {
      let id: number | undefined;
      let isStopped = false;
      let isStarting = true;

      function stop() {
        isStopped = true;
        // The stub of a tool that is still loading has given no number yet.
        if (id !== undefined) api("removeEventListener", 2, () => {}, id);
      }

      api("addEventListener", 2, (data) => {
        const { eventStatus, gdprApplies, listenerId, publisher }: TcData = data ?? {};
        id ??= listenerId;
        if (isStopped) return stop();
        const isAct = eventStatus === "useractioncomplete";
        const isAnswered = gdprApplies === true && (isAct || eventStatus === "tcloaded");
        // While the dialog is open, the earlier answer stands.
        if (eventStatus === "cmpuishown") return;
        hear({
          tool: "tcf",
          // What is told in the moment of asking happened before.
          at: () => (isAct && !isStarting ? Date.now() : undefined),
          verdict: (purpose) => verdictOf(isAnswered && !!publisher?.consents, publisher?.consents?.[purpose] === true),
        });
      });
      isStarting = false;
      return stop;
    },
  );
