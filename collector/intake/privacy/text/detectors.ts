import { card } from "./card.ts";
import { checkedIdentity } from "./checked-identity.ts";
import type { Detector } from "./detector.ts";
import { email } from "./email.ts";
import { encoded } from "./encoded.ts";
import { hexadecimalToken } from "./hexadecimal.ts";
import { iban } from "./iban.ts";
import { jwt } from "./jwt.ts";
import { namedIdentity } from "./named-identity.ts";
import { number } from "./number.ts";
import { phone } from "./phone.ts";
import { spelledEmail } from "./spelled-email.ts";
import { token } from "./token.ts";
import { uuid } from "./uuid.ts";

/** In this order: what is known by its form or its check digits comes before what is only long. */
const inPlainText: readonly Detector[] = [
  email,
  spelledEmail,
  uuid,
  iban,
  hexadecimalToken,
  card,
  namedIdentity,
  checkedIdentity,
  token,
  phone,
  number,
];

export const detectors: readonly Detector[] = [jwt, encoded([jwt, ...inPlainText]), ...inPlainText];
