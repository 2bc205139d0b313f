import { type Assets, document } from "./document.tsx";
import type { Reading } from "./language.ts";
import type { Words } from "./words/en.ts";

/** Why the reader is not let in. */
export type Refused = keyof Pick<Words, "keyWrong" | "keyWait" | "keyForeign" | "linkGone">;

/** Asks for the key of a site. `back` is the view that was asked for. */
export function loginPage(reading: Reading, assets: Assets, back: string, refused?: Refused): string {
  const { words } = reading;
  return document(
    reading,
    `Razi · ${words.logIn}`,
    assets,
    <main class="login">
      <h1>Razi</h1>
      {refused && (
        <p class="refused" role="alert">
          {words[refused]}
        </p>
      )}
      {refused !== "linkGone" && (
        <form method="post" action="/dashboard/login">
          <input type="hidden" name="back" value={back} />
          <label for="key">{words.keyLabel}</label>
          <input
            id="key"
            name="key"
            type="password"
            autocomplete="current-password"
            required
            maxlength={200}
            aria-describedby="hint"
          />
          <button type="submit">{words.logIn}</button>
          <p id="hint">
            {words.keyHint} <code>npm run keys -- report --site …</code>
          </p>
        </form>
      )}
    </main>,
  );
}

/** For a link that somebody followed from elsewhere: the browser shows a session only to what this host asks for itself. */
export function onceMore(reading: Reading, assets: Assets): string {
  return document(reading, "Razi", assets, <meta http-equiv="refresh" content="0" />);
}
