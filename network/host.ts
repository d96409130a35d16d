// By which name was this port reached? A web page of another origin may reach it under a name of its own (DNS rebinding); an IP
// address and localhost are no such names.

const IP_LITERAL = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/i;

/** Whether a Host header, its port aside, is an IP address, localhost, or one of those names; none at all is not. */
export function isOwnHost(header: string | undefined, names: readonly string[]): boolean {
  const host = (header ?? "").replace(/:\d+$/, "");
  return IP_LITERAL.test(host) || host === "localhost" || names.includes(host);
}

/** Whether only this machine reaches who listens there. */
export const isLoopback = (host: string) => /^(127\.|::1$|localhost$)/.test(host);
