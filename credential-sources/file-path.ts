// Which file does `~/.aws/credentials` mean?

import { homedir } from "node:os";
import { join } from "node:path";

export const filePath = (written: string) => (written.startsWith("~/") ? join(homedir(), written.slice(2)) : written);
