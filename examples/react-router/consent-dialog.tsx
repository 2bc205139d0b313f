import type { Consent } from "razi";
import { type SubmitEvent, useEffect, useState } from "react";

interface Notice {
  hash: string;
  lang: string;
  title: string;
  text: string;
  blocks: { id: string; title: string; text: string }[];
}

/** Asks where there is no answer yet. Afterwards there is a way back, as easy as the way in. */
export function ConsentDialog({ consent }: { consent: Consent }) {
  const [state, setState] = useState(consent.state);
  const [notice, setNotice] = useState<Notice>();
  const [isReopened, setReopened] = useState(false);
  const isOpen = state === "unknown" || (state === "denied" && isReopened);

  useEffect(() => void consent.onChange(setState), [consent]);
  useEffect(() => {
    if (isOpen) loadNotice().then(setNotice);
  }, [isOpen]);

  function save(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!notice) return;
    const ticked = new FormData(event.currentTarget);
    const blocks = Object.fromEntries(notice.blocks.map(({ id }) => [id, ticked.has(id)]));
    if (!Object.values(blocks).includes(true)) return refuse();
    consent.grant({ notice: notice.hash, lang: notice.lang, blocks, source: { ui: "dialog", action: "save" } });
  }

  function refuse() {
    setReopened(false);
    consent.deny();
  }

  if (state === "granted") return <WayBack label="Withdraw my consent" onClick={refuse} />;
  if (!isOpen) return <WayBack label="Privacy choices" onClick={() => setReopened(true)} />;
  return (
    notice && (
      <dialog open aria-labelledby="consent-title" data-razi-ignore>
        <form onSubmit={save}>
          <h2 id="consent-title">{notice.title}</h2>
          <p>{notice.text}</p>
          {notice.blocks.map(({ id, title, text }) => (
            <label key={id}>
              <input type="checkbox" name={id} /> {title}: {text}
            </label>
          ))}
          <button type="submit">Save my choice</button>
          <button type="button" onClick={refuse}>
            Refuse all
          </button>
        </form>
      </dialog>
    )
  );
}

function WayBack({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <footer data-razi-ignore>
      <button type="button" onClick={onClick}>
        {label}
      </button>
    </footer>
  );
}

/** The text that the site has declared. Its hash is what the proof of consent names. */
async function loadNotice(): Promise<Notice> {
  const answer = await fetch("http://localhost:8787/v1/notice?site=demo&lang=en");
  return (await answer.json()) as Notice;
}
