// A service on the AWS SDK for JavaScript v3 with its default credentials.

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { forever } from "./loop.mjs";

const sts = new STSClient({});
forever(() => sts.send(new GetCallerIdentityCommand({})));
