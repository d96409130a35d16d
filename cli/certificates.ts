// mayfly certificates: what does a program need to verify what a running Mayfly signs?

import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import { type CertificatesReport, makeDirectory } from "../index.ts";
import { type ControlOptions, controlsOf, print, withAnswer } from "./options.ts";

const NAMES = ["rsa", "dsa", "rsa2048", "ca"] as const;

async function write(directory: string, certificates: CertificatesReport): Promise<string[]> {
  const written = NAMES.map((name) => join(directory, `${name}.pem`));
  try {
    makeDirectory(resolve(directory), 0o777);
    await Promise.all(NAMES.map((name, i) => writeFile(written[i] as string, certificates[name])));
  } catch (problem) {
    const { code, path = directory } = problem as NodeJS.ErrnoException;
    throw new Error(`${path} cannot be written (${code})`);
  }
  return written;
}

export function certificatesCommand(): Command {
  return withAnswer(
    new Command("certificates").description(
      "write what verifies identity documents (rsa.pem, dsa.pem, rsa2048.pem) and the TLS names of this run (ca.pem)",
    ),
  )
    .addOption(new Option("--out <directory>", "where to; made when it is not there").makeOptionMandatory())
    .action(async ({ out, ...options }: ControlOptions & { out: string }) => {
      const written = await write(out, await controlsOf(options).certificates());
      print(options.json, { written }, () => written.map((file) => `wrote ${file}`).join("\n"));
    });
}
