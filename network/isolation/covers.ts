// What of the machine must a program in a network of its own not see as it is? Who resolves names, whom TLS trusts, what the machine
// says it is, and the user's own AWS files. Each file is written into a folder, and shown in the place of the machine's.

import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { RESOLVER_ADDRESS } from "./places.ts";

/** Shows `source` where `target` is; partly: over it. */
export interface Cover {
  readonly source: string;
  readonly target: string;
  readonly partly?: true;
}

export interface Disguise {
  /** The authority that TLS is to trust, as PEM. */
  readonly certificatePem: string;
  /** The same for Java, as PKCS #12 without a password. */
  readonly trustStore: Uint8Array;
  /** What the machine is to be; itself where it is undefined. */
  readonly instance: { readonly instanceId: string; readonly instanceType: string } | undefined;
}

export interface Prepared {
  readonly covers: readonly Cover[];
  /** For clients that bring their own list of authorities along. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Where distributions have what OpenSSL, GnuTLS, Go and curl trust. */
const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt", // Debian, Alpine
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // Fedora
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/var/lib/ca-certificates/ca-bundle.pem", // openSUSE
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** By these sockets a program's names would be resolved outside. */
const RESOLVERS = [
  "/run/nscd/socket",
  "/run/systemd/resolve/io.systemd.Resolve",
  "/run/systemd/resolve/io.systemd.Resolve.Monitor",
];

const JAVA_STORES = ["/etc/ssl/certs/java/cacerts", "/etc/pki/ca-trust/extracted/java/cacerts"];
const JAVA_STORE_PLACES = ["lib/security/cacerts", "jre/lib/security/cacerts"];

/** Writes the files into the folder, which must be the program's own. */
export function prepareCovers(folder: string, disguise: Disguise): Prepared {
  const write = (name: string, content: string | Uint8Array): string => {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };
  const authority = write("authority.pem", disguise.certificatePem);
  const bundle = write("bundle.pem", `${systemBundle()}\n${disguise.certificatePem}`);
  const store = write("cacerts", disguise.trustStore);
  const ownAws = join(folder, "aws");
  mkdirSync(ownAws);
  const wanted: Cover[] = [
    { target: "/etc/resolv.conf", source: write("resolv.conf", `nameserver ${RESOLVER_ADDRESS}\n`) },
    { target: "/etc/hosts", source: write("hosts", `127.0.0.1 localhost ${hostname()}\n::1 localhost\n`) },
    { target: "/etc/nsswitch.conf", source: write("nsswitch.conf", nameSwitch()) },
    { target: join(homedir(), ".aws"), source: ownAws },
    ...RESOLVERS.map((target) => ({ target, source: "/dev/null" })),
    ...BUNDLES.map((target) => ({ target, source: bundle })),
    ...javaStores().map((target) => ({ target, source: store })),
    ...(disguise.instance ? machineCovers(disguise.instance, write, folder) : []),
  ];
  return {
    covers: onePerTarget(wanted),
    variables: {
      REQUESTS_CA_BUNDLE: bundle,
      CURL_CA_BUNDLE: bundle,
      SSL_CERT_FILE: bundle,
      NODE_EXTRA_CA_CERTS: authority,
    },
  };
}

/** Those that there are, each once, however many names it has. */
function onePerTarget(wanted: readonly Cover[]): readonly Cover[] {
  const found = wanted.filter(({ target }) => existsSync(target));
  const real = found.map((cover) => ({ ...cover, target: realpathSync(cover.target) }));
  return [...new Map(real.map((cover) => [cover.target, cover])).values()];
}

function systemBundle(): string {
  const file = BUNDLES.find((bundle) => existsSync(bundle));
  return file === undefined ? "" : readFileSync(file, "utf8");
}

/** The machine's own but for hosts: what is there to look up besides names of hosts stays. */
function nameSwitch(): string {
  const own = existsSync("/etc/nsswitch.conf") ? readFileSync("/etc/nsswitch.conf", "utf8") : "";
  const others = own.split("\n").filter((line) => !/^\s*hosts\s*:/.test(line));
  return [...others, "hosts: files dns", ""].join("\n");
}

/** What the Java on the PATH and the one of JAVA_HOME trust, and what distributions let all of theirs trust. */
function javaStores(): readonly string[] {
  const { JAVA_HOME, PATH = "" } = process.env;
  const program = PATH.split(delimiter)
    .map((folder) => join(folder, "java"))
    .find((file) => existsSync(file));
  const homes = [JAVA_HOME, program && dirname(dirname(realpathSync(program)))].filter((home) => home !== undefined);
  return [...JAVA_STORES, ...homes.flatMap((home) => JAVA_STORE_PLACES.map((place) => join(home, place)))];
}

/**
 * What the firmware of an instance says: by it cloud-init and GDAL know that they are on EC2.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html
 */
function machineCovers(
  { instanceId, instanceType }: NonNullable<Disguise["instance"]>,
  write: (name: string, content: string) => string,
  folder: string,
): readonly Cover[] {
  const digits = instanceId.replace("i-", "").padEnd(29, "0");
  const uuid = `ec2${digits.slice(0, 5)}-${[5, 9, 13].map((at) => digits.slice(at, at + 4)).join("-")}-${digits.slice(17, 29)}`;
  const facts = {
    bios_vendor: "Amazon EC2",
    board_asset_tag: instanceId,
    board_vendor: "Amazon EC2",
    chassis_asset_tag: "Amazon EC2",
    chassis_vendor: "Amazon EC2",
    product_name: instanceType,
    product_serial: uuid,
    product_uuid: uuid,
    sys_vendor: "Amazon EC2",
  };
  const places = { devices: "/sys/devices/virtual", class: "/sys/class" };
  return Object.entries(places).map(([name, target]) => {
    for (const [file, value] of Object.entries(facts)) write(`${name}/dmi/id/${file}`, `${value}\n`);
    return { target, source: join(folder, name), partly: true };
  });
}
