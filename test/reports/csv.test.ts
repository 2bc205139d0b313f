import { expect, it } from "vitest";
import { renderCsv } from "../../collector/reports/csv.ts";

const cellOf = (value: unknown): string =>
  renderCsv(["a"], [{ a: value }])
    .split("\r\n")
    .slice(1, -1)
    .join("\r\n");

it("is a head and a line for each row", () => {
  expect(
    renderCsv(
      ["path", "views"],
      [
        { views: 7, path: "/tv" },
        { path: "/x", views: null },
      ],
    ),
  ).toBe("path,views\r\n/tv,7\r\n/x,\r\n");
});

it.each([
  ["a comma", "a,b", '"a,b"'],
  ["a quotation mark", 'a"b', '"a""b"'],
  ["a line end", "a\nb", '"a\nb"'],
  ["letters of any language", "/xidmətlər", "/xidmətlər"],
  ["a negative number", -3, "-3"],
])("%s comes back as it was", (_, value, cell) => {
  expect(cellOf(value)).toBe(cell);
});

it.each([
  "=1+1",
  "+1",
  "-1",
  "@SUM(A1)",
  " =1",
  "\t=1",
  "\r=1",
  "\n=1",
  "＝1",
  "＋1",
  "＠a",
  "－1",
  "\u00a0=1",
  '=HYPERLINK("https://evil.example","x")',
])("%j does not run in a spreadsheet", (text) => {
  expect(cellOf(text).replace(/^"/, "")).toBe(`'${text.replaceAll('"', '""')}${/[",\r\n]/.test(text) ? '"' : ""}`);
});
