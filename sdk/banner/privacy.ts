import type { Consent } from "../consent.ts";

/** Attributes of a link to more. */
export interface Details extends Record<string, string> {
  readonly href: string;
}

/**
 * Where the visitor sees what is kept about them: the collector's own page. It is opened by a link with these attributes, the banner's
 * or one of the page's own, and asks this page for the receipt, which so is in no address. Only the collector gets it.
 */
export function visitorPage(consent: Consent, site: string, collector: string | undefined): Details {
  const { origin: mine, href } = new URL(`/privacy?site=${site}`, collector);
  addEventListener("message", ({ source, origin, data }) => {
    const receipt = consent.record()?.receipt;
    if (receipt && origin === mine && data?.razi === "privacy" && data.site === site)
      source?.postMessage({ razi: "receipt", receipt }, { targetOrigin: origin });
  });
  return { href, target: "_blank", rel: "opener" };
}
