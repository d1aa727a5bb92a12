package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/tables"
)

// Describer is what Tables needs of *dynamodb.Client. What it can do besides is asked
// for by the interfaces below.
type Describer interface {
	DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
}

type expiryDescriber interface {
	DescribeTimeToLive(context.Context, *dynamodb.DescribeTimeToLiveInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTimeToLiveOutput, error)
}

type backupDescriber interface {
	DescribeContinuousBackups(context.Context, *dynamodb.DescribeContinuousBackupsInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeContinuousBackupsOutput, error)
}

// state is what is known of a table.
type state struct {
	name     string
	table    *types.TableDescription
	expiry   told
	recovery told
}

// told is what DynamoDB says about something, or why it does not.
type told struct{ text, unknown string }

// silent is why DynamoDB does not answer a question, "" if it is another error: it has
// no such operation, or does not let this program use it.
func silent(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return ""
	}
	switch api.ErrorCode() {
	case "UnknownOperationException", "UnsupportedOperationException", "NotImplemented", "AccessDeniedException":
		return fmt.Sprintf("DynamoDB answers %s", api.ErrorCode())
	}
	return ""
}

// ask sends one question. A client without the operation has no method to call.
func ask[In, Out any](ctx context.Context, operation string, call func(context.Context, *In, ...func(*dynamodb.Options)) (*Out, error), in *In, text func(*Out) string) (told, error) {
	if call == nil {
		return told{unknown: "the client has no " + operation}, nil
	}
	out, err := call(ctx, in, answer.Observed...)
	if err == nil {
		return told{text: text(out)}, nil
	}
	if why := silent(err); why != "" {
		return told{unknown: why}, nil
	}
	return told{}, answer.Error(err)
}

// look asks for all that is known of a table. Its table is nil if there is none, or if
// that is not known; there is a finding then. What matters only for objects of several
// tables is not asked for others.
func look(ctx context.Context, c Describer, name string, wanted tables.Columns, divided bool, l list) (*state, error) {
	s := &state{name: name}
	var none *types.ResourceNotFoundException
	out, err := c.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name}, answer.Observed...)
	switch {
	case err == nil:
		s.table = out.Table
	case errors.As(err, &none):
		l.add(Finding{Subject: "table", Severity: Wrong, Found: "no table", Wanted: "a table with the key " + keyText(wanted.Names, wanted.Kinds),
			Why: "every verb fails that needs it", Mend: "create it as Tables describes it, or with CreateTables"})
		return s, nil
	case silent(err) != "":
		l.unchecked("table", "a table with the key "+keyText(wanted.Names, wanted.Kinds), silent(err), "DescribeTable")
		return s, nil
	default:
		return nil, answer.Error(err)
	}
	if !divided && wanted.TTL == "" {
		return s, nil
	}
	var expiry func(context.Context, *dynamodb.DescribeTimeToLiveInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTimeToLiveOutput, error)
	if d, ok := c.(expiryDescriber); ok {
		expiry = d.DescribeTimeToLive
	}
	s.expiry, err = ask(ctx, "DescribeTimeToLive", expiry, &dynamodb.DescribeTimeToLiveInput{TableName: &name},
		func(out *dynamodb.DescribeTimeToLiveOutput) string {
			return tables.ExpiresBy(out.TimeToLiveDescription)
		})
	if err != nil || !divided {
		return s, err
	}
	var backups func(context.Context, *dynamodb.DescribeContinuousBackupsInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeContinuousBackupsOutput, error)
	if d, ok := c.(backupDescriber); ok {
		backups = d.DescribeContinuousBackups
	}
	s.recovery, err = ask(ctx, "DescribeContinuousBackups", backups, &dynamodb.DescribeContinuousBackupsInput{TableName: &name}, recoveryText)
	return s, err
}

func recoveryText(out *dynamodb.DescribeContinuousBackupsOutput) string {
	if d := out.ContinuousBackupsDescription; d != nil {
		if p := d.PointInTimeRecoveryDescription; p != nil && p.PointInTimeRecoveryStatus == types.PointInTimeRecoveryStatusEnabled {
			if p.RecoveryPeriodInDays == nil {
				return "on, for 35 days"
			}
			return fmt.Sprintf("on, for %d days", *p.RecoveryPeriodInDays)
		}
	}
	return "off"
}

func (s *state) billing() told {
	if b := s.table.BillingModeSummary; b != nil && b.BillingMode != "" {
		return told{text: string(b.BillingMode)}
	}
	return told{text: string(types.BillingModeProvisioned)} // of a table that was always so, DynamoDB says nothing
}

func (s *state) protection() told {
	if aws.ToBool(s.table.DeletionProtectionEnabled) {
		return told{text: "on"}
	}
	return told{text: "off"}
}

func (s *state) encryption() told {
	d := s.table.SSEDescription
	switch {
	case d == nil || d.Status == types.SSEStatusDisabled:
		return told{text: "a key of AWS"}
	case d.KMSMasterKeyArn != nil:
		return told{text: "the key " + *d.KMSMasterKeyArn}
	}
	return told{text: string(d.SSEType)}
}

func (s *state) replicas() told {
	regions := make([]string, len(s.table.Replicas))
	for i, r := range s.table.Replicas {
		regions[i] = aws.ToString(r.RegionName)
	}
	slices.Sort(regions)
	if len(regions) == 0 {
		return told{text: "none"}
	}
	return told{text: strings.Join(regions, ", ")}
}
