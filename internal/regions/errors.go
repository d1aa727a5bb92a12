package regions

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dystore/dystore/internal/fail"
)

// Failed gives the error of a request about tables its region, "" for that of the root.
func Failed(region string, err error, tables ...string) error {
	return failed(place{region: region}, err, tables...)
}

// failed is Failed for a place.
func failed(at place, err error, tables ...string) error {
	switch {
	case err == nil || at.region == "":
		return err
	case unreachable(err):
		slices.Sort(tables)
		return &fail.RegionError{Region: at.region, Tables: slices.Compact(tables), Err: err}
	}
	return fmt.Errorf("region %s: %w", at.region, err)
}

// unreachable reports whether an error is no answer of DynamoDB to the request: there was
// none, or it says that the service has failed. That the caller has given up says nothing.
func unreachable(err error) bool {
	var response *smithyhttp.ResponseError
	var api smithy.APIError
	var params smithy.InvalidParamsError
	var serialize *smithy.SerializationError
	switch {
	case errors.As(err, &response) && response.HTTPStatusCode() >= 500:
		return true
	case errors.As(err, &api):
		return api.ErrorFault() == smithy.FaultServer
	case errors.As(err, &params), errors.As(err, &serialize):
		return false
	}
	return !errors.Is(err, context.Canceled)
}
