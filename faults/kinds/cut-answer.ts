// The answer ends half-way, after what was asked for was done.

import { z } from "zod";
import { type HttpReply, header } from "../../network/message.ts";
import { BOTH, faultKind } from "../fault.ts";
import { treated, unanswered } from "../replies.ts";

export const cutAnswer = faultKind({
  name: "cut-answer",
  summary:
    "ends the connection half-way through the body, or before an answer that has none; at the AWS endpoints all was done",
  faces: BOTH,
  parameters: {
    bodyBytes: z.int().min(0).describe("How much of the body comes; half of it unless given").exactOptional(),
    by: z
      .enum(["closing", "resetting", "silence"])
      .describe("How it ends; in silence the rest never comes; closing unless given")
      .exactOptional(),
  },
  act: ({ bodyBytes, by = "closing" }) => ({
    spoil: (reply) =>
      reply.body === ""
        ? unanswered(reply, by)
        : treated(reply, { brokenOff: { afterBodyBytes: bodyBytes ?? halfOf(reply), by } }),
  }),
});

const halfOf = ({ rawHeaders }: HttpReply) => Math.floor(Number(header(rawHeaders, "content-length") ?? 0) / 2);
