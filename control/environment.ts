// Which environment makes a program find the simulation, and nothing else?

import { delimiter } from "node:path";
import type { Environment } from "./controls.ts";

/** What could lead a program out of the simulation, or past the instance's role. */
const REMOVED = [
  "AWS_*",
  "ECS_CONTAINER_METADATA_URI*",
  "BOTO_CONFIG",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "NO_PROXY",
];

export interface EndpointPlace {
  readonly region: string;
  /** The URL of the AWS endpoints: an IP literal, so that S3 clients use path style. */
  readonly aws: string;
  /** Where the machine finds an empty file. */
  readonly nullDevice: string;
}

// https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
const common = ({ region, aws, nullDevice }: EndpointPlace) => ({
  AWS_ENDPOINT_URL: aws,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_CONFIG_FILE: nullDevice,
  AWS_SHARED_CREDENTIALS_FILE: nullDevice,
});

/** A program on an instance, whose metadata service is at `imds`. */
export function instanceEnvironment(place: EndpointPlace, imds: string): Environment {
  // With the slash: AWS CLI v2 as Debian 12 has it (2.9) writes paths right behind the endpoint, and all others take both.
  return { variables: { AWS_EC2_METADATA_SERVICE_ENDPOINT: `${imds}/`, ...common(place) }, removed: REMOVED };
}

/** Else a program that gets no credentials from its container would ask the metadata service of the machine it runs on. */
const NO_IMDS = { AWS_EC2_METADATA_DISABLED: "true" };

/** What a task's own containers know it by. */
interface TaskIds {
  readonly launchType: string;
  /** Undefined where the task has no role. */
  readonly credentialsId?: string;
  readonly endpointId: string;
}

/** AWS's own addresses of these endpoints, which a program in a network of its own finds. */
export const CONTAINER_URLS = { ecs: "http://169.254.170.2:80", eks: "http://169.254.170.23:80" };

const withoutPort80 = (url: string) => url.replace(/:80$/, "");

/**
 * What the ECS agent gives a container, where `ecs` is its URL: at the address that clients know they are told the path alone.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export function taskVariables(ecs: string, { launchType, credentialsId, endpointId }: TaskIds) {
  const path = `/v2/credentials/${credentialsId}`;
  const credentials =
    ecs === CONTAINER_URLS.ecs
      ? { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path }
      : { AWS_CONTAINER_CREDENTIALS_FULL_URI: ecs + path };
  return {
    ...(credentialsId !== undefined && credentials),
    ECS_CONTAINER_METADATA_URI_V4: `${withoutPort80(ecs)}/v4/${endpointId}`,
    AWS_EXECUTION_ENV: `AWS_ECS_${launchType}`,
  };
}

/** What EKS gives a container, where `eks` is the URL of the EKS Pod Identity Agent. */
export const podVariables = (eks: string, tokenFile: string) => ({
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `${withoutPort80(eks)}/v1/credentials`,
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
});

/** A program in a container that has these variables. */
export function containerEnvironment(place: EndpointPlace, variables: Readonly<Record<string, string>>): Environment {
  return { variables: { ...variables, ...common(place), ...NO_IMDS }, removed: REMOVED };
}

/**
 * A program in a network of its own, where all of AWS is at its own addresses: a container is told what its agents and the region say,
 * an instance nothing.
 */
export function isolatedEnvironment(
  { region }: EndpointPlace,
  variables: Readonly<Record<string, string>> | undefined,
): Environment {
  const own = variables && { ...variables, AWS_REGION: region, AWS_DEFAULT_REGION: region };
  return { variables: own ?? {}, removed: REMOVED };
}

/** A program with a user's access key, or with that of a session and its token, on no instance. */
export function userEnvironment(
  place: EndpointPlace,
  accessKeyId: string,
  secretAccessKey: string,
  sessionToken?: string,
): Environment {
  const key = {
    ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
  };
  return { variables: { ...key, ...common(place), ...NO_IMDS }, removed: REMOVED };
}

/** Names that one of the patterns means, in which * stands for anything; upper and lower case are the same, as on Windows. */
export function namesLike(names: readonly string[], patterns: readonly string[]): string[] {
  const expressions = patterns.map((pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "i"));
  return names.filter((name) => expressions.some((expression) => expression.test(name)));
}

/** npm puts its own directories first on the PATH; the program shall see the caller's. */
function callersPath(path: string): string {
  const npms = /[\\/]node_modules[\\/]\.bin$|[\\/]node-gyp-bin$/;
  return path
    .split(delimiter)
    .filter((entry) => !npms.test(entry))
    .join(delimiter);
}

/** The variables of the program: the caller's, less what could lead it out of the simulation, plus the simulation's. */
export function programEnvironment(own: NodeJS.ProcessEnv, { variables, removed }: Environment): NodeJS.ProcessEnv {
  const dropped = new Set(namesLike(Object.keys(own), [...removed, "npm_*", "INIT_CWD"]));
  const kept = Object.entries(own).filter(([name]) => !dropped.has(name));
  const path = own.PATH === undefined ? {} : { PATH: callersPath(own.PATH) };
  return { ...Object.fromEntries(kept), ...path, ...variables };
}
