import { describe, expect, it } from "vitest";
import { renderTable } from "../../collector/cli/table.ts";

const render = (columns: string[], ...rows: Record<string, unknown>[]) => renderTable(columns, rows).split("\n");

describe("a table", () => {
  it("has words on the left and numbers on the right, each column as wide as it needs", () => {
    expect(render(["path", "views"], { path: "/tv", views: 7 }, { path: "/xidmətlər", views: "1200" })).toEqual([
      "path        views",
      "──────────  ─────",
      "/tv             7",
      "/xidmətlər   1200",
    ]);
  });

  it("shows what is missing as nothing", () => {
    expect(render(["seconds"], { seconds: null }, { seconds: 1.5 }, { seconds: -2 })).toEqual([
      "seconds",
      "───────",
      "",
      "    1.5",
      "     -2",
    ]);
  });

  it("without rows is its head", () => {
    expect(render(["path", "views"])).toEqual(["path  views", "────  ─────"]);
  });

  it("does not let a tracked text command the terminal", () => {
    const [, , row] = render(["path"], { path: "/\u001b[31mred\u0007\n\u009b2J" });
    expect(row).toBe("/?[31mred???2J");
  });
});
