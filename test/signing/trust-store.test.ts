// Is a trust store what Java wants? Read again with an ASN.1 reader; test/system has Java itself read it.

import { X509Certificate } from "node:crypto";
import { fromBER } from "asn1js";
import { expect, test } from "vitest";
import { createCertificateAuthority } from "../../signing/certificate-authority.ts";
import { trustStore } from "../../signing/trust-store.ts";

const { certificatePem } = createCertificateAuthority();
const store = trustStore(certificatePem);

test("is DER, of version 3, and has no MAC", () => {
  const { offset, result } = fromBER(store);
  expect(offset).toBe(store.length);
  const { value } = (result as unknown as { valueBlock: { value: { valueBlock: { valueDec?: number } }[] } })
    .valueBlock;
  expect([value.length, value[0]?.valueBlock.valueDec]).toEqual([2, 3]);
});

test("holds the certificate as it is, and Oracle's mark of an authority", () => {
  expect(store.includes(new X509Certificate(certificatePem).raw)).toBe(true);
  expect(store.includes(Buffer.from("060c6086480186f966adca7b0101", "hex"))).toBe(true); // 2.16.840.1.113894.746875.1.1
  expect(store.includes(Buffer.from("mayfly", "utf16le").swap16())).toBe(true);
});
