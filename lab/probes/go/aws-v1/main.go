// A service on the AWS SDK for Go v1, which reads no AWS_ENDPOINT_URL.
package main

import (
	"os"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/sts"

	"mayfly.test/probes/loop"
)

func main() {
	settings := session.Must(session.NewSession(&aws.Config{Endpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL"))}))
	client := sts.New(settings)
	loop.Forever(func() error {
		_, err := client.GetCallerIdentity(&sts.GetCallerIdentityInput{})
		return err
	})
}
