package embedded

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Point-in-time recovery is a setting of a table. It outlives the engine.
func TestPointInTimeRecovery(t *testing.T) {
	c, m := newClock(), newMemory()
	db, err := Open(t.Context(), m, WithClock(c.Now))
	if err != nil {
		t.Fatal(err)
	}
	createTables(t, db)
	created := c.now
	c.now = c.now.Add(10 * 24 * time.Hour)
	update := func(on *bool, days *int32) error {
		_, err := db.UpdateContinuousBackups(t.Context(), &dynamodb.UpdateContinuousBackupsInput{TableName: aws.String("plain"),
			PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: on, RecoveryPeriodInDays: days}})
		return err
	}
	is := func(status types.PointInTimeRecoveryStatus, days int32, earliest time.Time) {
		t.Helper()
		out, err := db.DescribeContinuousBackups(t.Context(), &dynamodb.DescribeContinuousBackupsInput{TableName: aws.String(defaultARN("plain"))})
		if err != nil {
			t.Fatal(err)
		}
		d := out.ContinuousBackupsDescription
		same(t, string(d.ContinuousBackupsStatus), "ENABLED")
		got := d.PointInTimeRecoveryDescription
		if got.PointInTimeRecoveryStatus != status || aws.ToInt32(got.RecoveryPeriodInDays) != days || !aws.ToTime(got.EarliestRestorableDateTime).Equal(earliest) {
			t.Errorf("got %s, %d days, since %s; want %s, %d, %s", got.PointInTimeRecoveryStatus, aws.ToInt32(got.RecoveryPeriodInDays), got.EarliestRestorableDateTime, status, days, earliest)
		}
		if on := got.LatestRestorableDateTime != nil; on != (days > 0) {
			t.Errorf("latest %v with %d days", got.LatestRestorableDateTime, days)
		}
	}
	on, off := aws.Bool(true), aws.Bool(false)
	is("DISABLED", 0, time.Time{})
	refused(t, update(on, nil), "", "")
	is("ENABLED", 35, created)
	refused(t, update(on, aws.Int32(7)), "", "")
	is("ENABLED", 7, c.now.AddDate(0, 0, -7))
	if db, err = Open(t.Context(), m, WithClock(c.Now)); err != nil {
		t.Fatal(err)
	}
	is("ENABLED", 7, c.now.AddDate(0, 0, -7))
	refused(t, update(on, aws.Int32(0)), invalid, "recoveryPeriodInDays")
	refused(t, update(on, aws.Int32(36)), invalid, "recoveryPeriodInDays")
	refused(t, update(off, aws.Int32(7)), invalid, "RecoveryPeriodInDays")
	refused(t, update(nil, nil), invalid, "pointInTimeRecoveryEnabled")
	refused(t, update(off, nil), "", "")
	is("DISABLED", 0, time.Time{})
	_, err = db.DescribeContinuousBackups(t.Context(), &dynamodb.DescribeContinuousBackupsInput{TableName: aws.String("nowhere")})
	refused(t, err, "TableNotFoundException", "Table not found: nowhere")
	_, err = db.UpdateContinuousBackups(t.Context(), &dynamodb.UpdateContinuousBackupsInput{TableName: aws.String("nowhere"),
		PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: on}})
	refused(t, err, "TableNotFoundException", "Table not found: nowhere")
}
