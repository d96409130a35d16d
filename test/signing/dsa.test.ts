// Are the signatures those of RFC 6979, the same each time, and does node:crypto accept them?

import { createHash, createPrivateKey, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { dice } from "../../entropy/dice.ts";
import { encode, sequence, unsignedInteger } from "../../signing/asn1.ts";
import { dsaKeyOf, signDigest, wide } from "../../signing/dsa.ts";
import { identityCertificatePem, identityPrivateKeyPem } from "../../signing/identity-keys.ts";

const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);
const digestOf = (hash: string, message: string | Buffer) => createHash(hash).update(message).digest();
const hex = (number: bigint) => number.toString(16).toUpperCase().padStart(40, "0");

/** Appendix A.2.1: DSA, 1024 bits. */
const KEY = {
  p: BigInt(
    "0x86F5CA03DCFEB225063FF830A0C769B9DD9D6153AD91D7CE27F787C43278B447E6533B86B18BED6E8A48B784A14C252C5BE0DBF60B86D6385BD2F12FB763ED88" +
      "73ABFD3F5BA2E0A8C0A59082EAC056935E529DAF7C610467899C77ADEDFC846C881870B7B19B2B58F9BE0521A17002E3BDD6B86685EE90B3D9A1B02B782B1779",
  ),
  q: BigInt("0x996F967F6C8E388D9E28D01E205FBA957A5698B1"),
  g: BigInt(
    "0x07B0F92546150B62514BB771E2A0C0CE387F03BDA6C56B505209FF25FD3C133D89BBCD97E904E09114D9A7DEFDEADFC9078EA544D2E401AEECC40BB9FBBF78FD" +
      "87995A10A1C27CB7789B594BA7EFB5C4326A9FE59A070E136DB77175464ADCA417BE5DCE2F40D10A46A3A3943F26AB7FD9C0398FF8C76EE0A56826A8A88F1DBD",
  ),
  x: BigInt("0x411602CB19A6CCC34494D79D98EF1E7ED5AF25F7"),
};

describe("the signatures of RFC 6979 A.2.1", () => {
  test.each([
    ["sha1", "sample", "2E1A0C2562B2912CAAF89186FB0F42001585DA55", "29EFB6B0AFF2D7A68EB70CA313022253B9A88DF5"],
    ["sha224", "sample", "4BC3B686AEA70145856814A6F1BB53346F02101E", "410697B92295D994D21EDD2F4ADA85566F6F94C1"],
    ["sha256", "sample", "81F2F5850BE5BC123C43F71A3033E9384611C545", "4CDD914B65EB6C66A8AAAD27299BEE6B035F5E89"],
    ["sha384", "sample", "07F2108557EE0E3921BC1774F1CA9B410B4CE65A", "54DF70456C86FAC10FAB47C1949AB83F2C6F7595"],
    ["sha512", "sample", "16C3491F9B8C3FBBDD5E7A7B667057F0D8EE8E1B", "02C36A127A7B89EDBB72E4FFBC71DABC7D4FC69C"],
    ["sha1", "test", "42AB2052FD43E123F0607F115052A67DCD9C5C77", "183916B0230D45B9931491D4C6B0BD2FB4AAF088"],
    ["sha224", "test", "6868E9964E36C1689F6037F91F28D5F2C30610F2", "49CEC3ACDC83018C5BD2674ECAAD35B8CD22940F"],
    ["sha256", "test", "22518C127299B0F6FDC9872B282B9E70D0790812", "6837EC18F150D55DE95B5E29BE7AF5D01E4FE160"],
    ["sha384", "test", "854CF929B58D73C3CBFDC421E8D5430CD6DB5E66", "91D0E0F53E22F898D158380676A871A157CDA622"],
    ["sha512", "test", "8EA47E475BA8AC6F2D821DA3BD212D11A3DEB9A0", "7C670C7AD72B6C050C109E1790008097125433E8"],
  ])("with %s of %s", (hash, message, r, s) => {
    const signature = signDigest(KEY, digestOf(hash, message), hash);
    expect([hex(signature.r), hex(signature.s)]).toEqual([r, s]);
  });
});

test(`node:crypto accepts those of the key that ships, and not for another message, MAYFLY_TEST_SEED=${seed}`, () => {
  const key = dsaKeyOf(createPrivateKey(identityPrivateKeyPem("dsa")));
  const certificate = identityCertificatePem("dsa");
  const { integer } = dice(`${seed}/dsa`);
  for (let round = 0; round < 50; round++) {
    const message = Buffer.from(Array.from({ length: 1 + integer(100) }, () => integer(256)));
    const { r, s } = signDigest(key, digestOf("sha1", message), "sha1");
    const signature = encode(sequence(unsignedInteger(wide(r, 20)), unsignedInteger(wide(s, 20))));
    expect(verify("sha1", message, certificate, signature)).toBe(true);
    const changed = Buffer.from(message);
    const place = integer(changed.length);
    changed[place] = (changed[place] as number) ^ (1 + integer(255));
    expect(verify("sha1", changed, certificate, signature)).toBe(false);
  }
});
