// Which credentials does nobody have here? Lists of them are empty: whoever deletes a user asks for each first.

import type { Members } from "../call.ts";
import { allOf, entityIn, named, USER } from "./kinds.ts";
import { type IamOperation, inputOf, type ResourceOf, reads } from "./operation.ts";

interface AbsentInput extends Members {
  readonly UserName?: string;
  readonly AllUsers?: boolean;
}

const ofUsers: ResourceOf = (call, identities) =>
  inputOf<AbsentInput>(call).AllUsers ? "*" : named(USER)(call, identities);

/** An empty list under that member, of a user who must be there. */
const noneOfUser = (member: string): IamOperation =>
  reads(ofUsers, (call, identities) => {
    if (!inputOf<AbsentInput>(call).AllUsers) entityIn(USER, call, identities);
    return { [member]: [], IsTruncated: false };
  });

export const absentCredentialOperations: Readonly<Record<string, IamOperation>> = {
  ListSSHPublicKeys: noneOfUser("SSHPublicKeys"),
  ListServiceSpecificCredentials: noneOfUser("ServiceSpecificCredentials"),
  ListSigningCertificates: noneOfUser("Certificates"),
  ListServerCertificates: reads(allOf("server-certificate/"), () => ({
    ServerCertificateMetadataList: [],
    IsTruncated: false,
  })),
  ListSAMLProviders: reads(allOf("saml-provider/*"), () => ({ SAMLProviderList: [] })),
};
