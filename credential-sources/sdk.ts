// How do we come by AWS's SDK? It is loaded on use, because most never need it, and may be left out of an installation.

import { unavailable } from "./source-failure.ts";

/** What `load` imports; SourceFailure where the package is not installed. */
export async function installed<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw problem;
    throw unavailable(`this kind of source needs the package ${name}: npm install ${name}`);
  }
}

export const loadSts = () => installed("@aws-sdk/client-sts", () => import("@aws-sdk/client-sts"));

export const loadProviders = () =>
  installed("@aws-sdk/credential-providers", () => import("@aws-sdk/credential-providers"));
