package objects

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// findings are those of Verify, as table, subject and severity, but for what this
// engine cannot say.
func findings(t *testing.T, x *kit.World, err error) []string {
	t.Helper()
	out := []string{}
	var v *repo.VerifyError
	if err != nil && !errors.As(err, &v) {
		t.Fatalf("Verify: %v", err)
	}
	if v == nil {
		return out
	}
	for _, f := range v.Findings {
		if f.Severity != repo.TableUnchecked {
			out = append(out, f.Table[len(x.Prefix):]+", "+f.Subject+": "+string(f.Severity))
		}
	}
	return out
}

// tableWait is the longest that a table may take to go.
const tableWait = time.Minute

var tableChecks = []kit.Check{
	{Name: "Verify of what CreateTables made", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		kit.Equal(t, "findings", findings(t, x, r.Verify(ctx)), []string{})
		in := r.Tables()
		names := []string{}
		for _, table := range in {
			names = append(names, *table.TableName)
			out, err := x.Raw.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: table.TableName})
			kit.Must(t, err)
			kit.Equal(t, "key of "+*table.TableName, len(out.Table.KeySchema), len(table.KeySchema))
			kit.Equal(t, "billing of "+*table.TableName, out.Table.BillingModeSummary.BillingMode, types.BillingModePayPerRequest)
		}
		kit.Equal(t, "tables", len(names), 6)
		kit.Must(t, r.CreateTables(ctx))
		kit.Equal(t, "findings", findings(t, x, r.Verify(ctx)), []string{})
	}},
	{Name: "Verify of other tables", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		past, homes := x.Table("Past"), x.Table("Homes")
		_, err := x.Raw.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &past})
		kit.Must(t, err)
		kit.Must(t, dynamodb.NewTableNotExistsWaiter(x.Raw).Wait(ctx, &dynamodb.DescribeTableInput{TableName: &past}, tableWait))
		_, err = x.Raw.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{TableName: &homes,
			TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: new("until"), Enabled: new(true)}})
		kit.Must(t, err)
		err = r.Verify(ctx)
		kit.Equal(t, "findings", findings(t, x, err), []string{"Homes, time to live: error", "Past, table: error"})
		kit.Equal(t, "an error", errors.Is(err, repo.ErrInvalid), true)
		kit.Must(t, r.CreateTables(ctx))
		kit.Equal(t, "findings", findings(t, x, r.Verify(ctx)), []string{"Homes, time to live: error"})
	}},
}
