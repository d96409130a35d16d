// Whom does the account believe when they say who somebody is?
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html

import { THUMBPRINTS } from "../../roles/limits.ts";
import type { Identities, OpenIdConnectProvider } from "../../roles/model.ts";
import type { Call, Members } from "../call.ts";
import { entityAlreadyExists, invalidInput, noSuchEntity, validationError } from "./errors.ts";
import { allOf, checkQuota, iamArn } from "./kinds.ts";
import { changes, type IamOperation, inputOf, put, type ResourceOf, reads, remove, tagging } from "./operation.ts";
import { shownTags, tagsIfAny, tagsIn } from "./tags.ts";

interface ProviderInput extends Members {
  readonly OpenIDConnectProviderArn: string;
  readonly Url: string;
  readonly ClientIDList?: readonly string[];
  readonly ClientID: string;
  readonly ThumbprintList?: readonly string[];
}

const CLIENT_IDS_QUOTA = "ClientIdsPerOpenIdConnectProvider";

export const providerResource: ResourceOf = (call) => inputOf<ProviderInput>(call).OpenIDConnectProviderArn;

/** The provider that the call names. @throws AwsError NoSuchEntity */
export function providerIn(call: Call, { openIdConnectProviders }: Identities): OpenIdConnectProvider {
  const { OpenIDConnectProviderArn: arn } = inputOf<ProviderInput>(call);
  const provider = openIdConnectProviders.get(arn);
  if (!provider) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  return provider;
}

/** `https://host/path` without its scheme, as it stands in the ARN. @throws AwsError ValidationError */
function urlIn(call: Call): string {
  const { Url } = inputOf<ProviderInput>(call);
  if (!Url.startsWith("https://") || !URL.canParse(Url)) throw validationError("Invalid Open ID Connect Provider URL");
  return Url.slice("https://".length);
}

const urlArn = (call: Call): string => iamArn(call, `oidc-provider/${urlIn(call)}`);

function thumbprintsIn(call: Call): readonly string[] {
  const { ThumbprintList = [] } = inputOf<ProviderInput>(call);
  // Five are taken all the same: the text is AWS's, recorded.
  if (ThumbprintList.length > THUMBPRINTS) throw invalidInput("Thumbprint list must contain fewer than 5 entries.");
  return ThumbprintList;
}

function newProvider(call: Call, { openIdConnectProviders }: Identities): OpenIdConnectProvider {
  const { Url, ClientIDList: clientIds = [] } = inputOf<ProviderInput>(call);
  const provider = {
    arn: urlArn(call),
    url: urlIn(call),
    clientIds: [...new Set(clientIds)],
    thumbprints: thumbprintsIn(call),
    createdAt: call.request.at,
    tags: tagsIn(call, "exact case"),
  };
  checkQuota(CLIENT_IDS_QUOTA, clientIds.length - 1);
  if (openIdConnectProviders.has(provider.arn)) throw entityAlreadyExists(`Provider with url ${Url} already exists.`);
  checkQuota("OpenIdConnectProvidersPerAccount", openIdConnectProviders.size);
  return provider;
}

const kept = (provider: OpenIdConnectProvider) => ({
  changes: [put("openIdConnectProviders", provider.arn, provider)],
});

export const openIdConnectProviderOperations: Readonly<Record<string, IamOperation>> = {
  CreateOpenIDConnectProvider: changes(
    urlArn,
    (call, identities) => {
      const provider = newProvider(call, identities);
      return { ...kept(provider), output: { OpenIDConnectProviderArn: provider.arn, ...tagsIfAny(provider) } };
    },
    tagging("OpenIDConnectProvider"),
  ),
  GetOpenIDConnectProvider: reads(providerResource, (call, identities) => {
    const { url, clientIds, thumbprints, createdAt, tags } = providerIn(call, identities);
    return {
      Url: url,
      ClientIDList: clientIds,
      ThumbprintList: thumbprints,
      CreateDate: createdAt,
      Tags: shownTags(tags),
    };
  }),
  ListOpenIDConnectProviders: reads(allOf("oidc-provider/*"), (_, { openIdConnectProviders }) => ({
    OpenIDConnectProviderList: Array.from(openIdConnectProviders.keys(), (arn) => ({ Arn: arn })),
  })),
  DeleteOpenIDConnectProvider: changes(providerResource, (call, { openIdConnectProviders }) => {
    const { OpenIDConnectProviderArn: arn } = inputOf<ProviderInput>(call);
    if (!openIdConnectProviders.has(arn)) throw noSuchEntity(`OpenId connect Provider ${arn} cannot be found.`);
    return { changes: [remove("openIdConnectProviders", arn)] };
  }),
  AddClientIDToOpenIDConnectProvider: changes(providerResource, (call, identities) => {
    const provider = providerIn(call, identities);
    const { ClientID } = inputOf<ProviderInput>(call);
    if (provider.clientIds.includes(ClientID)) return {};
    checkQuota(CLIENT_IDS_QUOTA, provider.clientIds.length);
    return kept({ ...provider, clientIds: [...provider.clientIds, ClientID] });
  }),
  RemoveClientIDFromOpenIDConnectProvider: changes(providerResource, (call, identities) => {
    const provider = providerIn(call, identities);
    const { ClientID } = inputOf<ProviderInput>(call);
    return kept({ ...provider, clientIds: provider.clientIds.filter((each) => each !== ClientID) });
  }),
  UpdateOpenIDConnectProviderThumbprint: changes(providerResource, (call, identities) =>
    kept({ ...providerIn(call, identities), thumbprints: thumbprintsIn(call) }),
  ),
};
