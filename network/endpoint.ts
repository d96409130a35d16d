// Which host and port does `[::1]:1338` mean? Endpoints as flags and configuration write them, and as URLs.

import { NetworkError } from "./failure.ts";

export interface Endpoint {
  /** An IP address without brackets, or a host name. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Reads `host:port`, an IPv6 address in brackets, or the same as a URL. NetworkError with the code EENDPOINT when it is written otherwise. */
export function parseEndpoint(text: string): Endpoint {
  const [, bracketed, plain, digits] =
    /^(?:http:\/\/)?(?:\[([0-9A-Fa-f:.%\w]+)\]|([^\s:[\]/@]+)):(\d{1,5})\/?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    throw new NetworkError(
      "EENDPOINT",
      `\`${text}\` is no endpoint: write host:port, such as 127.0.0.1:1338 or [::1]:1338, with port 0 for a free one`,
    );
  }
  return { host, port };
}

/** `http://host:port` without a trailing slash. Who listens on every address is reached on loopback. */
export function endpointUrl({ host, port }: Endpoint): string {
  const reached = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reached.includes(":") ? `[${reached}]` : reached}:${port}`;
}
