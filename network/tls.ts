// Which certificate does a client see? That of the name which it asks for (SNI), made when it is first asked for.
// https://www.rfc-editor.org/rfc/rfc6066#section-3

import type { ServerOptions } from "node:http";
import { createServer, type Server } from "node:https";
import { createSecureContext, type SecureContext, type TlsOptions } from "node:tls";

export interface Certificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export type CertificateOf = (serverName: string) => Certificate;

/** For who asks for no name: an IP address has none. */
const NAMELESS = "localhost";

/** A server of node:https, which takes its time to load, so that only who needs it loads this file. */
export const createSecureServer = (settings: ServerOptions, certificateOf: CertificateOf): Server =>
  createServer({ ...settings, ...certificatesByName(certificateOf) });

/** What node:https wants to know. A name without a certificate ends the handshake. */
function certificatesByName(certificateOf: CertificateOf): TlsOptions {
  const contexts = new WeakMap<Certificate, SecureContext>();
  const contextOf = (name: string): SecureContext => {
    const certificate = certificateOf(name);
    const kept = contexts.get(certificate);
    if (kept) return kept;
    const made = createSecureContext({ cert: certificate.certificatePem, key: certificate.privateKeyPem });
    contexts.set(certificate, made);
    return made;
  };
  const { certificatePem: cert, privateKeyPem: key } = certificateOf(NAMELESS);
  return {
    cert,
    key,
    SNICallback: (name, done) => {
      try {
        done(null, contextOf(name));
      } catch (error) {
        done(error as Error);
      }
    },
  };
}
