import { describe, expect, it } from "vitest";
import { consentFormat } from "../../collector/consent/record.ts";
import { createRevocations } from "../../collector/consent/revocations.ts";
import { createRevoking } from "../../collector/consent/revoke.ts";
import { adminKey, anApp } from "../build/app.ts";
import { aBatch } from "../build/batch.ts";
import { aProof } from "../build/proof.ts";
import { aSite } from "../build/site.ts";

class Full extends Error {
  readonly retryAfterMs = 5_000;
}

const asOperator = { authorization: `Bearer ${adminKey}` };

describe("POST /v1/operator/consent", () => {
  it("holds for a number in capitals, which is the same number", async () => {
    const capitals = "ABCDEF00-1111-4111-8111-111111111111";
    const { post, aToken } = anApp();
    const token = await aToken({ consentId: capitals.toLowerCase() });
    const act = { site: "shop", consent_id: capitals, event: "withdrawn" };
    expect((await post("/v1/operator/consent", act, asOperator)).status).toBe(200);
    const answer = await post("/v1/events", aBatch({ token }));
    expect(await answer.json()).toEqual({ accepted: 0, refused: { withdrawn: 1 } });
  });
});

it("while revocations.log cannot be written, a withdrawal is to come back: 503, which is no bug", async () => {
  const { post, tokens, revoke, bugs } = anApp();
  const full = async () => {
    throw Object.assign(new Error("no space"), { code: "ENOSPC" });
  };
  const told: unknown[] = [];
  const log = { append: full, close: async () => {} };
  Object.assign(
    revoke,
    createRevoking("here", createRevocations(), log, (cause) => told.push(cause)),
  );
  const answer = await post("/v1/consent/withdraw", { receipt: await tokens.issueReceipt(aProof()) });
  expect([answer.status, Number(answer.headers.get("retry-after"))]).toEqual([503, expect.any(Number)]);
  expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
  expect(bugs).toEqual([]);
  // Operators learn of it, once for each.
  expect(told).toMatchObject([{ code: "ENOSPC" }]);
});

it("what a full destination abroad does not take holds all the same: the others are told of it already", async () => {
  const append = async ({ format }: { format: number }) => {
    if (format === consentFormat) throw new Full();
  };
  const { post, tokens, revoke } = anApp({ store: { append } });
  const claims = aProof();
  const withdraw = async () => post("/v1/consent/withdraw", { receipt: await tokens.issueReceipt(claims) });
  expect((await withdraw()).status).toBe(503);
  expect([...(revoke.standing(claims.consentId)?.withdrawn ?? [])]).toEqual(claims.blocks);
  expect((await withdraw()).status).toBe(200);
});

it("what the spool at home refuses does not hold", async () => {
  const { post, tokens, revoke } = anApp({ store: { append: () => Promise.reject(new Full()) } });
  const claims = aProof();
  const answer = await post("/v1/consent/withdraw", { receipt: await tokens.issueReceipt(claims) });
  expect([answer.status, revoke.standing(claims.consentId)]).toEqual([503, undefined]);
});

describe("KG-B1: the record of an act goes where the blocks that still stand let it, and home always", () => {
  const site = aSite();
  const blocks = ["analytics", "processing", "cross_border"];
  const claims = aProof({ policy: site.policy.hash, blocks });
  const consent = { site: "shop", consent_id: claims.consentId };

  /** The blocks under which consent records were stored, one after the other. */
  async function aVisitor() {
    const storedUnder: (readonly string[])[] = [];
    const append = async ({ format }: { format: number }, under: readonly string[]) => {
      if (format === 2) storedUnder.push(under);
    };
    const app = anApp({ sites: [site], store: { append } });
    return { ...app, storedUnder, receipt: await app.tokens.issueReceipt(claims) };
  }

  it("of a visitor those that are left", async () => {
    const { post, storedUnder, receipt } = await aVisitor();
    await post("/v1/consent/withdraw", { receipt, blocks: ["analytics"] });
    await post("/v1/consent/withdraw", { receipt, blocks: ["cross_border"] });
    await post("/v1/consent/withdraw", { receipt });
    expect(storedUnder).toEqual([["processing", "cross_border"], ["processing"], []]);
  });

  it("also when a visitor has it blocked", async () => {
    const { post, request, storedUnder, receipt } = await aVisitor();
    await post("/v1/consent/withdraw", { receipt, blocks: ["cross_border"] });
    await request("/v1/subject/object", { method: "POST", headers: { authorization: `Bearer ${receipt}` } });
    expect(storedUnder.at(-1)).toEqual(["analytics", "processing"]);
  });

  it.each([
    ["/v1/operator/consent", { ...consent, event: "withdrawn" }],
    ["/v1/operator/consent", { ...consent, event: "blocked" }],
    ["/v1/operator/subject", { ...consent, do: "erase" }],
    ["/v1/operator/subject", { ...consent, do: "object" }],
  ])("by the number none, since it does not tell what was given: %s %j", async (path, act) => {
    const { post, storedUnder } = await aVisitor();
    expect((await post(path, act, asOperator)).ok).toBe(true);
    expect(storedUnder).toEqual([[]]);
  });
});
