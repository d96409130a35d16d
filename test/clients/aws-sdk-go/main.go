// The AWS SDK for Go v2 makes any call of STS, IAM, EC2 and S3, found by its name. It reads one JSON line each,
// {"task": "iam.CreateUser", "arguments": [members]}, and answers with one: {"value": …}, or {"error": {"code", "status", "message"}} in
// AWS's words. Instants are in ISO 8601, bytes and bodies in base64.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

type object = map[string]any

type asked struct {
	Task      string
	Arguments []map[string]json.RawMessage
}

func main() {
	settings, err := config.LoadDefaultConfig(context.Background(), config.WithRetryMaxAttempts(1))
	if err != nil {
		panic(err)
	}
	clients := map[string]any{
		"sts": sts.NewFromConfig(settings),
		"iam": iam.NewFromConfig(settings),
		"ec2": ec2.NewFromConfig(settings),
		"s3":  s3.NewFromConfig(settings, func(options *s3.Options) { options.DisableLogOutputChecksumValidationSkipped = true }),
	}
	answers := json.NewEncoder(os.Stdout)
	answers.SetEscapeHTML(false)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line asked
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			panic(err)
		}
		service, operation, _ := strings.Cut(line.Task, ".")
		answers.Encode(call(clients[service], operation, line.Arguments[0]))
	}
}

func call(client any, operation string, members map[string]json.RawMessage) object {
	method := reflect.ValueOf(client).MethodByName(operation)
	if !method.IsValid() {
		return failure(errors.New("the SDK has no " + operation))
	}
	input := reflect.New(method.Type().In(1).Elem())
	if err := fill(input, members); err != nil {
		return failure(err)
	}
	results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), input})
	if err, failed := results[1].Interface().(error); failed {
		return failure(err)
	}
	return object{"value": plain(results[0])}
}

// A body is a reader, which JSON cannot be read into.
func fill(input reflect.Value, members map[string]json.RawMessage) error {
	if field := input.Elem().FieldByName("Body"); field.IsValid() && members["Body"] != nil {
		var body string
		if err := json.Unmarshal(members["Body"], &body); err != nil {
			return err
		}
		field.Set(reflect.ValueOf(strings.NewReader(body)))
		delete(members, "Body")
	}
	text, err := json.Marshal(members)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, input.Interface())
}

func failure(err error) object {
	var refusal smithy.APIError
	var response *smithyhttp.ResponseError
	if !errors.As(err, &refusal) || !errors.As(err, &response) {
		return object{"error": object{"code": "", "status": 0, "message": err.Error()}}
	}
	status := response.HTTPStatusCode()
	return object{"error": object{"code": refusal.ErrorCode(), "status": status, "message": refusal.ErrorMessage()}}
}

// What the SDK has parsed; nil for what it has not found.
func plain(value reflect.Value) any {
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		if value.IsNil() {
			return nil
		}
		if body, readable := value.Interface().(io.Reader); readable {
			text, err := io.ReadAll(body)
			if err != nil {
				panic(err)
			}
			return text
		}
		return plain(value.Elem())
	case reflect.Struct:
		return members(value)
	case reflect.Slice:
		return items(value)
	case reflect.Map:
		return entries(value)
	case reflect.String:
		// Enumerations are no pointers, and empty where there is none.
		if value.String() == "" && value.Type().PkgPath() != "" {
			return nil
		}
	}
	return value.Interface()
}

func members(value reflect.Value) any {
	if _, own := value.Interface().(json.Marshaler); own {
		return value.Interface()
	}
	found := object{}
	for _, field := range reflect.VisibleFields(value.Type()) {
		if !field.IsExported() || field.Name == "ResultMetadata" {
			continue
		}
		if member := plain(value.FieldByIndex(field.Index)); member != nil {
			found[field.Name] = member
		}
	}
	return found
}

func items(value reflect.Value) any {
	if value.IsNil() {
		return nil
	}
	if bytes, are := value.Interface().([]byte); are {
		return bytes
	}
	found := []any{}
	for _, item := range value.Seq2() {
		found = append(found, plain(item))
	}
	return found
}

func entries(value reflect.Value) any {
	if value.IsNil() {
		return nil
	}
	found := object{}
	for key, item := range value.Seq2() {
		found[key.String()] = plain(item)
	}
	return found
}
