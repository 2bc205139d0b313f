import { raw } from "hono/html";
import { Chips } from "./chips.tsx";
import { type Assets, document } from "./document.tsx";
import { languages } from "./language.ts";
import { PeriodPicker } from "./period-picker.tsx";
import type { Reader } from "./reader.ts";
import { hrefOf } from "./view.ts";

/** Where the panels come into the page. */
const place = "<!--panels-->";

/**
 * The page around its panels: what is sent before the first report has been asked for, and what follows the last one.
 * `sites` are all that the reader has a key of; none for a link that was shared.
 */
export function pageAround(reader: Reader, assets: Assets, sites: readonly string[]): [before: string, after: string] {
  const { words, site } = reader;
  const whole = document(
    reader,
    `${site} · Razi`,
    assets,
    <>
      <a class="skip" href="#panels">
        {words.skip}
      </a>
      <Top reader={reader} sites={sites} />
      <p class="unseen" role="status" id="said" data-loading={words.loading} data-shown={words.shown} />
      <p class="offline" id="offline" role="alert" hidden>
        {words.offline}
      </p>
      <main id="panels" tabindex={-1}>
        <Place />
      </main>
      <dialog id="statement" aria-labelledby="statement-title">
        <h2 id="statement-title">{words.sqlOf}</h2>
        <pre tabindex={0} />
        <form method="dialog">
          <button type="button" data-copy>
            {words.copy}
          </button>
          <button type="submit">{words.close}</button>
        </form>
      </dialog>
    </>,
  );
  const [before = "", after = ""] = whole.split(place);
  return [before, after];
}

/** What changes at the head of the page when a part of it does. */
export const topPart = (reader: Reader, sites: readonly string[]): string =>
  String(<Top reader={reader} sites={sites} />);

function Top({ reader, sites }: { reader: Reader; sites: readonly string[] }) {
  return (
    <header class="top" id="top">
      <div class="bar-of-site">
        <h1>
          <span class="brand">Razi</span> <span class="site">{reader.site}</span>
        </h1>
        <Account reader={reader} sites={sites} />
      </div>
      {reader.k > 0 && <p class="shared">{reader.words.shared.replace("{k}", String(reader.k))}</p>}
      <PeriodPicker reader={reader} />
      <Chips reader={reader} />
    </header>
  );
}

const Place = () => raw(place);

function Account({ reader, sites }: { reader: Reader; sites: readonly string[] }) {
  const { words, view, language, site } = reader;
  return (
    <div class="account">
      {sites.length > 1 && (
        <details class="menu" name="menu">
          <summary aria-label={`${site} · ${words.site}`}>{site}</summary>
          <nav aria-label={words.site}>
            {sites.map((id) => (
              <a href={`?${new URLSearchParams({ site: id })}`} aria-current={id === site ? "true" : undefined}>
                {id}
              </a>
            ))}
          </nav>
        </details>
      )}
      <details class="menu" name="menu">
        <summary aria-label={`${language.toUpperCase()} · ${words.language}`}>{language.toUpperCase()}</summary>
        <nav aria-label={words.language}>
          {Object.entries(languages).map(([code, { name }]) => (
            <a
              href={hrefOf(view, { language: code })}
              lang={code}
              aria-current={code === language ? "true" : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
      </details>
      {sites.length > 0 && (
        <>
          <a class="add" href="/dashboard/login">
            {words.addSite}
          </a>
          <form method="post" action="/dashboard/logout">
            <button type="submit">{words.logOut}</button>
          </form>
        </>
      )}
    </div>
  );
}

/** Says that an address asks for what there is not. */
export function lostPage(
  reader: Pick<Reader, "words" | "language" | "locale">,
  assets: Assets,
  base: string,
  why: string,
): string {
  return document(
    reader,
    "Razi",
    assets,
    <main class="login">
      <h1>Razi</h1>
      <p role="alert">{reader.words.badAddress}</p>
      <p lang="en">{why}</p>
      <p>
        <a href={base}>{reader.words.startAgain}</a>
      </p>
    </main>,
  );
}
