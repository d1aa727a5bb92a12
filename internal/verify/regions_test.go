package verify_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/verify"
)

// of is one client for all regions.
func of(client verify.Describer) func(string) verify.Describer {
	return func(string) verify.Describer { return client }
}

// TestRegions: what is of one region by nature is compared within it, the rest with the
// root's table.
func TestRegions(t *testing.T) {
	ctx := t.Context()
	home, away := embedded.New().Client(), embedded.New().Client()
	key := tables.Columns{Names: []string{"id"}, Kinds: []types.ScalarAttributeType{types.ScalarAttributeTypeS}}
	if err := tables.Create(ctx, home, map[string]tables.Columns{"Root": key}); err != nil {
		t.Fatal(err)
	}
	for name, protected := range map[string]bool{"Near": false, "Parts": true} {
		in := key.Input(name)
		in.DeletionProtectionEnabled = &protected
		in.BillingMode = types.BillingModeProvisioned
		in.ProvisionedThroughput = &types.ProvisionedThroughput{ReadCapacityUnits: new(int64(1)), WriteCapacityUnits: new(int64(1))}
		if _, err := away.CreateTable(ctx, in); err != nil {
			t.Fatal(err)
		}
	}
	client := func(region string) verify.Describer {
		return map[string]*dynamodb.Client{"": home, "eu-west-1": away}[region]
	}
	found, err := verify.Tables(ctx, client, "Root", map[string]tables.Columns{"Root": key, "eu-west-1/Near": key, "eu-west-1/Parts": key})
	if err != nil {
		t.Fatal(err)
	}
	want := []verify.Finding{{Table: "eu-west-1/Parts", Subject: "deletion protection", Severity: verify.Warning, Found: "on", Wanted: "off, as table Root",
		Why: "without one of its tables an object cannot be read", Mend: "change it with UpdateTable"}}
	if d := cmp.Diff(want, found); d != "" {
		t.Error(d)
	}
}
