// Which behaviours of clients does the laboratory reproduce? A row each: the client, the scenario, and what is looked for in what was seen.

import { isAsk } from "../exercise/asks.ts";
import { total } from "../exercise/checks/check.ts";
import { expiredCalls, isRefused } from "./figures.ts";
import type { Seen } from "./run.ts";

export interface Look {
  readonly isReproduced: boolean;
  readonly seen: string;
}

export interface Behaviour {
  readonly id: string;
  readonly title: string;
  /** By the names in clients.ts. */
  readonly client: string;
  /** A shipped scenario, or a file here. */
  readonly scenario: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly expect: string;
  /** Where users or the project itself speak of it. */
  readonly sources: readonly string[];
  look(seen: Seen): Look;
}

const look = (isReproduced: boolean, seen: string): Look => ({ isReproduced, seen });

const requestsOf = ({ report }: Seen) => report.observation.requests;
const asksOf = (seen: Seen) => requestsOf(seen).filter(isAsk);
const refused = (seen: Seen) => total(requestsOf(seen).filter(isRefused));
const expired = ({ report }: Seen) => total(expiredCalls(report));
const telling = ({ complaints }: Seen, text: string) => complaints.filter((line) => line.includes(text));
const calls = (number: number, how: string) => `${number} ${number === 1 ? "call" : "calls"} ${how}`;

/** From the first fault's beginning, or the end of the last, epoch milliseconds. */
const faultBegan = ({ report }: Seen) => report.observation.faults[0]?.from ?? Number.POSITIVE_INFINITY;
const faultEnded = ({ report }: Seen) => report.observation.faults.at(-1)?.until ?? Number.POSITIVE_INFINITY;

/** Calls that fail in the program while its keys are good: none reaches AWS to be refused there. */
const failsWithGoodKeys = (text: string) => (seen: Seen) => {
  const failed = telling(seen, text);
  return look(
    failed.length > 0 && refused(seen) === 0,
    `${calls(failed.length, "failed in the client")}, ${refused(seen)} were refused by AWS: ${failed[0] ?? "nothing was told"}`,
  );
};

const endsWith = (status: number, seen: Seen): Look => {
  const { ending } = seen.report.observation;
  const isSo = ending.kind === "early" && ending.exitCode === status;
  const [why = seen.complaints.at(-1)] = telling(seen, "Fatal error");
  return look(isSo, ending.kind === "early" ? `the process ended with status ${ending.exitCode}: ${why}` : ending.kind);
};

export const BEHAVIOURS: readonly Behaviour[] = [
  {
    id: "botocore-raises-in-the-advisory-window",
    title: "botocore fails calls while its keys are good for ten minutes and more",
    client: "boto3",
    scenario: "scenarios/failing-renewal.yaml",
    expect:
      "From 15 minutes before the expiry calls raise CredentialRetrievalError, one for each try at a renewal, although the keys in use are good: no call is refused by AWS.",
    sources: ["https://github.com/boto/botocore/issues/1617", "https://github.com/uswitch/kiam/issues/270"],
    look: failsWithGoodKeys("CredentialRetrievalError"),
  },
  {
    id: "botocore-extends-fresh-keys",
    title: "botocore goes on with fresh short-lived keys past their expiry",
    client: "boto3",
    scenario: "scenarios/short-lives.yaml",
    expect:
      "It takes keys that live less than 15 to 25 minutes for keys that live longer, and asks again 2 to 10 minutes later: calls are signed with expired keys, and refused, while the metadata service would have given new ones.",
    sources: ["https://github.com/boto/botocore/issues/2670", "https://github.com/boto/botocore/issues/3019"],
    look: (seen) =>
      look(expired(seen) > 0, `${calls(expired(seen), "signed with keys past their expiry")}, new ones at hand`),
  },
  {
    id: "awscrt-aborts-the-process",
    title: "The AWS CRT for Python aborts the process where the role's document is not there",
    client: "awscrt",
    scenario: "scenarios/no-document.yaml",
    environment: { PROBE_KEYS: "asked for" },
    expect:
      "A program that asks its provider for keys (`get_credentials()`) is aborted as a whole at the renewal, five minutes before the expiry (SIGABRT, status 134).",
    sources: ["https://github.com/awslabs/aws-crt-python"],
    look: (seen) => endsWith(134, seen),
  },
  {
    id: "rust-keeps-a-dead-token",
    title: "The AWS SDK for Rust goes on asking with a token that the metadata service refuses",
    client: "rust",
    scenario: "restarted-imds",
    expect:
      "At the renewal each request is answered 401 and sent again with the same token; no other token is asked for until the old one's six hours are nearly over.",
    sources: ["https://github.com/smithy-lang/smithy-rs/issues/1156"],
    look(seen) {
      const after = asksOf(seen).filter(({ at }) => at >= faultBegan(seen));
      const next = after.findIndex(({ purpose, status }) => purpose === "token" && status === 200);
      const dead = after.slice(0, next === -1 ? undefined : next).filter(({ status }) => status === 401);
      return look(total(dead) >= 4, `${total(dead)} answers with 401 before it asked for another token`);
    },
  },
  {
    id: "js-v3-default-chain-has-no-static-stability",
    title: "The default chain of the AWS SDK for JavaScript v3 gives up at the expiry, and hides why",
    client: "js-v3",
    scenario: "imds-outage",
    expect:
      "After the expiry calls fail with `Could not load credentials from any providers`, and none is sent; what went wrong at the metadata service is not told.",
    sources: ["https://github.com/aws/aws-sdk-js-v3/issues/4867", "https://github.com/aws/aws-sdk-js-v3/issues/4989"],
    look: failsWithGoodKeys("Could not load credentials from any providers"),
  },
  {
    id: "js-v3-instance-has-no-static-stability",
    title: "fromInstanceMetadata of @aws-sdk/credential-providers has no static stability either",
    client: "js-v3-instance",
    scenario: "imds-outage",
    expect:
      "After the expiry calls fail in the client and none is sent: this package makes a new provider at each renewal, which knows of no keys to go on with.",
    sources: ["https://github.com/aws/aws-sdk-js-v3/issues/4679"],
    look: failsWithGoodKeys("ProviderError"),
  },
  {
    id: "js-v3-smithy-extends-old-keys",
    title: "fromInstanceMetadata of @smithy/credential-provider-imds goes on with expired keys",
    client: "js-v3-instance",
    scenario: "imds-outage",
    environment: { PROBE_PACKAGE: "@smithy/credential-provider-imds" },
    expect: "After the expiry calls are signed with the old keys, five to ten minutes at a time, and AWS refuses them.",
    sources: ["https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html"],
    look: (seen) => look(expired(seen) > 0, `${calls(expired(seen), "signed with keys past their expiry")}`),
  },
  {
    id: "js-v2-stays-with-imdsv1",
    title: "The AWS SDK for JavaScript v2 goes over to IMDSv1 after one answer that is no success, for good",
    client: "js-v2",
    scenario: "scenarios/no-document.yaml",
    expect: "Once the document is back it is read without a token, and so it is at the next renewal, six hours later.",
    sources: ["https://github.com/aws/aws-sdk-js"],
    look(seen) {
      const after = asksOf(seen).filter(({ at }) => at >= faultEnded(seen));
      const tokens = total(after.filter(({ purpose }) => purpose === "token"));
      const v1 = total(after.filter(({ imdsVersion, purpose }) => purpose !== "token" && imdsVersion === 1));
      return look(
        v1 > 0 && tokens === 0,
        `after the end of the fault ${v1} requests without a token, ${tokens} for one`,
      );
    },
  },
  {
    id: "js-v2-never-answers",
    title: "A call of the AWS SDK for JavaScript v2 never comes back where the document has no keys",
    client: "js-v2",
    scenario: "broken-trust",
    expect:
      "It takes the answer without keys for a success, and the promise of the call is never settled: nothing is told, and nothing is sent any more.",
    sources: ["https://github.com/aws/aws-sdk-js"],
    look(seen) {
      const last = requestsOf(seen).at(-1);
      const silentMinutes = Math.round((seen.report.observation.endedAt - (last?.at ?? 0)) / 60_000);
      return look(
        last?.purpose === "credentials" && seen.complaints.length === 0,
        `its last request was for its ${last?.purpose}, answered ${last?.errorCode}; ${silentMinutes} minutes of silence, nothing told`,
      );
    },
  },
  {
    id: "js-v2-is-disabled-by-false",
    title: "AWS_EC2_METADATA_DISABLED=false disables the metadata service in the AWS SDK for JavaScript v2",
    client: "js-v2",
    scenario: "scenarios/quarter-of-an-hour.yaml",
    environment: { AWS_EC2_METADATA_DISABLED: "false" },
    expect: "It never asks the metadata service, and each call fails.",
    sources: ["https://github.com/aws/aws-sdk-js"],
    look: (seen) =>
      look(
        seen.complaints.length > 0 && asksOf(seen).length === 0,
        `${asksOf(seen).length} requests to the metadata service; ${calls(seen.complaints.length, "failed")}: ${seen.complaints[0]}`,
      ),
  },
  {
    id: "java-v2-needs-an-expiration",
    title: "The AWS SDK for Java v2 meets a document without an Expiration with a NullPointerException",
    client: "java-v2",
    scenario: "scenarios/first-without-expiration.yaml",
    expect: "Calls fail, and what is told has the message of a NullPointerException in it.",
    sources: ["https://github.com/aws/aws-sdk-java-v2"],
    look(seen) {
      const failed = seen.complaints.filter((line) => /NullPointer|because "\w+" is null/.test(line));
      return look(failed.length > 0, failed[0] ?? `${seen.complaints.length} failures: ${seen.complaints[0]}`);
    },
  },
  {
    id: "java-v2-hammers",
    title: "The AWS SDK for Java v2 asks the metadata service at nearly every call while that is down",
    client: "java-v2",
    scenario: "imds-outage",
    expect:
      "After the expiry it waits 10 seconds at most before the next try, so that twenty workers that call twice a minute have it asked at each of their calls.",
    sources: ["https://github.com/aws/aws-sdk-java-v2/issues/5247"],
    look(seen) {
      const [rotation] = seen.report.verdict.rotations;
      const from = rotation?.expiresAt ?? Number.POSITIVE_INFINITY;
      const during = requestsOf(seen).filter(({ at }) => at >= from && at < faultEnded(seen));
      const asks = total(during.filter(isAsk));
      const minutes = (faultEnded(seen) - from) / 60_000;
      return look(asks / minutes >= 2, `${asks} requests in the ${Math.round(minutes)} minutes after the expiry`);
    },
  },
  {
    id: "go-v2-renews-at-the-expiry",
    title: "The AWS SDK for Go v2 asks for new keys when the old ones have expired, and not before",
    client: "go-v2",
    scenario: "late-renewal",
    expect:
      "Asked within its hourly round the metadata service has no newer keys yet; the next time is the expiry itself, so that new ones are in use at it and not before.",
    sources: ["https://github.com/aws/aws-sdk-go-v2"],
    look(seen) {
      const margins = seen.report.verdict.rotations.flatMap(({ marginSeconds }) => marginSeconds ?? []);
      const told = margins.map((margin) => `${margin.toFixed(1)} s`).join(", ");
      return look(margins.length > 0 && margins.every((margin) => margin <= 1), `margins: ${told}`);
    },
  },
  {
    id: "go-v2-asks-each-hour",
    title: "The AWS SDK for Go v2 asks each hour, however long its keys live",
    client: "go-v2",
    scenario: "normal-renewal",
    expect: "With keys for six hours it asks at its first call after each hour.",
    sources: ["https://github.com/aws/aws-sdk-go-v2"],
    look(seen) {
      const asks = asksOf(seen).filter(({ purpose }) => purpose === "credentials");
      const gaps = asks.slice(1).map(({ at }, index) => (at - (asks[index]?.at ?? at)) / 60_000);
      const told = `${gaps.length} gaps of ${Math.round(Math.min(...gaps))} to ${Math.round(Math.max(...gaps))} minutes`;
      return look(gaps.length >= 5 && gaps.every((gap) => gap >= 59 && gap <= 92), told);
    },
  },
  {
    id: "go-v1-fails-with-good-keys",
    title: "The AWS SDK for Go v1 fails calls in the five minutes before the expiry",
    client: "go-v1",
    scenario: "scenarios/failing-renewal.yaml",
    expect: "From five minutes before the expiry each call fails, although the keys are good: AWS refuses none.",
    sources: ["https://github.com/aws/aws-sdk-go"],
    look: failsWithGoodKeys("NoCredentialProviders"),
  },
  {
    id: "awscrt-drops-good-keys",
    title: "The AWS CRT drops keys that are good for five more minutes when a renewal fails",
    client: "awscrt",
    scenario: "scenarios/failing-renewal.yaml",
    expect: "From five minutes before the expiry calls fail, although the keys are good: AWS refuses none.",
    sources: ["https://github.com/awslabs/aws-c-auth"],
    look: failsWithGoodKeys("AWS_AUTH"),
  },
  {
    id: "minio-go-needs-a-token",
    title: "minio-go fails where no token is given, and does not go over to IMDSv1",
    client: "minio-go",
    scenario: "scenarios/refused-token.yaml",
    expect:
      "From the moment in which a fifth of the keys' life is left each call fails, although the keys are good and IMDSv1 would answer: no request comes without a token.",
    sources: ["https://github.com/minio/minio-go/issues/1866"],
    look(seen) {
      const v1 = total(asksOf(seen).filter(({ imdsVersion, purpose }) => purpose !== "token" && imdsVersion === 1));
      const { complaints } = seen;
      return look(
        complaints.length > 0 && v1 === 0,
        `${calls(complaints.length, "failed")}, ${v1} requests without a token: ${complaints[0] ?? "nothing was told"}`,
      );
    },
  },
];
