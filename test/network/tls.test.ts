// The door with TLS: each name gets its own certificate, and what comes through is known to have come so.

import { once } from "node:events";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { awsFace } from "../../network/faces.ts";
import { createCertificateAuthority } from "../../signing/certificate-authority.ts";
import { knock, lines, ok, openDoor } from "./wire.ts";

const authority = createCertificateAuthority();
const openTls = () =>
  openDoor({ face: awsFace, handle: () => ok("here"), certificateOf: (name) => authority.issue(name) });

async function reach(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ host: "127.0.0.1", port, ca: authority.certificatePem, ...options });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

describe("a door with TLS", () => {
  test.each(["sts.us-east-1.amazonaws.com", "mybucket.s3.amazonaws.com"])(
    "is %s to who asks for it",
    async (servername) => {
      const door = await openTls();
      const socket = await reach(door.port, { servername });
      expect(socket.getPeerCertificate().subjectaltname).toBe(`DNS:${servername}`);
      socket.write(lines("GET / HTTP/1.1", "Connection: close", ""));
      const [answer] = await once(socket, "data");
      expect(String(answer)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(door.exchanges[0]?.[0]).toMatchObject({ method: "GET", secure: true });
    },
  );

  test("is localhost to who asks for no name", async () => {
    const door = await openTls();
    const socket = await reach(door.port, { checkServerIdentity: () => undefined });
    expect(socket.getPeerCertificate().subjectaltname).toBe("DNS:localhost");
  });

  test("is nobody under a name that cannot be", async () => {
    const door = await openTls();
    await expect(reach(door.port, { servername: "a..b" })).rejects.toThrow();
    expect(door.failures).toEqual([]);
  });

  test("lets who speaks no TLS go, and goes on", async () => {
    const door = await openTls();
    await knock(door.port, lines("GET / HTTP/1.1", ""));
    const socket = await reach(door.port, { servername: "sts.amazonaws.com" });
    expect(socket.authorized).toBe(true);
    expect([door.exchanges, door.failures]).toEqual([[], []]);
  });
});

test("without TLS that is known, too", async () => {
  const door = await openDoor({ handle: () => ok("") });
  await knock(door.port, lines("GET / HTTP/1.1", ""));
  expect(door.exchanges[0]?.[0].secure).toBe(false);
});
