// Is the signature meant for this service, in this region, on this day?

import type { ScopeFault, Signature, SignatureFault } from "./signature.ts";

/** The fault when a version 4 signature is not scoped to this service and region (`us-east-1` for IAM and the global STS). */
export function judgeScope(signature: Signature, service: string, region: string): SignatureFault | undefined {
  if (signature.version === "AWS2") return undefined;
  const { date, terminator, timestamp } = signature;
  const wrong: Partial<ScopeFault> = {
    ...(signature.region !== region && { region: signature.region }),
    ...(signature.service !== service && { wrongService: signature.service }),
    ...(terminator !== "aws4_request" && { terminator }),
    ...(!timestamp.startsWith(`${date}T`) && { date }),
  };
  if (Object.keys(wrong).length === 0) return undefined;
  const { accessKeyId } = signature;
  return {
    fault: "wrong-scope",
    service: signature.service,
    accessKeyId,
    ...wrong,
    expectedRegion: region,
    expectedService: service,
    timestamp,
  };
}
