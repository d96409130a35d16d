// What do we use of node:http? An import by name would read every export of it, one of which loads undici: 35 ms of each start.

import { getBuiltinModule } from "node:process";

export const { createServer, request, STATUS_CODES } = getBuiltinModule("node:http");
