// Which identity providers does the account trust? The `oidcProviders` of the configuration: read, and written again.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html

import { z } from "zod";
import { type AccountPlace, oidcProviderArn } from "./arn.ts";
import { instant, tags } from "./configuration-pieces.ts";
import { keySetOrFile } from "./key-set.ts";
import * as limits from "./limits.ts";
import type { OpenIdConnectProvider } from "./model.ts";
import { strictMapping } from "./strict-mapping.ts";

const provider = strictMapping({
  clientIds: z
    .array(z.string().min(1).max(limits.CLIENT_ID_LENGTH))
    .max(limits.CLIENT_IDS, `must not be more than ${limits.CLIENT_IDS}`)
    .describe("The audiences for whom its tokens are taken")
    .exactOptional(),
  thumbprints: z
    .array(z.string().regex(/^[0-9A-Fa-f]{40}$/, "must be 40 hexadecimal digits"))
    .max(limits.THUMBPRINTS, `must not be more than ${limits.THUMBPRINTS}`)
    .exactOptional(),
  jwks: keySetOrFile.describe("Its keys; unless given they are fetched, from this machine alone").exactOptional(),
  createDate: instant.exactOptional(),
  tags,
});

/** Without TLS on loopback alone. */
const LOOPBACK = String.raw`(localhost|127(\.\d+){3}|\[::1\])(?=[:/]|$)`;
const ISSUER = new RegExp(String.raw`^(https://|http://(?=${LOOPBACK}))[^\s?#/][^\s?#]*$`);
const NO_ISSUER = "an issuer is an https:// URL, or an http:// one on loopback";

/** By the URL of the issuer. */
export const oidcProviders = z
  .record(z.string().regex(ISSUER).max(limits.PROVIDER_URL_LENGTH), provider, {
    error: ({ code }) => (code === "invalid_key" ? NO_ISSUER : undefined),
  })
  .describe("OpenID Connect providers whose tokens AssumeRoleWithWebIdentity takes, by the URL of the issuer");

type Written = z.infer<typeof oidcProviders>;

/** As IAM keeps an issuer and shows it in ARNs and condition keys: `idp.example/path`; undefined for one that it would never take. */
export const providerUrl = (issuer: string): string | undefined =>
  ISSUER.test(issuer) ? issuer.slice(issuer.indexOf("//") + 2) : undefined;

/** What the configuration says of each, by its ARN. */
export const writtenProviders = (written: Written = {}, place: AccountPlace) =>
  new Map(
    Object.entries(written).map(([issuer, said]) => {
      const url = providerUrl(issuer) as string;
      return [oidcProviderArn(place, url), { url, ...said }] as const;
    }),
  );

type Said = ReturnType<typeof writtenProviders> extends ReadonlyMap<string, infer Value> ? Value : never;

export function providerOf(arn: string, { url, createDate, tags = {}, ...said }: Said, createdAt: number) {
  const { clientIds = [], thumbprints = [], jwks } = said;
  return {
    ...{ arn, url, clientIds, thumbprints, ...(jwks !== undefined && { jwks }) },
    createdAt: createDate === undefined ? createdAt : Date.parse(createDate),
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  } satisfies OpenIdConnectProvider;
}

/** The same as a configuration; whether an issuer on this machine has TLS is not kept, and makes no difference. */
export function providersConfigurationOf(providers: Iterable<OpenIdConnectProvider>): Written {
  const entries = Array.from(providers, ({ url, clientIds, thumbprints, jwks, createdAt, tags: own }) => {
    const said = {
      ...(clientIds.length > 0 && { clientIds: [...clientIds] }),
      ...(thumbprints.length > 0 && { thumbprints: [...thumbprints] }),
      ...(jwks !== undefined && { jwks }),
      createDate: new Date(createdAt).toISOString(),
      ...(own.length > 0 && { tags: Object.fromEntries(own.map(({ key, value }) => [key, value])) }),
    };
    return [`https://${url}`, said] as const;
  });
  return Object.fromEntries(entries);
}
