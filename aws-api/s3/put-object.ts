// PutObject: takes in an object in one request.

import { announcedIn } from "./announced.ts";
import { attributesOf, creates, writerPermissions } from "./attributes.ts";
import { checksumMembers, DEFAULT_ALGORITHM } from "./checksums.ts";
import { checkWrite, type WriteConditions } from "./conditions.ts";
import { bucketOf, inputOf, keyOf, type ObjectInput, type S3Operation } from "./operation.ts";
import { bodyOf, receive } from "./receive.ts";
import type { Checksum, ObjectContent, S3State } from "./state.ts";

export const PutObject: S3Operation = {
  permissions: (call, state) => writerPermissions(call, state, creates(true)),
  async act(call, parts) {
    const { Bucket: bucket, ...conditions } = inputOf<ObjectInput & WriteConditions>(call);
    const key = keyOf(call);
    const said = attributesOf(call);
    const announced = announcedIn(call.request);
    const begun = { change: parts.state().changes, replaces: false };
    const check = (state: S3State) => checkWrite(conditions, bucketOf(call, state), key, begun);
    // Once before a byte of the body is asked for, and again with whatever has happened by its end.
    check(parts.state());
    const algorithm = announced.algorithm ?? DEFAULT_ALGORITHM;
    using body = await receive(bodyOf(call), parts.blobs, announced, [algorithm], call.trailers);
    const { hash, sizeBytes, etag } = body;
    const value = body.checksums.get(algorithm) as string;
    const checksum: Checksum = { algorithm, type: "FULL_OBJECT", value };
    const object: ObjectContent = { pieces: [{ hash, sizeBytes }], sizeBytes, etag, checksum, ...said };
    await parts.commit((state) => {
      check(state);
      return { events: [{ type: "object.put", at: call.request.at, bucket, key, object }], result: undefined };
    });
    return { output: { ETag: `"${etag}"`, ...checksumMembers(checksum), ServerSideEncryption: "AES256" } };
  },
};
