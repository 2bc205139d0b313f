import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keepSegment } from "../../../collector/intake/privacy/segment.ts";

const kept = (segment: string) => keepSegment(segment, {});

describe("what people write stays", () => {
  it.each(
    `tv fiber-100 router-ax3000 tv55-samsungcrystal iphone-15-pro-max samsung-galaxy-s24-ultra-256gb wh-1000xm5 rtx-4090
    covid-19 top-10-telefon 2025-review 2026-11-22-yeni-tarif 2026-11 v2 v2.1 4.18 5g 4g-router ps5 h264 x1carbon
    index.html 2026-11-22.html Galaxy_S24_Ultra GitHub iPhone15 myAccountSettings FAQ strength psychology schwarzwald cafe-de-facade
    xidmətlər fərdi-internet şəxsi-kabinet müştəri-xidməti ödəniş kişi-geyimləri услуги интернет-100 подключить-тв
    手机 おすすめ Donaudampfschifffahrt catchphrase <script>`.split(/\s+/),
  )("%s", (segment) => {
    expect(kept(segment)).toBe(segment);
  });
});

describe("what names one among many becomes :id", () => {
  it.each([
    ["12", ":id"],
    ["0", ":id"],
    ["78451233", ":id"],
    ["20261122", ":id"],
    ["1999-03-12", ":id"],
    ["12.11.87", ":id"],
    ["550e8400-e29b-41d4-a716-446655440000", ":id"],
    ["deadbeef42", ":id"],
    ["ec2c1914927f", ":id"],
    ["9f86d081884c7d659a2feaa0c55ad015", ":id"],
    ["01ARZ3NDEKTSV4RRFFQ69G5FAV", ":id"],
    ["0ujtsYcgvSTl8PAuAdqWYSMnLOv", ":id"],
    ["V1StGXR8_Z5jdHi6B-myT", ":id"],
    ["dQw4w9WgXcQ", ":id"],
    ["dQw4w9WgXcQ.html", ":id.html"],
    ["k3j4h5k2j3h4", ":id"],
    ["YXl0ZW5AZXhhbXBsZS5jb20=", ":id"],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.abc", ":id"],
    ["ayten-k3j4h5k2j3", ":id"],
    ["user-48213", "user-:id"],
    ["user-7", "user-:id"],
    ["user42", "user:id"],
    ["sifariş-17", "sifariş-:id"],
    ["заказ-17", "заказ-:id"],
    ["ORD-2026-000123", "ORD-:id"],
    ["order-12345", "order-:id"],
    ["yeni-tarif-123456.html", "yeni-tarif-:id.html"],
    ["1234.html", ":id.html"],
    ["order-for-a@example.com", ":id"],
    ["ayten@example.com", ":id"],
    ["+994501234567", ":id"],
    ["050 123 45 67", ":id"],
    ["4111-1111-1111-1111", ":id"],
    ["2012-11-22-33", ":id"],
    ["@ayten", ":id"],
    ["~ayten", ":id"],
    ["diagnosis=flu", ":id"],
    ["Диагноз:грипп", ":id"],
    ["٠٥٠١٢٣٤٥٦٧", ":id"],
    ["a".repeat(30), ":id"],
  ])("%s → %s", (segment, expected) => {
    expect(kept(segment)).toBe(expected);
  });
});

const from = (alphabet: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });
const digits = "0123456789";
const lower = "abcdefghijklmnopqrstuvwxyz";
const base64url = `${digits}${lower}${lower.toUpperCase()}-_`;
/** The same at each run, and evenly spread, as identifiers are. */
const evenly = (alphabet: string, length: number, run: number) =>
  Array.from(
    createHash("sha512").update(`${run}`).digest().subarray(0, length),
    (byte) => alphabet[byte % alphabet.length],
  ).join("");
const leavesAPiece = (segment: string) =>
  kept(segment)
    .split(":id")
    .some((rest) => rest.split(/[^\p{L}\p{Nd}]/u).some((piece) => piece.length >= 5));

it.each([
  "efffffea-f9fa-17ff-bdff-ffeadaaaaaaa",
  "deadbeef-cafe-face-babe-decadefacade",
  "EFFFFFEA-F9FA-17FF-BDFF-FFEADAAAAAAA",
  "photo_deadbeef-cafe-face-babe-decadefacade.html",
])("%s is a UUID, though each of its pieces could be a word", (segment) => {
  expect(kept(segment)).toBe(":id");
});

describe("no piece of five characters is left of a random identifier", () => {
  it.each([
    ["numbers", from(digits, 5).map((text) => text)],
    ["long numbers", from(digits, 14)],
    ["UUIDs", fc.uuid()],
    ["hashes", from("0123456789abcdef", 40)],
    ["ULIDs", from("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24).map((text) => `01${text}`)],
    ["KSUIDs", from(`${digits}${lower}${lower.toUpperCase()}`, 27)],
    ["keys of 32 bytes", from(base64url, 43)],
    ["numbers of users", fc.integer({ min: 1 }).map((number) => `user-${number}`)],
    ["numbers of orders", from(digits, 6).map((number) => `ORD-2026-${number}`)],
    ["addresses", fc.emailAddress()],
  ] as const)("%s", (_, identifiers) => {
    fc.assert(
      fc.property(identifiers, (identifier) => {
        expect(kept(identifier)).toContain(":id");
        expect(leavesAPiece(identifier)).toBe(false);
      }),
    );
  });

  // Shorter ones over letters of both cases can look like words by chance; how often is a property of the filter.
  it.each([
    ["of nanoids", base64url, 21, 1],
    ["of 16 bytes in base64", base64url, 22, 1],
    ["of 24 small letters and digits", digits + lower, 24, 1],
    ["of 11 characters of base64, as videos have them", base64url, 11, 30],
  ])("but for a few in a thousand %s", (_, alphabet, length, most) => {
    const samples = Array.from({ length: 20_000 }, (_, i) => evenly(alphabet, length, i));
    expect(samples.filter(leavesAPiece).length / 20).toBeLessThan(most);
  });
});

it("never throws, keeps to its bound, and finds nothing more in what it has kept", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      const once = kept(text);
      expect(once.length).toBeLessThanOrEqual(100);
      expect(once.isWellFormed()).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9əğ._-]{1,60}$/), (text) => {
      const once = kept(text);
      expect(kept(once)).toBe(once);
    }),
  );
});

it("a long one is cut between its words, so that no replacement is halved", () => {
  const long = kept(`${"söz-".repeat(24)}1234567-son`);
  expect(long.length).toBeLessThanOrEqual(100);
  expect(long).toMatch(/^(?:söz-)+(?:söz|:id)$/);
});
