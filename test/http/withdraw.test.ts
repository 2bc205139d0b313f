import { describe, expect, it } from "vitest";
import { adminKey, anApp } from "../build/app.ts";
import { aBatch } from "../build/batch.ts";

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
