import { offerChoices } from "./banner/choices.ts";
import { visitorPage } from "./banner/privacy.ts";
import type { BannerSite } from "./banner/site.ts";
import { start } from "./start.ts";
import { optionsOfTag } from "./tag.ts";

/** Put before this code by the collector. */
declare const RAZI_SITE: BannerSite;

/**
 * SDK, banner and one site's notice in one tag: `<script async src="https://stats.example/s/demo/razi.js"></script>`, with
 * the options of `razi.ts` but the site, and `data-details="/privacy"`: where the notice is explained at length,
 * in place of the collector's own page, which shows visitors what is kept about them.
 */
const { details, ...options } = optionsOfTag();
const { site, needs, storage } = RAZI_SITE;
const razi = start({ ...options, site, needs: [...needs], storage });
// The tag may stand on a page twice.
if (!("choices" in razi))
  Object.assign(
    razi,
    offerChoices(razi, RAZI_SITE, details ? { href: details } : visitorPage(razi.consent, site, options.collector)),
  );
