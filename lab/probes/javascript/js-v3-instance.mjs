// A service on the AWS SDK for JavaScript v3 that asks the metadata service alone.

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromInstanceMetadata } from "@aws-sdk/credential-providers";
import { forever } from "./loop.mjs";

const sts = new STSClient({ credentials: fromInstanceMetadata() });
forever(() => sts.send(new GetCallerIdentityCommand({})));
