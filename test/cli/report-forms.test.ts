import { describe, expect, it } from "vitest";
import { renderFigures } from "../../collector/cli/figures.ts";
import { renderMarkdown } from "../../collector/cli/markdown.ts";
import { renderSparklines, sparkline } from "../../collector/cli/sparkline.ts";

describe("a sparkline", () => {
  it("begins at zero, and leaves a gap where nothing is known", () => {
    expect(sparkline([0, 1, 2, 4, undefined, 8])).toBe("▁▂▃▅ █");
    expect(sparkline([0, 0])).toBe("▁▁");
    expect(sparkline([])).toBe("");
  });

  it("stands beside its name and its range", () => {
    expect(
      renderSparklines(
        ["views", "bounce"],
        [
          { views: 1, bounce: null },
          { views: 2, bounce: null },
        ],
      ),
    ).toBe("views   ▅█  1 to 2\nbounce    ");
  });
});

describe("a table of Markdown", () => {
  it("has numbers on the right", () => {
    expect(
      renderMarkdown(
        ["path", "views"],
        [
          { path: "/tv", views: 7 },
          { path: "/x", views: null },
        ],
      ),
    ).toBe("| path | views |\n| --- | ---: |\n| /tv | 7 |\n| /x |  |");
  });

  it("lets a tracked text be nothing but text", () => {
    const text =
      renderMarkdown(["path"], [{ path: "a|b <img src=x> [x](y) `c` \n&amp;" }])
        .split("\n")
        .at(-1) ?? "";
    expect(text.slice(2, -2)).not.toMatch(/[|<>[\]`\n]|&amp;/);
  });
});

it("figures stand beside those of the period before, with their change", () => {
  const lines = renderFigures(
    ["views", "bounce", "seconds"],
    { views: 12, bounce: 50, seconds: null },
    { views: 10, bounce: 0, seconds: 3 },
  );
  expect(lines.split("\n").map((line) => line.trimEnd())).toEqual([
    "figure   now  before  change",
    "───────  ───  ──────  ──────",
    "views     12      10  +20 %",
    "bounce    50       0",
    "seconds            3",
  ]);
  expect(renderFigures(["views"], { views: 12 }, undefined)).toBe("figure  now\n──────  ───\nviews    12");
});
