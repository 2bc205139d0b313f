import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { projectRoot } from "../../collector/root.ts";

const tsc = join(projectRoot, "node_modules", ".bin", "tsc");

it("the package is imported with its types, which say what is wrong", () => {
  const app = mkdtempSync(join(tmpdir(), "razi-test-"));
  onTestFinished(() => rmSync(app, { recursive: true, force: true }));
  const installed = join(app, "node_modules", "razi");
  mkdirSync(join(installed, "dist"), { recursive: true });
  cpSync(join(projectRoot, "sdk", "package.json"), join(installed, "package.json"));
  cpSync(join(projectRoot, "sdk", "dist"), join(installed, "dist"), { recursive: true });
  execFileSync(tsc, [
    "-p",
    join(projectRoot, "sdk", "tsconfig.types.json"),
    "--outDir",
    join(installed, "dist", "types"),
  ]);

  const compile = (source: string): string => {
    writeFileSync(join(app, "app.ts"), source);
    const options = [
      "--noEmit",
      "--strict",
      "--module",
      "esnext",
      "--moduleResolution",
      "bundler",
      "--target",
      "es2022",
    ];
    try {
      execFileSync(tsc, [...options, "--lib", "es2022,dom", "--types", "", "app.ts"], { cwd: app, encoding: "utf8" });
      return "";
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  const start = `import { start } from "razi";\nconst razi = start({ site: "demo", collector: "https://stats.example" });\n`;
  expect(
    compile(
      `${start}razi.service("fiber-100", "choose");\nconst state: "unknown" | "granted" | "denied" = razi.consent.state();`,
    ),
  ).toBe("");
  expect(compile(`import { klaro } from "razi/adapters/klaro";\nconsole.log(klaro);`)).toBe("");
  expect(compile(`${start}razi.service("fiber-100", "buy");`)).toContain("not assignable");
  expect(compile(`import { start } from "razi";\nstart({ site: "demo" });`)).toContain("collector");
});
