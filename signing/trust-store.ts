// How does Java trust an authority? By a trust store: PKCS #12 as RFC 7292 has it, with nothing but certificates and so without a
// password, as JDK 18 and newer make their own; older ones read it, too.

import { X509Certificate } from "node:crypto";
import { type Asn1, bmpString, encode, integer, objectIdentifier, octetString, sequence, set, tagged } from "./asn1.ts";

const DATA = "1.2.840.113549.1.7.1";
const CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3";
const X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
const FRIENDLY_NAME = "1.2.840.113549.1.9.20";
/** Oracle's own: by it Java knows an authority from a mere certificate. https://bugs.openjdk.org/browse/JDK-8044445 */
const TRUSTED_KEY_USAGE = "2.16.840.1.113894.746875.1.1";
const ANY_USAGE = "2.5.29.37.0";

const data = (content: Asn1) => sequence(objectIdentifier(DATA), tagged(0, octetString(encode(content))));
const attribute = (type: string, value: Asn1) => sequence(objectIdentifier(type), set(value));

/** A trust store with this certificate alone. */
export function trustStore(certificatePem: string): Buffer {
  const { raw } = new X509Certificate(certificatePem);
  const bag = sequence(
    objectIdentifier(CERTIFICATE_BAG),
    tagged(0, sequence(objectIdentifier(X509_CERTIFICATE), tagged(0, octetString(raw)))),
    set(attribute(FRIENDLY_NAME, bmpString("mayfly")), attribute(TRUSTED_KEY_USAGE, objectIdentifier(ANY_USAGE))),
  );
  return encode(sequence(integer(3), data(sequence(data(sequence(bag))))));
}
