/**
 * The browser as the core script knows it, of functions that do nothing: what a visit costs on it is the script's own
 * code. What the browser does for it (opening storage, listening, fetching) is the same for whoever asks for it.
 */
const browser = {
  document: `{ currentScript: { src: "http://stub.example/razi.js", dataset: { site: "demo" } }, baseURI: "http://stub.example/",
    referrer: "", hidden: false, hasFocus: () => true, querySelector: nothing }`,
  navigator: `{ cookieEnabled: true, doNotTrack: null, language: "en", onLine: true }`,
  location: `{ href: "http://stub.example/", host: "stub.example" }`,
  localStorage: `{ "razi:demo": granted }`,
  sessionStorage: "{}",
  fetch: "(to, { body }) => (window.sent = body, answer)",
  crypto: "{ getRandomValues: (numbers) => numbers }",
  URL: `class { searchParams = []; origin = "http://stub.example"; href = "http://stub.example/" }`,
  URLSearchParams: "class {}",
  performance: "{ now: () => 0 }",
  innerWidth: "800",
  window: "{ addEventListener: nothing, navigation: { addEventListener: nothing } }",
};

/** The script in a function whose arguments take the place of the browser; the page learns in `sent` what it would have sent. */
export function onStubs(script: string, granted: string): string {
  // What the script says to the engine stands before all else.
  const [, hint = "", code = ""] = /^(\/\/#.*\n)?(.*)$/s.exec(script) ?? [];
  return `${hint}{
    const nothing = () => {}, granted = ${JSON.stringify(granted)};
    const answer = Promise.resolve({ status: 202, headers: { get: nothing }, json: async () => ({ accepted: 1 }) });
    ((${[...Object.keys(browser), "globalThis"]}) => {${code}
    })(${[...Object.values(browser), "{}"]});
  }`;
}
