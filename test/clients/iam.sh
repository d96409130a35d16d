# The example of docs/iam.md, run by iam.test.ts beside a running Mayfly, from the top of a clone.
# #region iam
eval "$(npm run -s mayfly -- env --user alice)"   # this shell is now an administrator's
mayfly() { npm run -s mayfly -- "$@"; }
mayfly exec -- aws s3 ls mybucket                 # the instance may list its bucket

aws iam create-role --role-name reader --assume-role-policy-document \
  '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}'
aws iam attach-role-policy --role-name reader --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
aws iam list-attached-role-policies --role-name reader
aws iam delete-role --role-name reader            # DeleteConflict: Cannot delete entity, must detach all policies first.

aws iam delete-role-policy --role-name mybucket-access --policy-name mybucket-read-write
mayfly exec -- aws s3 ls mybucket                 # AccessDenied: the same keys, from now on
# #endregion
