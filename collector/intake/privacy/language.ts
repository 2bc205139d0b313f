/** Language and region at most, as `az` or `en-GB`: rarer subtags single people out. */
export function language(tag: string | undefined): string {
  const found = /^([a-z]{2,3})(?:-[a-z]{4})?(?:-([a-z]{2}))?(?:-|$)/i.exec(tag ?? "");
  if (found === null) return "";
  const [, primary = "", region] = found;
  return region === undefined ? primary.toLowerCase() : `${primary.toLowerCase()}-${region.toUpperCase()}`;
}
