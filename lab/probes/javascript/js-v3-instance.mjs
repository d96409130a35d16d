// A service on the AWS SDK for JavaScript v3 that asks the metadata service alone: through the package that AWS documents, or the one below.

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { forever } from "./loop.mjs";

const { PROBE_PACKAGE = "@aws-sdk/credential-providers" } = process.env;
const { fromInstanceMetadata } = await import(PROBE_PACKAGE);
const sts = new STSClient({ credentials: fromInstanceMetadata() });
forever(() => sts.send(new GetCallerIdentityCommand({})));
