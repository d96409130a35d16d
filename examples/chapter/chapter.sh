#!/usr/bin/env bash
# Who may do what, from where, and for how long? The chapter on identities, told by the AWS CLI beside
# `npm start -- --config examples/chapter/mayfly.yaml`, from the top of a clone. Every refusal in it is AWS's own.
# Wants the AWS CLI and, for a user's MFA device, an authenticator: oathtool, or any application that takes the seed.
set -euo pipefail

mayfly() { npm run -s mayfly -- "$@"; }
now() { mayfly clock | cut -d' ' -f1; }
say() { printf '\n# %s\n' "$*"; }

# Runs what must be refused, and shows how.
refused() {
  if answer=$("$@" 2>&1); then
    echo "this should have been refused: $*" >&2
    exit 1
  fi
  grep -v '^$' <<<"$answer" | tail -1
}

# Two codes in a row of the authenticator at this moment of the simulation, or the first of them.
codes() { oathtool --totp --base32 --now "$(now)" --window 1 "$seed"; }
code() { codes | head -1; }

workplace=$(mktemp -d)
trap 'rm -rf "$workplace"' EXIT
password='Correct-horse-9-battery'

say 'A group, and the policy that AWS manages for administrators'
eval "$(mayfly env --user founder)"
aws iam create-group --group-name Administrators --query Group.Arn --output text
aws iam attach-group-policy --group-name Administrators --policy-arn arn:aws:iam::aws:policy/AdministratorAccess

say 'A user: a password, an access key, an MFA device'
aws iam create-user --user-name ana --query User.Arn --output text
aws iam create-login-profile --user-name ana --password "$password" --query LoginProfile.UserName --output text
aws iam create-access-key --user-name ana --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text >"$workplace/key"
aws iam create-virtual-mfa-device --virtual-mfa-device-name ana --bootstrap-method Base32StringSeed \
  --outfile "$workplace/seed" --query VirtualMFADevice.SerialNumber --output text
seed=$(cat "$workplace/seed")
{ read -r first; read -r second; } < <(codes)
aws iam enable-mfa-device --user-name ana --serial-number arn:aws:iam::123456789012:mfa/ana \
  --authentication-code1 "$first" --authentication-code2 "$second"

say 'Her key works, but it may nothing until she is in the group'
read -r id secret <"$workplace/key"
as_ana() { env -u AWS_SESSION_TOKEN AWS_ACCESS_KEY_ID="$id" AWS_SECRET_ACCESS_KEY="$secret" "$@"; }
as_ana aws sts get-caller-identity --query Arn --output text
refused as_ana aws iam list-users
aws iam add-user-to-group --group-name Administrators --user-name ana
as_ana aws iam list-users --query 'Users[].UserName' --output text

say 'She signs in: the password alone is not enough, and a code is taken once'
refused mayfly sign-in ana --password "$password"
refused mayfly sign-in ana --password "$password" --mfa-code "$second"
mayfly advance 1m >/dev/null
eval "$(mayfly sign-in ana --password "$password" --mfa-code "$(code)")"
aws sts get-caller-identity --query Arn --output text

say 'A role for machines, and a machine that has it from its boot on'
aws iam create-role --role-name mybucket-access --query Role.Arn --output text --assume-role-policy-document '{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
aws iam put-role-policy --role-name mybucket-access --policy-name mybucket-read-write --policy-document '{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::mybucket/*"},
    {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::mybucket"}]}'
aws iam create-instance-profile --instance-profile-name mybucket-access --query InstanceProfile.Arn --output text
aws iam add-role-to-instance-profile --instance-profile-name mybucket-access --role-name mybucket-access
instance=$(aws ec2 run-instances --image-id ami-0abcdef1234567890 --instance-type t3.micro \
  --iam-instance-profile Name=mybucket-access --query 'Instances[0].InstanceId' --output text)
on_instance() { mayfly exec --instance "$instance" -- "$@"; }

say 'On the machine: keys that nobody typed open the bucket, and nothing else'
on_instance aws sts get-caller-identity --query Arn --output text
echo 'written on the machine' >"$workplace/item"
on_instance aws s3 cp --only-show-errors "$workplace/item" s3://mybucket/item
on_instance aws s3 cp --only-show-errors s3://mybucket/item -
refused on_instance aws s3 ls s3://otherbucket
refused on_instance aws iam list-users

say 'Time passes: the machine has new keys, and whoever copied the old ones is refused'
# shellcheck disable=SC2016 # the variables are those of the shell on the machine
read_keys='token=$(curl -sX PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" "${AWS_EC2_METADATA_SERVICE_ENDPOINT}latest/api/token")
  curl -s -H "X-aws-ec2-metadata-token: $token" "${AWS_EC2_METADATA_SERVICE_ENDPOINT}latest/meta-data/iam/security-credentials/mybucket-access"'
on_instance sh -c "$read_keys" >"$workplace/keys"
copied() { sed -n "s/.*\"$1\" : \"\(.*\)\".*/\1/p" "$workplace/keys"; }
with_copied_keys() {
  AWS_ACCESS_KEY_ID=$(copied AccessKeyId) AWS_SECRET_ACCESS_KEY=$(copied SecretAccessKey) AWS_SESSION_TOKEN=$(copied Token) "$@"
}
mayfly advance 7h >/dev/null
refused with_copied_keys aws s3 ls s3://mybucket
on_instance aws s3 cp --only-show-errors s3://mybucket/item -

say 'Not even an administrator can be the machine: the role trusts EC2 alone'
refused aws sts assume-role --role-arn arn:aws:iam::123456789012:role/mybucket-access --role-session-name ana

say 'Something leaked: all sessions of the role from before this moment are revoked, and the machine gets new ones'
aws iam put-role-policy --role-name mybucket-access --policy-name AWSRevokeOlderSessions --policy-document "{
  \"Version\": \"2012-10-17\",
  \"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\",
    \"Condition\": {\"DateLessThan\": {\"aws:TokenIssueTime\": \"$(now)\"}}}]}"
refused on_instance aws s3 ls s3://mybucket
mayfly rotate "$instance" >/dev/null
on_instance aws s3 cp --only-show-errors s3://mybucket/item -
