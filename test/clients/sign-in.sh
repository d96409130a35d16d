# Signing in from a shell, run by sign-in.test.ts beside a running Mayfly, from the top of a clone.
# #region sign-in
eval "$(npm run -s mayfly -- sign-in alice --password Mayfly-demo-1 --mfa-code "$(npm run -s mayfly -- mfa-code alice)")"
aws sts get-caller-identity             # …:user/alice, with keys that end in twelve hours
aws iam list-mfa-devices
# #endregion
