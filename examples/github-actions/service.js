// A service as any other: signed calls all the time, with the keys that its SDK finds, until it is told to end.
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const sts = new STSClient();
process.once("SIGTERM", () => process.exit(0));
for (;;) {
  await sts.send(new GetCallerIdentityCommand());
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
