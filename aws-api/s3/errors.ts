// How does S3 say no? Its error codes with the status, text and fields that responses recorded from AWS have.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and the recordings in LocalStack's tests/aws/services/s3

import { AwsError } from "../call.ts";
import { CHECKSUM_ALGORITHMS } from "./checksums.ts";

type Fields = Readonly<Record<string, string>>;

export const noSuchBucket = (bucket: string) =>
  new AwsError("NoSuchBucket", 404, "The specified bucket does not exist", { BucketName: bucket });

export const noSuchKey = (key: string) =>
  new AwsError("NoSuchKey", 404, "The specified key does not exist.", { Key: key });

export const noSuchBucketPolicy = (bucket: string) =>
  new AwsError("NoSuchBucketPolicy", 404, "The bucket policy does not exist", { BucketName: bucket });

export const noSuchTagSet = (bucket: string) =>
  new AwsError("NoSuchTagSet", 404, "The TagSet does not exist", { BucketName: bucket });

export const noSuchPublicAccessBlock = (bucket: string) =>
  new AwsError("NoSuchPublicAccessBlockConfiguration", 404, "The public access block configuration was not found", {
    BucketName: bucket,
  });

export const noSuchUpload = (uploadId: string) =>
  new AwsError(
    "NoSuchUpload",
    404,
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    { UploadId: uploadId },
  );

export const invalidBucketName = (bucket: string) =>
  new AwsError("InvalidBucketName", 400, "The specified bucket is not valid.", { BucketName: bucket });

export const bucketAlreadyOwnedByYou = (bucket: string) =>
  new AwsError(
    "BucketAlreadyOwnedByYou",
    409,
    "Your previous request to create the named bucket succeeded and you already own it.",
    { BucketName: bucket },
  );

export const bucketNotEmpty = (bucket: string) =>
  new AwsError("BucketNotEmpty", 409, "The bucket you tried to delete is not empty", { BucketName: bucket });

export const invalidLocationConstraint = (location: string) =>
  new AwsError("InvalidLocationConstraint", 400, "The specified location-constraint is not valid", {
    LocationConstraint: location,
  });

export const illegalLocationConstraint = (location: string) =>
  new AwsError(
    "IllegalLocationConstraintException",
    400,
    `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );

export const keyTooLong = (sizeBytes: number) =>
  new AwsError("KeyTooLongError", 400, "Your key is too long", { Size: `${sizeBytes}`, MaxSizeAllowed: "1024" });

export const metadataTooLarge = (sizeBytes: number) =>
  new AwsError("MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size", {
    Size: `${sizeBytes}`,
    MaxSizeAllowed: "2048",
  });

export const entityTooLarge = (sizeBytes: number, limitBytes: number) =>
  new AwsError("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size", {
    ProposedSize: `${sizeBytes}`,
    MaxSizeAllowed: `${limitBytes}`,
  });

export const invalidRange = (range: string, sizeBytes: number) =>
  new AwsError("InvalidRange", 416, "The requested range is not satisfiable", {
    RangeRequested: range,
    ActualObjectSize: `${sizeBytes}`,
  });

export const invalidPartNumber = (partNumber: number, parts: number) =>
  new AwsError("InvalidPartNumber", 416, "The requested partnumber is not satisfiable", {
    PartNumberRequested: `${partNumber}`,
    ActualPartCount: `${parts}`,
  });

export const preconditionFailed = (condition: string) =>
  new AwsError("PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold", {
    Condition: condition,
  });

export const conditionalRequestConflict = (condition: string, key: string) =>
  new AwsError(
    "ConditionalRequestConflict",
    409,
    "The conditional request cannot succeed due to a conflicting operation against this resource.",
    { Condition: condition, Key: key },
  );

export const notImplemented = (header: string, additionalMessage?: string) =>
  new AwsError("NotImplemented", 501, "A header you provided implies functionality that is not implemented", {
    Header: header,
    ...(additionalMessage !== undefined && { additionalMessage }),
  });

export const invalidArgument = (message: string, name: string, value?: string | number) =>
  new AwsError("InvalidArgument", 400, message, {
    ArgumentName: name,
    ...(value !== undefined && { ArgumentValue: `${value}` }),
  });

export const invalidRequest = (message: string) => new AwsError("InvalidRequest", 400, message);

export const unsupportedChecksum = () =>
  invalidRequest(
    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: " +
      `[${CHECKSUM_ALGORITHMS.join(", ")}]`,
  );

export const badDigest = (message: string, fields?: Fields) => new AwsError("BadDigest", 400, message, fields);

export const invalidDigest = (contentMd5: string) =>
  new AwsError("InvalidDigest", 400, "The Content-MD5 you specified was invalid.", { "Content-MD5": contentMd5 });

export const malformedXml = () =>
  new AwsError(
    "MalformedXML",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  );

export const accessDenied = () => new AwsError("AccessDenied", 403, "Access Denied");

export const invalidPart = (uploadId: string, partNumber: number, etag: string) =>
  new AwsError(
    "InvalidPart",
    400,
    // Two spaces, as AWS has them.
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified " +
      "entity tag may not match the part's entity tag.",
    { UploadId: uploadId, PartNumber: `${partNumber}`, ETag: etag },
  );

export const invalidPartOrder = (uploadId: string) =>
  new AwsError(
    "InvalidPartOrder",
    400,
    "The list of parts was not in ascending order. Parts must be ordered by part number.",
    { UploadId: uploadId },
  );

export const entityTooSmall = (sizeBytes: number, limitBytes: number, partNumber: number, etag: string) =>
  new AwsError("EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size", {
    ProposedSize: `${sizeBytes}`,
    MinSizeAllowed: `${limitBytes}`,
    PartNumber: `${partNumber}`,
    ETag: etag,
  });

export const invalidBucketOwner = (owner: string) =>
  new AwsError(
    "InvalidBucketOwnerAWSAccountID",
    400,
    `The value of the expected bucket owner parameter must be an AWS Account ID... [${owner}]`,
  );
