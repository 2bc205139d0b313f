/** The entities of HTML that stand for what is found in addresses and numbers, or between their parts. */
const named: Readonly<Record<string, string>> = {
  amp: "&",
  ast: "*",
  colon: ":",
  comma: ",",
  commat: "@",
  dash: "-",
  emsp: " ",
  ensp: " ",
  equals: "=",
  gt: ">",
  hyphen: "-",
  lowbar: "_",
  lpar: "(",
  lt: "<",
  mdash: "—",
  nbsp: " ",
  ndash: "–",
  newline: " ",
  num: "#",
  percnt: "%",
  period: ".",
  plus: "+",
  quot: '"',
  rpar: ")",
  shy: "",
  sol: "/",
  tab: " ",
  thinsp: " ",
  zwj: "",
  zwnj: "",
};

const entity = new RegExp(
  `&(?:#x0{0,6}([\\da-f]{1,6});?|#0{0,6}(\\d{1,7});?|(${Object.keys(named).join("|")});)`,
  "gi",
);

/** Named and numeric, the latter also without a semicolon, as browsers read them. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(entity, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
