// A service that calls AWS each second until SIGTERM, with the AWS SDK for Go v2; the word on its command line says how it comes by its
// keys. `good` leaves that to the SDK. The others fetch them over HTTP and sign with what they have, each with a mistake that is made in
// the field.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// One set, as the metadata service gave it.
type keys struct {
	AccessKeyId, SecretAccessKey, Token string
	Expiration                          time.Time
	client                              *sts.Client
}

func clientWith(provider aws.CredentialsProvider) *sts.Client {
	settings, err := config.LoadDefaultConfig(context.Background(), config.WithRetryMaxAttempts(1))
	if err != nil {
		panic(err)
	}
	if provider != nil {
		settings.Credentials = provider
	}
	return sts.NewFromConfig(settings)
}

func call(client *sts.Client) error {
	_, err := client.GetCallerIdentity(context.Background(), nil)
	return err
}

func ask(method, path, header, value string) (string, error) {
	request, err := http.NewRequest(method, os.Getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT")+path, nil)
	if err != nil {
		return "", err
	}
	if header != "" {
		request.Header.Set(header, value)
	}
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, answer.Status)
	}
	return string(body), err
}

func fetch(version int) (*keys, error) {
	var header, token string
	var err error
	if version == 2 {
		header = "X-aws-ec2-metadata-token"
		if token, err = ask("PUT", "/latest/api/token", header+"-ttl-seconds", "21600"); err != nil {
			return nil, err
		}
	}
	roles := "/latest/meta-data/iam/security-credentials/"
	role, err := ask("GET", roles, header, token)
	if err != nil {
		return nil, err
	}
	text, err := ask("GET", roles+role, header, token)
	if err != nil {
		return nil, err
	}
	given := &keys{}
	if err := json.Unmarshal([]byte(text), given); err != nil {
		return nil, err
	}
	given.client = clientWith(credentials.NewStaticCredentialsProvider(given.AccessKeyId, given.SecretAccessKey, given.Token))
	return given, nil
}

func mustFetch() *keys {
	given, err := fetch(2)
	if err != nil {
		panic(err)
	}
	return given
}

func eachSecond(work func() error) {
	for {
		if err := work(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		time.Sleep(time.Second)
	}
}

func early(margin time.Duration, version int, kept *keys) {
	eachSecond(func() error {
		if kept == nil || time.Until(kept.Expiration) < margin {
			given, err := fetch(version)
			if err != nil {
				return err
			}
			kept = given
		}
		return call(kept.client)
	})
}

var words = map[string]func(){
	"good": func() {
		client := clientWith(nil)
		eachSecond(func() error { return call(client) })
	},
	// https://github.com/durch/rust-s3/issues/163
	"forever": func() {
		client := mustFetch().client
		eachSecond(func() error { return call(client) })
	},
	// Whoever waits for the refusal has lost a call.
	"after-failure": func() {
		kept := mustFetch()
		eachSecond(func() error {
			refusal := call(kept.client)
			if refusal != nil {
				kept = mustFetch()
			}
			return refusal
		})
	},
	// Workers begin with the keys of whoever started them, and each asks for new ones itself, all at the same time.
	"stampede": func() {
		first := mustFetch()
		for range 20 {
			go early(10*time.Minute, 2, first)
		}
		select {}
	},
	"imdsv1": func() { early(10*time.Minute, 1, nil) },
	// A goroutine sleeps until it is time for new ones, but its margin of five minutes has the wrong sign.
	"timer": func() {
		var kept atomic.Pointer[keys]
		kept.Store(mustFetch())
		go func() {
			for {
				time.Sleep(time.Until(kept.Load().Expiration.Add(5 * time.Minute)))
				kept.Store(mustFetch())
			}
		}()
		eachSecond(func() error { return call(kept.Load().client) })
	},
}

func main() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	go words[os.Args[1]]()
	<-asked
}
