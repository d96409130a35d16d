// Another status than the request deserves.

import { z } from "zod";
import { faultKind, IMDS } from "../fault.ts";
import { metadataStatus } from "../replies.ts";

const STATUSES = [400, 401, 403, 404, 429, 500, 503] as const;

export const status = faultKind({
  name: "status",
  summary: "answers with this status, as EC2ws does",
  faces: IMDS,
  parameters: { status: z.literal(STATUSES).describe(`One of ${STATUSES.join(", ")}`) },
  act: ({ status }) => ({ spoil: (reply, { request }) => metadataStatus(reply, request, status) }),
});
