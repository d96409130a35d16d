// Which operations does EC2 have here? All of them, by name.

import { accountOperations } from "./account.ts";
import { associationOperations } from "./associations.ts";
import { attributeOperations } from "./attributes.ts";
import { describesAll } from "./catalogue.ts";
import { instanceDescriptions } from "./describe-instances.ts";
import { machineCatalogues } from "./machine-catalogues.ts";
import { metadataOperations } from "./metadata-options.ts";
import { networkCatalogues } from "./network-catalogues.ts";
import { bindEc2, type Ec2Operation, type Ec2Parts } from "./operation.ts";
import { placeCatalogues } from "./place-catalogues.ts";
import { powerOperations } from "./power.ts";
import { launchOperations } from "./run-instances.ts";
import { tagOperations } from "./tags.ts";

const catalogues = Object.entries({ ...machineCatalogues, ...networkCatalogues, ...placeCatalogues });

export const ec2Operations: Readonly<Record<string, Ec2Operation>> = {
  ...launchOperations,
  ...powerOperations,
  ...instanceDescriptions,
  ...attributeOperations,
  ...metadataOperations,
  ...associationOperations,
  ...tagOperations,
  ...Object.fromEntries(catalogues.map(([name, catalogue]) => [name, describesAll(catalogue)])),
  ...accountOperations,
};

/** Ready to act on the instances. */
export const ec2Service = (parts: Ec2Parts) => bindEc2(ec2Operations, parts);
