// Which environment makes a program find the simulation, and nothing else?

import type { Environment } from "./controls.ts";

/** What could lead a program out of the simulation, or past the instance's role. */
const REMOVED = ["AWS_*", "BOTO_CONFIG", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

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

/** A program with a user's access key, on no instance. */
export function userEnvironment(place: EndpointPlace, accessKeyId: string, secretAccessKey: string): Environment {
  const key = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  return { variables: { ...key, ...common(place), AWS_EC2_METADATA_DISABLED: "true" }, removed: REMOVED };
}
