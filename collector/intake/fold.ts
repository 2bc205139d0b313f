/** A word without case and marks, so that `Sağlamlıq`, `SAĞLAMLIQ` and `saglamliq` are one. Only to compare, never to store. */
export function fold(text: string): string {
  if (/^[a-z\d-]*$/.test(text)) return text;
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ı", "i").replaceAll("ə", "e");
}
