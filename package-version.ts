// Which version is this? As package.json has it, beside the sources and one level above the compiled files.

import { existsSync, readFileSync } from "node:fs";

const beside = new URL("./package.json", import.meta.url);
const file = existsSync(beside) ? beside : new URL("../package.json", import.meta.url);

export const packageVersion: string = JSON.parse(readFileSync(file, "utf8")).version;
