/** The one in the language of the page as it is now, else in the first of the visitor's that there is, else the first. */
export function inLanguageOfPage<T extends { readonly lang: string }>(all: readonly [T, ...T[]]): T {
  const primary = (lang: string) => lang.split("-")[0];
  for (const lang of [document.documentElement.lang, ...navigator.languages]) {
    const found = all.find((one) => one.lang === lang) ?? all.find((one) => primary(one.lang) === primary(lang));
    if (found) return found;
  }
  return all[0];
}
