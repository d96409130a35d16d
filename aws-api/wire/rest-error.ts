// How does S3 say no? The error document, with the elements that some errors add between message and request id.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses

import type { AwsError } from "../call.ts";
import { element } from "./xml-write.ts";

/** The body of an S3 error. */
export function restError(error: AwsError, requestId: string, hostId: string): string {
  let fields = "";
  for (const [name, value] of Object.entries(error.fields)) fields += element(name, value);
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${element("Code", error.code)}${element("Message", error.message)}` +
    `${fields}${element("RequestId", requestId)}${element("HostId", hostId)}</Error>`
  );
}
