import { attempt } from "../attempt.ts";
import { post } from "../post.ts";
import type { GrantAction } from "../protocol.ts";
import type { Razi } from "../start.ts";
import { element } from "./element.ts";
import { noticeForm } from "./form.ts";
import { inLanguageOfPage } from "./language.ts";
import type { Details } from "./privacy.ts";
import { openSheet, type Sheet } from "./sheet.ts";
import type { BannerNotice, BannerSite } from "./site.ts";
import { fill, howItStands, titlesOf } from "./tell.ts";

/** What the banner adds to the page's `razi`. */
export interface Choices {
  /** Shows the visitor's choices, to change or to withdraw. */
  choices(): void;
}

/**
 * Asks where there is no choice yet, or where it has ended; not where the browser signals a refusal or stores nothing,
 * which are answers. Elements of the page with `data-razi-choices` show the choices again, and those with
 * `data-razi-withdraw` withdraw at once: everything, or the blocks that they name.
 */
export function offerChoices(
  { consent }: Razi,
  { site, needs, notices, countsRefusals }: BannerSite,
  details: Details,
): Choices {
  let sheet: Sheet | undefined;
  /** The choices that the open form shows; none while there is no form. */
  let shown: string | undefined;
  let turn = 0;

  const given = () => consent.record()?.blocks ?? [];
  const standing = () => consent.state() + given();
  const lacking = () => needs.filter((block) => !given().includes(block));

  function close() {
    sheet?.close();
    sheet = shown = undefined;
  }

  function show(isWanted: boolean) {
    close();
    const notice = inLanguageOfPage(notices);
    const { words } = notice;
    const status = element("p", { role: "status", lang: words.lang }, isWanted ? howItStands(consent, notice) : "");
    const form = noticeForm(notice, given(), status, details, async (chosen, action) => {
      status.textContent = "";
      status.textContent = await decide(notice, chosen, action);
    });
    // Before a choice only a choice ends it.
    const isChosen = consent.state() !== "unknown";
    shown = standing();
    sheet = openSheet(notice.lang, isWanted, isChosen && words.close, close, ...form);
  }

  /** Says what has happened, until the visitor puts it away. Returns the way to say more. */
  function tell({ lang, words }: BannerNotice, text: string): (more: string) => void {
    close();
    const message = element("p", { id: "title", class: "message", tabindex: "-1" }, text);
    sheet = openSheet(lang, true, words.close, close, message);
    return (more) => message.append(` ${more}`);
  }

  /** Resolves to what went wrong, in words for the visitor. */
  async function decide(notice: BannerNotice, chosen: string[], action: GrantAction): Promise<string> {
    const mine = ++turn;
    const { hash, lang, blocks, words } = notice;
    const before = given();
    if (chosen.every((block) => before.includes(block))) {
      withdraw(
        notice,
        before.filter((block) => !chosen.includes(block)),
      );
      return "";
    }
    const { state, status } = await consent.grant({
      notice: hash,
      lang,
      blocks: Object.fromEntries(blocks.map(({ id }) => [id, chosen.includes(id)])),
      source: { ui: "banner", action },
    });
    // Meanwhile the visitor may have chosen again.
    if (mine !== turn) return "";
    if (status !== 201 || state !== "granted") return canStore(site) ? words.failed : words.blocked;
    close();
    if (lacking()[0]) tell(notice, fill(words.missing, { blocks: titlesOf(notice, lacking()) }));
    return "";
  }

  async function withdraw(notice: BannerNotice, blocks: readonly string[]) {
    turn++;
    const { words } = notice;
    const taken = given().filter((block) => blocks.includes(block));
    const isAll = given().length === taken.length;
    // After the choice, and once: who changes their mind is no further visitor.
    if (isAll && countsRefusals && consent.state() === "unknown") post("consent/refusal", { site });
    // Silent from here on, whether or not the collector can be told at once. Nothing left is a refusal, and remembered.
    const heard = isAll ? consent.deny() : taken[0] && consent.withdraw(taken);
    close();
    if (!taken[0]) return;
    const more = tell(notice, fill(words.withdrawn, { blocks: titlesOf(notice, taken) }));
    if (lacking()[0]) more(words.nothing);
    if (!(await heard)) more(words.pending);
  }

  function ask() {
    if (shown === undefined && consent.state() === "unknown" && navigator.cookieEnabled && attempt(() => localStorage))
      show(false);
  }

  function follow(event: Event) {
    const asked = (event.target as Element).closest?.("[data-razi-choices],[data-razi-withdraw]");
    if (!asked) return;
    // It may be a link, for where this script does not run.
    event.preventDefault();
    const named = asked.getAttribute("data-razi-withdraw");
    if (named === null) show(true);
    else withdraw(inLanguageOfPage(notices), named ? named.split(" ") : given());
  }

  // Before the page can stop it.
  document.addEventListener("click", follow, true);
  consent.onChange(() => {
    // Chosen in another tab, or by the page.
    if (shown !== standing() && shown !== undefined) close();
    ask();
  });
  ask();
  return { choices: () => show(true) };
}

/** Only using it tells, and only after a choice. The entry is the same that the SDK tries. */
function canStore(site: string): boolean | undefined {
  const key = `razi:${site}:probe`;
  return attempt(() => {
    localStorage[key] = "";
    return delete localStorage[key] && navigator.cookieEnabled;
  });
}
