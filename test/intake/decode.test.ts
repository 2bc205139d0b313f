import { describe, expect, it } from "vitest";
import { decode, Unreadable } from "../../collector/intake/decode.ts";
import { aBatch, aClick, aServiceEvent, aView, someTime } from "../build/batch.ts";

const marker = "MARKER-7f3a";
const whyUnreadable = (body: string): string => {
  const read = decode(body);
  return read instanceof Unreadable ? read.detail : "readable";
};

describe("a body that is no batch", () => {
  const events = (n: number) => Array.from({ length: n }, () => aView());
  it.each([
    ["nothing", "", "the body is not JSON"],
    ["text", `hello ${marker}`, "the body is not JSON"],
    ["half a batch", JSON.stringify(aBatch()).slice(0, 40), "the body is not JSON"],
    ["null", "null", "the body is not a JSON object"],
    ["a list", `["${marker}"]`, "the body is not a JSON object"],
    ["a number", "1e999", "the body is not a JSON object"],
    ["nothing but brackets, 30,000 deep", "[".repeat(30_000) + "]".repeat(30_000), "the body is not a JSON object"],
    ["an empty object", "{}", "v must be 1: this collector speaks version 1"],
    ["another version", JSON.stringify({ ...aBatch(), v: 2 }), "v must be 1: this collector speaks version 1"],
    ["the version as text", JSON.stringify({ ...aBatch(), v: "1" }), "v must be 1: this collector speaks version 1"],
    ["no events", JSON.stringify(aBatch({ events: [] })), /^events: /],
    ["101 events", JSON.stringify(aBatch({ events: events(101) })), "events: at most 100 in a batch"],
    ["events that are no list", JSON.stringify({ ...aBatch(), events: { marker } }), /^events: /],
    ["a site that is no text", JSON.stringify({ ...aBatch(), site: { [marker]: 1 } }), /^site: /],
    ["an empty site", JSON.stringify(aBatch({ site: "" })), /^site: /],
    ["no session", JSON.stringify({ ...aBatch(), session: undefined }), /^session: /],
    ["a session of another alphabet", JSON.stringify(aBatch({ session: `${marker}-ABCDEF` })), /^session: /],
    ["a session with a line break after it", JSON.stringify(aBatch({ session: "session1\n" })), /^session: /],
    ["a time with a fraction", JSON.stringify(aBatch({ sent_at: 1.5 })), /^sent_at: /],
    ["a time beyond all dates", JSON.stringify(aBatch({ sent_at: 8.64e15 + 2 })), /^sent_at: /],
    ["a number too large for JSON", JSON.stringify(aBatch()).replace(/"sent_at":\d+/, '"sent_at":1e999'), /^sent_at: /],
    ["a negative count", JSON.stringify(aBatch({ dropped: -1 })), /^dropped: /],
    ["an SDK that tells more than its version", JSON.stringify(aBatch({ sdk: `razi/1.0 ${marker}` })), /^sdk: /],
    ["a token longer than any", JSON.stringify(aBatch({ token: marker.repeat(500) })), /^token: /],
    ["an unknown field", JSON.stringify({ ...aBatch(), [marker]: 1 }), "body: has fields the protocol does not know"],
    [
      "a field __proto__",
      JSON.stringify(aBatch()).replace("{", '{"__proto__":{"site":"x"},'),
      "body: has fields the protocol does not know",
    ],
    ["a field constructor", JSON.stringify({ ...aBatch(), constructor: {} }), /fields the protocol does not know/],
    [
      "deep nesting in a field",
      JSON.stringify(aBatch()).replace('"shop"', `${"[".repeat(5_000)}${"]".repeat(5_000)}`),
      /^site: /,
    ],
  ])("%s is refused in words that do not quote it", (_, body, detail) => {
    const said = whyUnreadable(body);
    expect(said).toEqual(typeof detail === "string" ? detail : expect.stringMatching(detail));
    expect(said).not.toContain(marker);
  });
});

describe("one event that breaks the contract costs only itself", () => {
  const view = aView();
  it.each<[string, unknown]>([
    ["null", null],
    ["a list", []],
    ["a text", "view"],
    ["no type", { ...view, type: undefined }],
    ["an unknown type", { ...view, type: "purchase" }],
    ["the type __proto__", { ...view, type: "__proto__" }],
    ["the type constructor", { ...view, type: "constructor" }],
    ["the type toString", { ...view, type: "toString" }],
    ["a type that is a list", { ...view, type: ["view"] }],
    ["no page", { ...view, page: undefined }],
    ["a page of capitals", { ...view, page: "PAGE0001" }],
    ["seq 65536", { ...view, seq: 65_536 }],
    ["seq 0.5", { ...view, seq: 0.5 }],
    ["seq as text", { ...view, seq: "0" }],
    ["a negative time", { ...view, at: -1 }],
    ["a time too large to be exact", { ...view, at: 2 ** 53 }],
    ["a URL of 2049 characters", { ...view, url: "x".repeat(2_049) }],
    ["a URL that is an object", { ...view, url: { href: "https://shop.example/" } }],
    ["nesting in the URL", { ...view, url: [[[[[[]]]]]] }],
    ["a field of another type of event", { ...view, kind: "button" }],
    ["a kind of click that is none", { ...aClick(), kind: "form" }],
    ["a label of 201 characters", aClick({ label: "x".repeat(201) })],
    ["an action that is none", { ...aServiceEvent(), action: "buy" }],
    ["more than a day on one page", someTime({ ms: 86_400_001 })],
    ["a scroll of 101 per cent", someTime({ scroll: 101 })],
    ["a scroll of null", { ...someTime(), scroll: null }],
  ])("%s", (_, event) => {
    const read = decode(JSON.stringify({ ...aBatch(), events: [event, view] }));
    expect(read).toMatchObject({ malformed: 1, events: [view] });
  });

  it("an own field __proto__ does not smuggle in a type", () => {
    const body = JSON.stringify(aBatch()).replace('"type":"view"', '"__proto__":{"type":"view"}');
    expect(decode(body)).toMatchObject({ malformed: 1, events: [] });
  });

  it.each([
    "name",
    "email",
    "phone",
    "tel",
    "address",
    "birthday",
    "user_id",
    "login",
    "password",
    "order",
    "card",
    "profile",
    "fin",
  ])("CN-1.7.1, KG-2.1a: an event with a field %s is refused", (field) => {
    expect(decode(JSON.stringify({ ...aBatch(), events: [{ ...view, [field]: "x" }] }))).toMatchObject({
      malformed: 1,
    });
  });
});

it("a batch of 100 events of all types is read as it was sent", () => {
  const events = Array.from({ length: 25 }, () => [
    aView(),
    aClick({ label: "a" }),
    aServiceEvent(),
    someTime(),
  ]).flat();
  expect(decode(JSON.stringify(aBatch({ token: "t", dropped: 3, sdk: "razi/0.1.0", events })))).toEqual({
    site: "shop",
    token: "t",
    session: "session1",
    sdk: "razi/0.1.0",
    dropped: 3,
    malformed: 0,
    unreadViews: [],
    events,
  });
});
