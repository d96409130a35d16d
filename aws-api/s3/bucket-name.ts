// Is this the name of a bucket? https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html

const LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const NAME = new RegExp(`^(?=.{3,63}$)${LABEL}(?:\\.${LABEL})*$`);
const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;
const RESERVED = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3|\.mrap)$/;

/** Whether CreateBucket takes the name: 3 to 63 lower-case letters, digits, hyphens and dots, no address, nothing reserved. */
export function isBucketName(name: string): boolean {
  return NAME.test(name) && !ADDRESS.test(name) && !RESERVED.test(name);
}
