# The README's first minute, run by first-minute.test.ts beside a running Mayfly, from the top of a clone.
# #region first-minute
eval "$(npm run -s mayfly -- env)"      # this shell is now on the instance
aws sts get-caller-identity             # …:assumed-role/mybucket-access/i-…, with keys that nobody typed
date | aws s3 cp - s3://mybucket/now
aws s3 ls mybucket
aws s3 ls otherbucket                   # AccessDenied: … because no identity-based policy allows …

# Somebody copies the keys of this moment …
imds=$AWS_EC2_METADATA_SERVICE_ENDPOINT
token=$(curl -sX PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" "${imds}latest/api/token")
keys=$(curl -s -H "X-aws-ec2-metadata-token: $token" "${imds}latest/meta-data/iam/security-credentials/mybucket-access")
copied() { echo "$keys" | sed -n "s/.*\"$1\" : \"\(.*\)\".*/\1/p"; }

# … and seven hours later they are refused, while every new process finds new ones.
npm run -s mayfly -- advance 7h
AWS_ACCESS_KEY_ID=$(copied AccessKeyId) AWS_SECRET_ACCESS_KEY=$(copied SecretAccessKey) \
  AWS_SESSION_TOKEN=$(copied Token) aws s3 ls mybucket   # ExpiredToken: The provided token has expired.
aws s3 ls mybucket
aws s3 rm s3://mybucket/now
# #endregion
