import { computed, h, ref, watchEffect } from "vue";
import { razi } from "./analytics.ts";

interface Notice {
  hash: string;
  lang: string;
  title: string;
  text: string;
  blocks: { id: string; title: string; text: string }[];
}

const state = ref(razi.consent.state());
const isReopened = ref(false);
const isOpen = computed(() => state.value === "unknown" || (state.value === "denied" && isReopened.value));
razi.consent.onChange((now) => {
  state.value = now;
});

/** Asks where there is no answer yet. Afterwards there is a way back, as easy as the way in. */
export const ConsentDialog = {
  setup() {
    const notice = ref<Notice>();
    watchEffect(async () => {
      if (isOpen.value) notice.value = await loadNotice();
    });
    return () => {
      if (state.value === "granted") return wayBack("Withdraw my consent", refuse);
      if (!isOpen.value) return wayBack("Privacy choices", reopen);
      return notice.value && question(notice.value);
    };
  },
};

function question(notice: Notice) {
  const boxes = notice.blocks.map(({ id, title, text }) =>
    h("label", [h("input", { type: "checkbox", name: id }), ` ${title}: ${text}`]),
  );
  return h("dialog", { open: true, "aria-labelledby": "consent-title", "data-razi-ignore": "" }, [
    h("form", { onSubmit: (event: Event) => save(event, notice) }, [
      h("h2", { id: "consent-title" }, notice.title),
      h("p", notice.text),
      ...boxes,
      h("button", { type: "submit" }, "Save my choice"),
      h("button", { type: "button", onClick: refuse }, "Refuse all"),
    ]),
  ]);
}

function wayBack(label: string, onClick: () => void) {
  return h("footer", { "data-razi-ignore": "" }, [h("button", { type: "button", onClick }, label)]);
}

function reopen() {
  isReopened.value = true;
}

function refuse() {
  isReopened.value = false;
  razi.consent.deny();
}

function save(event: Event, { hash, lang, blocks: asked }: Notice) {
  event.preventDefault();
  const ticked = new FormData(event.currentTarget as HTMLFormElement);
  const blocks = Object.fromEntries(asked.map(({ id }) => [id, ticked.has(id)]));
  if (!Object.values(blocks).includes(true)) return refuse();
  razi.consent.grant({ notice: hash, lang, blocks, source: { ui: "dialog", action: "save" } });
}

/** The text that the site has declared. Its hash is what the proof of consent names. */
async function loadNotice(): Promise<Notice> {
  const answer = await fetch("http://localhost:8787/v1/notice?site=demo&lang=en");
  return (await answer.json()) as Notice;
}
