import { type Adapter, verdictOf } from "./adapter.ts";
import { onWindow } from "./window-events.ts";

interface OneTrustPage {
  OneTrust: { IsAlertBoxClosed(): boolean; GetDomainData(): { ConsentModel: { Name: string } } };
  /** Such as `,C0001,C0002,`. */
  OnetrustActiveGroups: string;
}

/**
 * OneTrust, by its groups such as `C0002`. Groups are active before an answer wherever the model is not opt-in, and
 * closing the banner then leaves them so. https://developer.onetrust.com/onetrust/docs/javascript-events-guide
 */
export const onetrust = (): Adapter => (hear) => {
  const page = window as unknown as OneTrustPage;
  const tell = () =>
    hear({
      tool: "onetrust",
      at: () => Date.parse(decodeURIComponent(/OptanonAlertBoxClosed=([^;]*)/.exec(document.cookie)?.[1] ?? "")),
      verdict: (name) =>
        verdictOf(
          page.OneTrust.IsAlertBoxClosed(),
          page.OnetrustActiveGroups.split(",").includes(name),
          page.OneTrust.GetDomainData().ConsentModel.Name === "opt-in",
        ),
    });
  return onWindow("OneTrustGroupsUpdated OTConsentApplied", tell);
};
