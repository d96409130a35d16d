// Who or what has this ARN? Of all that IAM has in the account.

import { ENTITY_KINDS, parseArn } from "./arn.ts";
import type { Entities, Sections } from "./model.ts";

const SECTIONS = new Map<string, keyof typeof ENTITY_KINDS>(
  Object.entries(ENTITY_KINDS).map(([section, segment]) => [segment, section as keyof typeof ENTITY_KINDS]),
);

/** Undefined where it is nobody's, AWS's own managed policies among them. */
export function entityByArn(
  entities: Entities,
  arn: string,
): Exclude<Sections[keyof Sections], Sections["settings"]> | undefined {
  const { resource = "" } = parseArn(arn) ?? {};
  const section = SECTIONS.get(resource.slice(0, resource.indexOf("/")));
  if (!section) return entities.openIdConnectProviders.get(arn) ?? entities.mfaDevices.get(arn);
  const entity = entities[section].get(resource.slice(resource.lastIndexOf("/") + 1));
  return entity?.arn === arn ? entity : undefined;
}
