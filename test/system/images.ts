// Where do the images come from when none can be pulled? The Dockerfile's base, unless the engine has it, is imported: Node with the
// libraries that it needs, no shell. On it the Dockerfile is built as it stands, and an application beside it.

import { execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { GenericContainer, getContainerRuntimeClient, ImageName } from "testcontainers";

export const root = join(import.meta.dirname, "../..");
export const baseImage = /^FROM (\S+)$/m.exec(readFileSync(join(root, "Dockerfile"), "utf8"))?.[1] ?? "";
export const sidecarImage = "mayfly:system-test";
export const applicationImage = "mayfly-application:system-test";
export const applicationCommand = ["node", "/application/application.mjs"];

/** Makes all three images; call what it returns to remove those that were made. */
export async function makeImages(): Promise<() => Promise<void>> {
  const { container, image } = await getContainerRuntimeClient();
  const made: string[] = [];
  if (!(await image.exists(ImageName.fromString(baseImage)))) {
    await importBase();
    made.unshift(baseImage);
  }
  execFileSync("npm", ["run", "-s", "image:files"], { cwd: root });
  await GenericContainer.fromDockerfile(root).build(sidecarImage, { deleteOnExit: false });
  made.unshift(sidecarImage);
  await buildApplication();
  made.unshift(applicationImage);
  return async () => {
    for (const name of made) await container.dockerode.getImage(name).remove({ force: true });
  };
}

async function inScratch(work: (folder: string) => Promise<unknown>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "mayfly-image-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The libraries that the loader gives a program, the loader included. */
function librariesOf(file: string): string[] {
  const listed = execFileSync("ldd", [file], { encoding: "utf8" });
  return [...listed.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path as string);
}

const importBase = () =>
  inScratch(async (folder) => {
    const node = realpathSync(process.execPath);
    cpSync(node, join(folder, "usr/local/bin/node"));
    for (const library of librariesOf(node)) cpSync(realpathSync(library), join(folder, library));
    mkdirSync(join(folder, "tmp"));
    chmodSync(join(folder, "tmp"), 0o1777);
    chmodSync(folder, 0o755);
    const tar = spawn("tar", ["--create", "--owner=0", "--group=0", `--directory=${folder}`, "."]);
    const [repo, tag] = baseImage.split(":") as [string, string];
    const { container } = await getContainerRuntimeClient();
    const progress = await container.dockerode.importImage(tar.stdout, { repo, tag });
    await finished(progress.resume());
  });

/** The application with the SDK in the versions that are locked here. */
const buildApplication = () =>
  inScratch(async (folder) => {
    const version = (name: string) =>
      JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version as string;
    const names = ["@aws-sdk/client-s3", "@aws-sdk/client-sts"];
    const dependencies = Object.fromEntries(names.map((name) => [name, version(name)]));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", dependencies }));
    writeFileSync(join(folder, "Dockerfile"), `FROM ${baseImage}\nCOPY . /application\n`);
    cpSync(join(import.meta.dirname, "application.mjs"), join(folder, "application.mjs"));
    execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], { cwd: folder, stdio: "pipe" });
    await GenericContainer.fromDockerfile(folder).build(applicationImage, { deleteOnExit: false });
  });
