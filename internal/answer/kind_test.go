package answer_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/fail"
)

func api(code string) error { return &smithy.GenericAPIError{Code: code} }

// canceled is the error of a transaction with these reasons, "" for none.
func canceled(codes ...string) error {
	err := &types.TransactionCanceledException{}
	for _, c := range codes {
		r := types.CancellationReason{}
		if c != "" {
			r.Code = aws.String(c)
		}
		err.CancellationReasons = append(err.CancellationReasons, r)
	}
	return fmt.Errorf("operation error: %w", err)
}

// The kinds of errors: of a request that wrote nothing, and of one that DynamoDB
// has found wrong. What has no kind stays the error that it is.
func TestKinds(t *testing.T) {
	for name, c := range map[string]struct {
		err         error
		read, write error // nil: none
	}{
		"too much":                 {api("ProvisionedThroughputExceededException"), fail.ErrThrottled, nil},
		"throttled":                {api("ThrottlingException"), fail.ErrThrottled, nil},
		"throttled, older":         {api("Throttling"), fail.ErrThrottled, nil},
		"limit":                    {api("RequestLimitExceeded"), fail.ErrThrottled, nil},
		"wrong":                    {api("ValidationException"), fail.ErrInvalid, fail.ErrInvalid},
		"no table":                 {api("ResourceNotFoundException"), nil, nil},
		"not allowed":              {api("AccessDeniedException"), nil, nil},
		"broken":                   {errors.New("broken"), nil, nil},
		"cancelled, throttled":     {canceled("", "ThrottlingError"), fail.ErrThrottled, nil},
		"cancelled, too much":      {canceled("ProvisionedThroughputExceeded"), fail.ErrThrottled, nil},
		"cancelled, wrong":         {canceled("", "None", "ValidationError"), fail.ErrInvalid, fail.ErrInvalid},
		"cancelled by a conflict":  {canceled("TransactionConflict"), nil, nil},
		"cancelled without reason": {canceled(), nil, nil},
	} {
		for what, got := range map[string][2]error{"read": {answer.Error(c.err), c.read}, "write": {answer.Rejection(c.err), c.write}} {
			err, kind := got[0], got[1]
			if kind == nil && err != c.err || kind != nil && (!errors.Is(err, kind) || !errors.Is(err, c.err)) {
				t.Errorf("%s, %s: %v, want %v", name, what, err, kind)
			}
		}
		if answer.Invalid(c.err) != (name == "wrong") {
			t.Errorf("%s: invalid is %v", name, answer.Invalid(c.err))
		}
	}
	if err := answer.Error(nil); err != nil {
		t.Error(err)
	}
}

// Why DynamoDB throttled: as it says itself, and for a transaction by its action.
func TestReasons(t *testing.T) {
	said := []types.ThrottlingReason{{Reason: aws.String("TableReadKeyRangeThroughputExceeded"), Resource: aws.String("arn:table")}, {}}
	want := []answer.Reason{{Reason: "TableReadKeyRangeThroughputExceeded", Resource: "arn:table"}, {}}
	for _, err := range []error{
		&types.ProvisionedThroughputExceededException{ThrottlingReasons: said},
		&types.RequestLimitExceeded{ThrottlingReasons: said},
		&types.ThrottlingException{ThrottlingReasons: said},
	} {
		if d := cmp.Diff(want, answer.Reasons(fail.Withf(fail.ErrThrottled, "%w", err))); d != "" {
			t.Errorf("%T: %s", err, d)
		}
	}
	table := func(i int) string { return []string{"Roots", "Parts", "Others"}[i] }
	err := canceled("ThrottlingError", "TransactionConflict", "ProvisionedThroughputExceeded")
	with := answer.WithReasons(err, table)
	if d := cmp.Diff([]answer.Reason{{"ThrottlingError", "Roots"}, {"ProvisionedThroughputExceeded", "Others"}}, answer.Reasons(with)); d != "" {
		t.Error(d)
	}
	if !errors.Is(with, err) || with.Error() != err.Error() {
		t.Errorf("the error became %v", with)
	}
	// What has no reasons stays the error that it is.
	for _, err := range []error{nil, errors.New("broken"), api("ThrottlingException"), canceled("TransactionConflict", ""), canceled()} {
		if got := answer.WithReasons(err, table); got != err {
			t.Errorf("%v became %v", err, got)
		}
		if got := answer.Reasons(err); got != nil {
			t.Errorf("%v has reasons %v", err, got)
		}
	}
}
