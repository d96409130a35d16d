// A service on minio-go, which reads none of the variables.
package main

import (
	"context"
	"log"
	"net/url"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"mayfly.test/probes/loop"
)

func main() {
	aws, err := url.Parse(os.Getenv("AWS_ENDPOINT_URL"))
	if err != nil {
		log.Fatal(err)
	}
	imds := strings.TrimSuffix(os.Getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT"), "/")
	client, err := minio.New(aws.Host, &minio.Options{Creds: credentials.NewIAM(imds), Region: os.Getenv("AWS_REGION")})
	if err != nil {
		log.Fatal(err)
	}
	loop.Forever(func() error {
		for object := range client.ListObjects(context.Background(), "mybucket", minio.ListObjectsOptions{}) {
			if object.Err != nil {
				return object.Err
			}
		}
		return nil
	})
}
