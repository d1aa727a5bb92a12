package dynamodbtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// answerTimeout bounds the wait for a server to answer: milliseconds for
// dynoxide, a second or two for servers on Java.
const answerTimeout = time.Minute

// awaitAnswer waits until the server answers ListTables, and records the
// product that it names. An open port is not enough: a container's port is open
// before there is anything behind it, and the server need not be a DynamoDB.
// exited, if not nil, ends the wait when it is closed.
func (s *Server) awaitAnswer(ctx context.Context, exited <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	client := s.Client()
	var last error
	for {
		err := s.ask(ctx, client)
		if err == nil || final(err) {
			return err
		}
		if ctx.Err() == nil || last == nil { // report the failure, not the end of the time
			last = err
		}
		select {
		case <-exited:
			return errors.New("the server ended before it answered")
		case <-ctx.Done():
			return fmt.Errorf("no answer: %w", last)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// ask sends one ListTables.
func (s *Server) ask(ctx context.Context, client *dynamodb.Client) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	out, err := client.ListTables(ctx, &dynamodb.ListTablesInput{Limit: aws.Int32(1)}, func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
	if err != nil {
		return err
	}
	if out.TableNames == nil { // the SDK accepts an answer without members
		return errNoTables
	}
	if response, ok := middleware.GetRawResponse(out.ResultMetadata).(*smithyhttp.Response); ok {
		s.Product = response.Header.Get("Server")
	}
	return nil
}

var errNoTables = errors.New("the answer to ListTables has no TableNames; it is not a DynamoDB")

// final reports whether err is an answer that does not change with time: wrong
// credentials, or a server that is not a DynamoDB.
func final(err error) bool {
	var answered *smithyhttp.ResponseError
	if !errors.As(err, &answered) {
		return err == errNoTables
	}
	status := answered.HTTPStatusCode() // 0: the connection broke before an answer
	return status > 0 && status < http.StatusInternalServerError && status != http.StatusTooManyRequests
}
