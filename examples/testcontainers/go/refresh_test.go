// Does a Go program get new credentials from its instance's role, in real time? Mayfly serves lives as short as the SDK needs them.
package refresh

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/docker/go-connections/nat"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// One instance with a role. New credentials come every second, and live for three: this SDK asks again once they have expired.
const configuration = `
rotation: { refreshing: aws-sdk-go-v2 }
roles: { app: { trust: ec2.amazonaws.com } }
instances: { demo: { instanceProfile: app } }
`

const controlToken = "known-to-this-test-alone"

// startMayfly ends with the test. It answers with the container's URLs: of the metadata service, AWS, and the control API.
func startMayfly(t *testing.T, ctx context.Context) (imds, aws, control string) {
	image := os.Getenv("MAYFLY_IMAGE")
	if image == "" {
		image = "mayfly"
	}
	// #region go
	mayfly, err := testcontainers.Run(ctx, image,
		testcontainers.WithExposedPorts("80/tcp", "4566/tcp", "1339/tcp"),
		testcontainers.WithEnv(map[string]string{
			"MAYFLY_CONTROL":       "0.0.0.0:1339",
			"MAYFLY_CONTROL_TOKEN": controlToken,
		}),
		testcontainers.WithFiles(testcontainers.ContainerFile{
			Reader:            strings.NewReader(configuration),
			ContainerFilePath: "/etc/mayfly.yaml",
			FileMode:          0o644,
		}),
		testcontainers.WithWaitStrategy(wait.ForHTTP("/ready").WithPort("1339/tcp")),
	)
	testcontainers.CleanupContainer(t, mayfly)
	// #endregion
	if err != nil {
		t.Fatal(err)
	}
	url := func(port nat.Port) string {
		url, err := mayfly.PortEndpoint(ctx, port, "http")
		if err != nil {
			t.Fatal(err)
		}
		return url
	}
	return url("80/tcp"), url("4566/tcp"), url("1339/tcp")
}

func TestGoesOnWithNewCredentials(t *testing.T) {
	ctx := context.Background()
	imds, aws, control := startMayfly(t, ctx)
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", imds)
	t.Setenv("AWS_ENDPOINT_URL", aws)
	t.Setenv("AWS_REGION", "us-east-1")
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		t.Fatal(err)
	}
	client := sts.NewFromConfig(settings)

	keys := map[string]bool{}
	for end := time.Now().Add(20 * time.Second); len(keys) < 3 && time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if _, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}); err != nil {
			t.Fatal(err)
		}
		used, err := settings.Credentials.Retrieve(ctx)
		if err != nil {
			t.Fatal(err)
		}
		keys[used.AccessKeyID] = true
	}
	if len(keys) < 3 {
		t.Errorf("the program has used %d sets of keys", len(keys))
	}
	expect(t, control, `{"query": {"errorCode": "ExpiredToken"}, "none": true}`)
}

// expect asks the control API whether the requests so far are as expected.
func expect(t *testing.T, control, expectation string) {
	asked, _ := http.NewRequest("POST", control+"/requests/expect", strings.NewReader(expectation))
	asked.Header.Set("Authorization", "Bearer "+controlToken)
	asked.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(asked)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var verdict struct {
		Passed  bool
		Message string
		Error   string
	}
	if err := json.NewDecoder(answer.Body).Decode(&verdict); err != nil {
		t.Fatal(err)
	}
	if !verdict.Passed {
		t.Error(verdict.Message + verdict.Error)
	}
}
