import { CmpApi } from "@iabtcf/cmpapi";
import { GVL, type Purpose, TCModel, TCString } from "@iabtcf/core";
// @ts-expect-error It has no types.
import stub from "@iabtcf/stub";

/**
 * A consent tool for TCF pages, made of the IAB's own parts: the stub, the CMP API that answers `__tcfapi`, and the encoder
 * of TC strings. It asks for the publisher's purposes 1 and 8, with the buttons of the page.
 */
stub();
const purpose = (id: number): Purpose => ({ id, name: "p", description: "", descriptionLegal: "" });
const list = new GVL({
  gvlSpecificationVersion: 3,
  vendorListVersion: 1,
  tcfPolicyVersion: 5,
  lastUpdated: new Date().toISOString(),
  purposes: Object.fromEntries([...Array(11).keys()].map((n) => [n + 1, purpose(n + 1)])) as Record<number, Purpose>,
  specialPurposes: {},
  features: {},
  specialFeatures: {},
  stacks: {},
  vendors: {},
});
const cmp = new CmpApi(7, 1, true);
const kept = localStorage as { tcString?: string };

function encode(consents: number[]): string {
  const model = new TCModel(list);
  Object.assign(model, { cmpId: 7, cmpVersion: 1, isServiceSpecific: true, publisherCountryCode: "AZ" });
  model.publisherConsents.set(consents);
  return TCString.encode(model);
}

function choose(consents: number[]): void {
  cmp.update(kept.tcString ?? "", true);
  kept.tcString = encode(consents);
  cmp.update(kept.tcString, false);
}

cmp.update(kept.tcString ?? "", !kept.tcString);
document.querySelector("#accept")?.addEventListener("click", () => choose([1, 8]));
document.querySelector("#refuse")?.addEventListener("click", () => choose([]));
