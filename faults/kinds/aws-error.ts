// An AWS endpoint refuses what it would have done.

import { z } from "zod";
import { AWS_ERRORS, isKnownTo, refusalOf } from "../aws-errors.ts";
import { AWS, faultKind } from "../fault.ts";

export const awsError = faultKind({
  name: "aws-error",
  summary: "refuses with this error, in the words of the service that is asked; nothing was done",
  faces: AWS,
  parameters: { error: z.enum(AWS_ERRORS).describe(`One of ${AWS_ERRORS.join(", ")}`) },
  act: ({ error }) => ({
    concerns: ({ service }) => isKnownTo(error, service),
    refuse: (asked) => refusalOf(error, asked),
  }),
});
