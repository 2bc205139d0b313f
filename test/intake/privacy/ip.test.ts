import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { expect, it } from "vitest";
import { readBytes } from "../../../collector/intake/privacy/ip.ts";

const peerReads = (text: string) => {
  // By way of a URL, which writes all of it in groups: ipaddr.js takes ::8.8.4.4 for mapped.
  const spelling = text.includes(":") ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
  const address = ipaddr.parse(spelling);
  const isMapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress();
  return (isMapped ? address.toIPv4Address() : address).toByteArray();
};

it("any spelling has the bytes that another reader finds in it", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.ipV6(),
        fc.ipV4(),
        fc.ipV4().map((text) => `::ffff:${text}`),
      ),
      (text) => {
        expect(readBytes(text)).toEqual(peerReads(text));
        expect(readBytes(text.toUpperCase())).toEqual(peerReads(text));
      },
    ),
    { numRuns: 5_000 },
  );
});
