# How AWS has an instance verify its identity document, at the end of September 2026, run by verify-identity.test.ts in an empty folder
# beside `certificates/`. IMDS stands for http://169.254.169.254.
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-iid.html
set -euo pipefail

pkcs7() {
  cp certificates/dsa.pem certificate
  echo "-----BEGIN PKCS7-----" >> pkcs7 \
    && TOKEN=`curl -X PUT "$IMDS/latest/api/token" -H "X-aws-ec2-metadata-token-ttl-seconds: 21600"` \
    && curl -H "X-aws-ec2-metadata-token: $TOKEN" $IMDS/latest/dynamic/instance-identity/pkcs7 >> pkcs7 \
    && echo "" >> pkcs7 \
    && echo "-----END PKCS7-----" >> pkcs7
  openssl smime -verify -in pkcs7 -inform PEM -certfile certificate -noverify | tee document
}

signature() {
  cp certificates/rsa.pem certificate
  TOKEN=`curl -X PUT "$IMDS/latest/api/token" -H "X-aws-ec2-metadata-token-ttl-seconds: 21600"` \
    && curl -H "X-aws-ec2-metadata-token: $TOKEN" $IMDS/latest/dynamic/instance-identity/signature | base64 -d >> signature
  TOKEN=`curl -X PUT "$IMDS/latest/api/token" -H "X-aws-ec2-metadata-token-ttl-seconds: 21600"` \
    && curl -H "X-aws-ec2-metadata-token: $TOKEN" $IMDS/latest/dynamic/instance-identity/document >> document
  openssl x509 -pubkey -noout -in certificate >> key
  openssl dgst -sha256 -verify key -signature signature document
}

rsa2048() {
  cp certificates/rsa2048.pem certificate
  echo "-----BEGIN PKCS7-----" >> rsa2048 \
    && TOKEN=`curl -X PUT "$IMDS/latest/api/token" -H "X-aws-ec2-metadata-token-ttl-seconds: 21600"` \
    && curl -H "X-aws-ec2-metadata-token: $TOKEN" $IMDS/latest/dynamic/instance-identity/rsa2048 >> rsa2048 \
    && echo "" >> rsa2048 \
    && echo "-----END PKCS7-----" >> rsa2048
  openssl smime -verify -in rsa2048 -inform PEM -certfile certificate -noverify | tee document
}

"$1"
