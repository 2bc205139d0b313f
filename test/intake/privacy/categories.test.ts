import { describe, expect, it } from "vitest";
import { fileSchema } from "../../../collector/config-file.ts";
import { isSpecial, namesSpecial } from "../../../collector/intake/privacy/categories.ts";

describe("CN-1.8, KG-2.2: a name of a special category", () => {
  it.each(
    `diagnosis patient[diagnosis] userReligion medical-history blood_type tradeUnion politicalParty sexualOrientation fingerprint
    sağlamlıq SAĞLAMLIQ saglamliq diaqnoz din dini_inanc həmkarlar milliyyət siyasi-baxış cinsi_oryentasiya xəstəlik barmaq_izi
    tanı teşhis hastalık sağlık mezhep sendika etnikKöken cinsel-yönelim parmak_izi engellilik
    диагноз ДИАГНОЗ здоровье религия вероисповедание профсоюз национальность политические-взгляды отпечаток diagnoz`.split(
      /\s+/,
    ),
  )("%s", (key) => {
    expect(namesSpecial(key)).toBe(true);
  });

  it.each(
    `tab sort page q id union party dinner dining healthy-food-name color size sexy irksome diagnostics city lang category model`.split(
      " ",
    ),
  )("%s is none", (key) => {
    expect(namesSpecial(key)).toBe(false);
  });

  it("stands for the value after it only where it is all of a segment", () => {
    expect(["din", "Medical-History", "Диагноз"].every(isSpecial)).toBe(true);
    expect(["din-tarixi", "health-insurance", "diagnostics"].some(isSpecial)).toBe(false);
  });
});

describe("the configuration refuses to keep one", () => {
  const problemsOf = (urls: object) =>
    (fileSchema.safeParse({ sites: [{ id: "shop", origins: ["https://shop.example"], urls }] }).error?.issues ?? [])
      .filter(({ path }) => path.includes("urls"))
      .map(({ path, message }) => `${path.slice(2).join(".")}: ${message}`);
  const names = "names a special category of personal data (health, belief, politics, union, sex life, origin, body)";

  it.each([
    [{ query: ["tab", "diagnosis"] }, `urls.query.1: ${names}`],
    [{ query: ["диагноз"] }, `urls.query.0: ${names}`],
    [{ query: ["dinə_inanc", "din"] }, `urls.query.1: ${names}`],
    [{ routes: ["/doctors/:diagnosis"] }, `urls.routes.0: ${names}`],
  ])("%j", (urls, problem) => {
    expect(problemsOf(urls)).toContain(problem);
  });

  it.each([
    ["/a/*/b", "may have a * only as its last segment"],
    ["/a*", "may have a * only as its last segment"],
    ["/h%C9%99kim", "must be written in plain letters, without %, query or parameters"],
    ["/a?b=c", "must be written in plain letters, without %, query or parameters"],
  ])("a template that would never fit as it is meant: %s", (template, message) => {
    expect(problemsOf({ sensitive: [template] })).toContain(`urls.sensitive.0: ${message}`);
  });

  it("but a page may be about it, and be marked as sensitive", () => {
    expect(problemsOf({ query: ["tab"], routes: ["/health/:article"], sensitive: ["/health/:diagnosis"] })).toEqual([]);
  });
});
