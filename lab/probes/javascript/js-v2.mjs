// A service on the AWS SDK for JavaScript v2, which reads no AWS_ENDPOINT_URL.

import AWS from "aws-sdk";
import { forever } from "./loop.mjs";

const sts = new AWS.STS({ endpoint: process.env.AWS_ENDPOINT_URL, region: process.env.AWS_REGION });
forever(() => sts.getCallerIdentity().promise());
