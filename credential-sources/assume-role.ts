// Which session does an STS give for a role? AssumeRole by AWS's SDK, which signs, speaks the protocol, and finds the credentials of
// whoever asks where people are used to keep them.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html

import { devNull } from "node:os";
import type { AssumeRoleCommandOutput, STSServiceException } from "@aws-sdk/client-sts";
import type { AssumeRoleSource } from "../roles/source.ts";
import { filePath } from "./file-path.ts";
import type { Asking, SourceCredentials } from "./obtain.ts";
import { loadProviders, loadSts } from "./sdk.ts";
import { SourceFailure, unavailable } from "./source-failure.ts";

const requestHandler = { connectionTimeout: 3_000, requestTimeout: 10_000 };

export async function askSts(source: AssumeRoleSource, asking: Asking): Promise<SourceCredentials> {
  const { instanceId, signal, region: usualRegion } = asking;
  const { roleArn, region = usualRegion, endpoint = endpointOf(region), externalId, durationSeconds } = source;
  const { STSClient, AssumeRoleCommand } = await loadSts();
  const credentials = await askersCredentials(source);
  // One try: when the next one comes, the rotator decides.
  const client = new STSClient({ region, endpoint, credentials, requestHandler, maxAttempts: 1 });
  const command = new AssumeRoleCommand({
    RoleArn: roleArn,
    RoleSessionName: source.sessionName ?? instanceId,
    ...(externalId !== undefined && { ExternalId: externalId }),
    ...(durationSeconds !== undefined && { DurationSeconds: durationSeconds }),
  });
  try {
    return credentialsOf(await client.send(command, { abortSignal: signal }));
  } catch (problem) {
    throw failureOf(problem, endpoint);
  } finally {
    client.destroy();
  }
}

/** Said outright: AWS_ENDPOINT_URL of a shell that `mayfly env` has set up would lead back to us. */
const endpointOf = (region: string) => `https://sts.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;

/** Those of a profile or a file, else what an SDK finds; a metadata service is never asked, which might be our own. */
async function askersCredentials({ profile, credentialsFile }: AssumeRoleSource) {
  const { createCredentialChain, fromEnv, fromHttp, fromIni, fromTokenFile } = await loadProviders();
  if (credentialsFile !== undefined) {
    const file = { filepath: filePath(credentialsFile), configFilepath: devNull };
    return fromIni({ ...file, profile: profile ?? "default", ignoreCache: true });
  }
  if (profile !== undefined) return fromIni({ profile, ignoreCache: true });
  return createCredentialChain(fromEnv(), fromIni({ ignoreCache: true }), fromTokenFile(), fromHttp());
}

function credentialsOf({ Credentials: found }: AssumeRoleCommandOutput): SourceCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken = "", Expiration } = found ?? {};
  if (!AccessKeyId || !SecretAccessKey) throw unavailable("STS answered without credentials");
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiresAt: Expiration?.getTime(),
  };
}

/** STS says no with a status from 400 to 499; being throttled is no refusal. */
function failureOf(problem: unknown, endpoint: string): unknown {
  if (problem instanceof SourceFailure) return problem;
  const { name, message, code, $metadata, $fault } = problem as Partial<STSServiceException> & { code?: string };
  if (name === "CredentialsProviderError") return unavailable(`there are no credentials to ask STS with: ${message}`);
  if ($metadata?.httpStatusCode === undefined) return unavailable(`${endpoint} cannot be reached (${code ?? message})`);
  const refused = $fault === "client" && !/Throttl|RequestLimit|TooMany|SlowDown/i.test(name ?? "");
  return new SourceFailure(refused ? "refused" : "unavailable", `${endpoint} answered ${name}: ${message}`);
}
