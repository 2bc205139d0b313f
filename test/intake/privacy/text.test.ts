import { describe, expect, it } from "vitest";
import type { Redactions } from "../../../collector/intake/privacy/redactions.ts";
import { cleanText } from "../../../collector/intake/privacy/text.ts";

const clean = (text: string) => cleanText(text, 200);

describe("CN-1.7.1: what names or reaches a person is replaced by its kind", () => {
  it.each([
    ["an address", "ayten@example.com", "[email]"],
    ["inside text", "write to ayten.m+shop@mail.example.com now", "write to [email] now"],
    ["international", "айтен@пример.рф", "[email]"],
    ["Azerbaijani letters", "aytən@nümunə.az", "[email]"],
    ["percent-encoded", "ayten%40example.com", "[email]"],
    ["percent-encoded twice", "ayten%2540example.com", "[email]"],
    ["percent-encoded three times", "ayten%252540example.com", "[email]"],
    ["beside a stray %", "100% ayten%40example.com", "100% [email]"],
    ["fullwidth", "ａｙｔｅｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "[email]"],
    ["a fullwidth percent sign", "ayten％40example.com", "[email]"],
    ["an entity", "ayten&#64;example.com", "[email]"],
    ["a hexadecimal entity", "ayten&#x40;example.com", "[email]"],
    ["a named entity, escaped again", "ayten&amp;commat;example.com", "[email]"],
    ["zero-width characters", "ayten\u200b@\u200bexam\u2060ple.com", "[email]"],
    ["in quotes", '"ayten m"@example.com', "[email]"],
    ["with an apostrophe", "o'ayten@example.com", "[email]"],
    ["two at signs", "ayten@mail@example.com", "[email]"],
    ["spaces around the at sign", "ayten @ example.com", "[email]"],
    ["at the end of a sentence", "ayten@example.com.", "[email]."],
    ["in a link", "mailto:ayten@example.com?subject=a", "mailto:[email]?subject=a"],
    ["two of them", "a@example.com;b@example.com", "[email];[email]"],
    ["spelled in brackets", "ayten (at) example (dot) com", "[email]"],
    ["spelled in square brackets, with a plain dot", "ayten[at]example.com", "[email]"],
    ["spelled in words", "yazın: ayten at example dot com", "yazın: [email]"],
    ["spelled in words, as in an address", "ayten_at_example_dot_com", "[email]"],
    ["spelled in Azerbaijani", "ayten et nümunə nöqtə az", "[email]"],
    ["spelled in Russian", "айтен собака пример точка рф", "[email]"],
    ["a broken sequence beside it", "%E0%A4%A %D0%B0йтен%40пример.рф", "%E0%A4%A [email]"],
    ["a soft hyphen encoded", "ayten%C2%AD%40example.com", "[email]"],
  ])("e-mail: %s", (_, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  it.each([
    ...["+994501234567", "+994 50 123 45 67", "+994 (50) 123-45-67", "+994(50)1234567", "+994-50-123-45-67"],
    ...["+994 (0) 50 123 45 67", "00994501234567", "00 994 50 123 45 67", "994501234567", "994 50 123 45 67"],
    ...[
      "0501234567",
      "050 123 45 67",
      "(050) 123 45 67",
      "(050)1234567",
      "050-123-45-67",
      "050.123.45.67",
      "050/123/45/67",
    ],
    ...[
      "055 5550123",
      "070 555 01 23",
      "077 555 01 23",
      "099 555 01 23",
      "010 555 01 23",
      "051 555 01 23",
      "060 555 01 23",
    ],
    ...[
      "50 555 01 23",
      "505550123",
      "012 404 11 22",
      "(012) 404-11-22",
      "(+994 12) 404 11 22",
      "404-11-22",
      "404 11 22",
    ],
    ...["022 255 01 23", "018 655 01 23", "+994 12 404 11 22"],
    ...[
      "+90 532 123 45 67",
      "+905321234567",
      "0090 532 123 45 67",
      "0532 123 45 67",
      "0 532 123 45 67",
      "0(532)1234567",
    ],
    ...[
      "0 (532) 123 45 67",
      "532 123 45 67",
      "5321234567",
      "0212 555 01 23",
      "0(212) 555 01 23",
      "444 1 234",
      "0850 555 01 23",
    ],
    ...[
      "+7 (912) 345-67-89",
      "+79123456789",
      "+7 912 345 67 89",
      "8 (912) 345-67-89",
      "8 912 345 67 89",
      "8-912-345-67-89",
    ],
    ...["89123456789", "8(495)555-01-23", "8 (495) 555 01 23", "+7 495 555-01-23", "9123456789", "007 912 345 67 89"],
    ...[
      "+44 20 7946 0958",
      "+1-202-555-0143",
      "+1 (202) 555-0143",
      "+49 30 23125 000",
      "+33 1 99 00 12 34",
      "+48 512 555 123",
    ],
    ...[
      "+995 555 12 34 56",
      "+380 44 555 01 23",
      "+7 701 555 01 23",
      "+971 50 555 0123",
      "+98 912 555 0123",
      "+86 131 5555 0123",
    ],
    ...["+994\u00a050\u00a0123\u00a045\u00a067", "+994\u2010501\u2011234\u2012567", "050\u2212123\u221245\u221267"],
    ...[
      "050_123_45_67",
      "050~123~45~67",
      "050 - 123 - 45 - 67",
      "050,123,45,67",
      "050 | 123 | 45 | 67",
      "050'123'45'67",
      "050=123=45=67",
      "050\\123\\45\\67",
      "050+123+45+67",
    ],
    ...["０５０１２３４５６７", "٠٥٠١٢٣٤٥٦٧", "۰۵۰ ۱۲۳ ۴۵ ۶۷", "०५०१२३४५६७", "0️⃣5️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣"],
    ...["050\u200b123\u200d45\ufeff67", "%2B994501234567", "%2b994%2050%20123%2045%2067", "050%20123%2045%2067"],
    ...[
      "&#48;&#53;&#48;1234567",
      "&plus;994&nbsp;50&nbsp;123&nbsp;45&nbsp;67",
      "\\u002b994501234567",
      "%u002B994501234567",
    ],
  ])("telephone: %s", (text) => {
    expect(clean(text)).toBe("[phone]");
    expect(clean(`zəng: ${text}, Bakı`)).toBe("zəng: [phone], Bakı");
  });

  it.each([
    ["two of them", "050 123 45 67, 012 404 11 22", "[phone], [phone]"],
    ["in a link", "tel:+994501234567", "tel:[phone]"],
    ["in a word", "tel0501234567x", "tel[phone]x"],
    ["with an extension", "012 404 11 22 (daxili 105)", "[phone] (daxili 105)"],
    ["beside a date", "22.11.2026: 050 123 45 67", "[number]"],
    ["of no country's plan", "0999 12 34 56 78 90", "[number]"],
  ])("telephone: %s", (_, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  it.each([
    ["Azerbaijani IBAN", "AZ21NABZ00000000137010001944", "[iban]"],
    ["in groups", "AZ21 NABZ 0000 0000 1370 1000 1944", "[iban]"],
    ["Turkish", "TR33 0006 1005 1978 6457 8413 26", "[iban]"],
    ["British, small letters", "gb82west12345698765432", "[iban]"],
    ["with hyphens", "DE89-3704-0044-0532-0130-00", "[iban]"],
    ["mixed case, with spaces in odd places", "aZ21 nabz00 0000001 3701000 1944", "[iban]"],
    ["Russian", "RU0304452522540817810538091310419", "[iban]"],
    ["Georgian", "GE29NB0000000101904917", "[iban]"],
    ["Norwegian, the shortest", "NO9386011117947", "[iban]"],
    ["Maltese, the longest of these", "MT84MALT011000012345MTLCAST001S", "[iban]"],
    ["with a wrong check digit", "AZ22NABZ00000000137010001944", "[iban]"],
    ["with a wrong check digit, and letters at its end", "MT85 MALT 0110 0001 2345 MTLC AST0 01S", "[iban]"],
    ["in a word", "ibanAZ21NABZ00000000137010001944olan", "[iban]"],
    ["behind a word", "IBAN: AZ21NABZ00000000137010001944", "IBAN: [iban]"],
    ["one digit short", "AZ21NABZ0000000013701000194", "[token]"],
    ["with a word after it", "AZ21NABZ00000000137010001944, thanks", "[iban], thanks"],
    ["FIN of an identity card", "FIN: 5ABC123", "[id]"],
    ["FIN, small letters", "fin 5abc12d", "[id]"],
    ["FIN with a dotted İ", "FİN kod 5ABC123", "[id]"],
    ["FIN in Russian", "ФИН-код: 5ABC123", "[id]"],
    ["PIN", "PIN=5ABC123&x", "[id]&x"],
    [
      "FIN behind the words for the card",
      "şəxsiyyət vəsiqəsinin FİN-i yox, nömrəsi: AA1234567",
      "şəxsiyyət vəsiqəsinin FİN-i yox, nömrəsi: AA[number]",
    ],
    ["identity card", "Şəxsiyyət vəsiqəsi AA1234567", "[id]"],
    ["number of an identity card", "AA1234567", "AA[number]"],
    ["Turkish identity number", "10000000146", "[id]"],
    ["Turkish identity number in groups", "100 000 001 46", "[id]"],
    ["Turkish identity number with a wrong check digit", "10000000147", "[number]"],
    ["Turkish identity number, named", "T.C. kimlik no: 10000000147", "T.C. [id]"],
    ["Russian passport", "паспорт 45 10 123456", "[id]"],
    ["Russian passport, series and number", "Паспорт серия 4510 № 123456", "[id]"],
    ["Russian passport without the word: as a telephone number", "20 10 123456", "[phone]"],
    ["passport with letters", "Passport No. C01X00T47", "[id]"],
    ["Azerbaijani passport", "pasport: C01234567", "[id]"],
    ["СНИЛС", "112-233-445 95", "[id]"],
    ["СНИЛС, named", "СНИЛС 11223344595", "[id]"],
    ["ИНН", "ИНН 500100732259", "[id]"],
    ["VÖEN", "VÖEN: 1234567891", "[id]"],
    ["JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "[token]"],
    ["UUID", "0190b0a2-7c1e-7b3a-9d4e-5f60718293a4", "[token]"],
    ["UUID that begins with digits", "12345678-aaaa-4bbb-8ccc-dddddddddddd", "[token]"],
    ["hexadecimal token", "d41d8cd98f00b204e9800998ecf8427e", "[token]"],
    ["hexadecimal token with the digits of a card in it", "00000000d0000b202252746668807030", "[token]"],
    ["base64url token with a hyphen", "Zm9vYmFy-YmF6cXV4MTIz_NDU2Nzg5", "[token]"],
    ["token with a long number in it", "abc1234567defghijklmnopqrs", "[token]"],
    ["short hexadecimal token", "9f86d081884c7d65", "[token]"],
    ["JWT with a short payload, behind a word", "user_eyJhbGciOiJub25lIn0.eyJzdWIiOiI0MiJ9.", "user_[token]"],
    [
      "encrypted JWT",
      "eyJhbGciOiJkaXIifQ..48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6ji.x",
      "[token]",
    ],
    ["address in base64", "YXl0ZW5AZXhhbXBsZS5jb20=", "[token]"],
    ["telephone in base64url, in a word", "id-MDUwMTIzNDU2Nw-x", "[token]"],
  ])("%s", (_, text, expected) => {
    expect(clean(text)).toBe(expected);
  });
});

describe("KG-2.1b: card numbers in 12 spellings and more are never kept", () => {
  it.each([
    "4111111111111111",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111.1111.1111.1111",
    "4111/1111/1111/1111",
    "4111_1111_1111_1111",
    "4111*1111*1111*1111",
    "4111 - 1111 - 1111 - 1111",
    "4111\u00a01111\u00a01111\u00a01111",
    "4111\u20131111\u20131111\u20131111",
    "4111\u200b1111\u200b1111\u200b1111",
    "４１１１１１１１１１１１１１１１",
    "4111%201111%201111%201111",
    "4111%25201111%25201111%25201111",
    "4111, 1111, 1111, 1111",
    "4111:1111:1111:1111",
    "4111 | 1111 | 1111 | 1111",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "4111+1111+1111+1111",
    "3782 822463 10005",
    "3056 930902 5904",
    "4222222222222",
    "5555 5555 5555 4444",
    "2223 0031 2200 3222",
    "2200 0000 0000 0004",
    "6304 0000 0000 0000",
    "4111 1111 1111 1111 12/28 123",
    "12/28 4111 1111 1111 1111",
  ])("%s", (text) => {
    expect(clean(text)).toBe("[card]");
    expect(clean(`card ${text}, thanks`)).toBe("card [card], thanks");
  });
});

describe("the words of a site survive", () => {
  it.each([
    "header-call",
    "fiber-100",
    "Sifariş et",
    "Əlaqə: Bakı ofisi",
    "İnternet və TV paketi",
    "Şimdi satın al",
    "Müşteri hizmetleri",
    "Заказать звонок",
    "Тариф «Домашний» 100 Мбит/с",
    "Add to basket",
    "1299.99 AZN",
    "1 299,99 ₼",
    "29,90 TL",
    "от 999 ₽",
    "-20% endirim",
    "50 %",
    "24/7",
    "09:00–18:00",
    "22.11.26",
    "2026",
    "iPhone 15 Pro Max 256GB",
    "samsung-galaxy-s24-ultra-titanium-grey-256gb",
    "cta_home_hero_banner_left_variant_2",
    "tv55-samsungcrystal",
    "hp15-laptopryzen5",
    "SKU-12345",
    "UE55AU7100UXUZ",
    "R&D",
    "final ve bitmiş",
    "финансы 2026год",
    "a@",
    "@shop",
    "Ünlü 👍🏽 seçim",
  ])("%s", (text) => {
    expect(clean(text)).toBe(text.normalize("NFKC"));
  });

  // Seven digits are taken for a person's where nothing says that they are a date, a price or a size.
  it.each([
    ["1299-1499", "[number]"],
    ["sifariş 1234567", "sifariş [number]"],
    ["192.168.100.200", "[number]"],
    ["BX8071513700K", "BX[phone]K"],
    ["+1 299 000", "[number]"],
    ["055 512 345", "[number]"],
  ])("but %s is taken for a number", (text, expected) => {
    expect(clean(text)).toBe(expected);
  });
});

describe("form", () => {
  it.each([
    ["a share in Turkish is no escape", "%20 indirim, %50'ye varan", "%20 indirim, %50'ye varan"],
    ["but an @ is", "ayten %40 example.com", "[email]"],
    ["digits of other scripts are ours", "٢٠٢٦", "2026"],
    ["a lone entity", "Q&amp;A &#x110000; &copy;", "Q&A &#x110000; &copy;"],
    ["control characters become spaces", "a\u0000b\nc\u009f", "a b c"],
    ["the ends are trimmed", "  a  ", "a"],
    ["half a surrogate pair is replaced", "a\ud800b", "a\ufffdb"],
    ["direction marks vanish", "\u202eabc\u2066", "abc"],
    ["a broken percent sequence stays readable", "%E0%A4%A caf%C3", "%E0%A4%A caf%C3"],
  ])("%s", (_, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  it("is cut after it is cleaned, and leaves no half of a surrogate pair", () => {
    expect(cleanText("abcdefg ayten@example.com", 12)).toBe("abcdefg [ema");
    expect(cleanText("abc😀", 4)).toBe("abc\ufffd");
  });

  it("what was replaced is counted by kind", () => {
    const found = {};
    cleanText("a@example.com b@example.com 050 123 45 67 4111 1111 1111 1111", 200, found);
    expect(found).toEqual({ email: 2, card: 1 });
    cleanText("050 123 45 67, AZ21NABZ00000000137010001944", 200, found);
    expect(found).toEqual({ email: 2, card: 1, phone: 1, iban: 1 });
  });

  it("work is bounded before it begins: of a megabyte no more is read than sixteen times what is kept", () => {
    const found: Redactions = {};
    cleanText("a@b.example ".repeat(100_000), 120, found);
    expect(found.email).toBeGreaterThan(100);
    expect(found.email).toBeLessThanOrEqual((120 * 16) / "a@b.example ".length);
  });

  // All of these end in milliseconds; a pattern with nested repetition would need hours and run into the time limit.
  it.each([
    ["digits", "1 ".repeat(40_000)],
    ["letters", "a".repeat(80_000)],
    ["letters and hyphens", "a-".repeat(40_000)],
    ["digits and hyphens", "1a-".repeat(30_000)],
    ["at signs", "a@".repeat(40_000)],
    ["IBAN beginnings", "AZ21 ".repeat(16_000)],
    ["tokens that end early", "eyJaaaaaa.".repeat(8_000)],
    ["percent signs", "%".repeat(80_000)],
    ["entities", "&#6".repeat(30_000)],
    ["separators", "1---".repeat(20_000)],
    ["tokens in tokens", "eyJ-".repeat(20_000)],
    ["accounts in accounts", "az21".repeat(20_000)],
    ["words of base64", "YXl0ZW5A".repeat(10_000)],
    ["capitals and digits", "aB1-".repeat(20_000)],
    ["quotes", '"a"@'.repeat(20_000)],
    ["spelled addresses", "a at b dot ".repeat(7_000)],
    ["brackets", "a (at) ".repeat(11_000)],
    ["words for documents", "passport no ".repeat(6_000)],
    ["beginnings of words for numbers", `${"fin ".repeat(20_000)}1`],
    ["dates", "22.11.2026 ".repeat(7_000)],
    ["commas", "0,".repeat(40_000)],
    ["digits of other scripts", "𝟗".repeat(40_000)],
  ])("takes linear time on %s", (_, text) => {
    expect(cleanText(text, 80_000).length).toBeLessThanOrEqual(80_000);
  });
});
