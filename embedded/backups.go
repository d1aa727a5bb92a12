package embedded

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxRecoveryDays is how far back point-in-time recovery may go, and how far it
// goes if a request does not say.
const maxRecoveryDays = 35

// UpdateContinuousBackups switches point-in-time recovery of a table on or off.
// The engine keeps and describes the setting, and backs up nothing: programs
// that check or create tables can be tested, restores cannot.
func (db *DB) UpdateContinuousBackups(ctx context.Context, in *dynamodb.UpdateContinuousBackupsInput) (*dynamodb.UpdateContinuousBackupsOutput, error) {
	in = orEmpty(in)
	if _, err := tableParameter(in.TableName); err != nil {
		return nil, err
	}
	spec := in.PointInTimeRecoverySpecification
	if spec == nil || spec.PointInTimeRecoveryEnabled == nil {
		return nil, missing("pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled")
	}
	days := int32(0)
	switch period := spec.RecoveryPeriodInDays; {
	case period != nil && (*period < 1 || *period > maxRecoveryDays):
		return nil, validation("1 validation error detected: Value '%d' at 'pointInTimeRecoverySpecification.recoveryPeriodInDays' failed to satisfy constraint: Member must have value between 1 and %d", *period, maxRecoveryDays)
	case period != nil && !*spec.PointInTimeRecoveryEnabled:
		return nil, validation("RecoveryPeriodInDays cannot be specified when PointInTimeRecovery is disabled")
	case period != nil:
		days = *period
	case *spec.PointInTimeRecoveryEnabled:
		days = maxRecoveryDays
	}
	t, err := db.redefine(ctx, in.TableName, func() error { return noTableToBackUp(*in.TableName) }, func(t *table) (*table, error) {
		changed := t.definition
		changed.RecoveryDays = days
		return t.with(changed), nil
	})
	if err != nil {
		return nil, err
	}
	return &dynamodb.UpdateContinuousBackupsOutput{ContinuousBackupsDescription: t.describeBackups(db.config.now())}, nil
}

// DescribeContinuousBackups says whether point-in-time recovery is on, and for
// how many days.
func (db *DB) DescribeContinuousBackups(ctx context.Context, in *dynamodb.DescribeContinuousBackupsInput) (*dynamodb.DescribeContinuousBackupsOutput, error) {
	in = orEmpty(in)
	if _, err := tableParameter(in.TableName); err != nil {
		return nil, err
	}
	v, err := db.view(ctx, in.TableName)
	if err != nil {
		return nil, err
	}
	t := v.find(in.TableName)
	if t == nil {
		return nil, noTableToBackUp(*in.TableName)
	}
	return &dynamodb.DescribeContinuousBackupsOutput{ContinuousBackupsDescription: t.describeBackups(db.config.now())}, nil
}

func noTableToBackUp(name string) error {
	return &types.TableNotFoundException{Message: message("Table not found: %s", plainName(name))}
}

func (t *table) describeBackups(now time.Time) *types.ContinuousBackupsDescription {
	recovery := &types.PointInTimeRecoveryDescription{PointInTimeRecoveryStatus: types.PointInTimeRecoveryStatusDisabled}
	if t.RecoveryDays > 0 {
		earliest := now.AddDate(0, 0, -int(t.RecoveryDays))
		if t.Created.After(earliest) {
			earliest = t.Created
		}
		recovery = &types.PointInTimeRecoveryDescription{
			PointInTimeRecoveryStatus: types.PointInTimeRecoveryStatusEnabled, RecoveryPeriodInDays: aws.Int32(t.RecoveryDays),
			EarliestRestorableDateTime: aws.Time(earliest), LatestRestorableDateTime: aws.Time(now),
		}
	}
	return &types.ContinuousBackupsDescription{ContinuousBackupsStatus: types.ContinuousBackupsStatusEnabled, PointInTimeRecoveryDescription: recovery}
}
