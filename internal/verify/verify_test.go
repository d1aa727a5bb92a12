package verify_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/verify"
	"github.com/dystore/dystore/repo"
)

func open(t *testing.T, client repo.Client, m repo.Model[doc]) *repo.Repo[doc] {
	t.Helper()
	r, err := repo.New(client, m)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// created makes the tables of docsModel, changed before.
func created(t *testing.T, client *dynamodb.Client, change func(*dynamodb.CreateTableInput) bool) {
	t.Helper()
	for _, in := range open(t, client, docsModel()).Tables() {
		if change != nil && !change(in) {
			continue
		}
		if _, err := client.CreateTable(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
}

// texts are the findings in an error of Verify.
func texts(t *testing.T, err error) (all []string) {
	t.Helper()
	if err == nil {
		return nil
	}
	var v *repo.VerifyError
	if !errors.As(err, &v) {
		t.Fatalf("error %v, want findings", err)
	}
	for _, f := range v.Findings {
		all = append(all, f.Error())
	}
	return all
}

func wantFindings(t *testing.T, err error, want ...string) {
	t.Helper()
	if d := cmp.Diff(want, texts(t, err)); d != "" {
		t.Error(d)
	}
}

// Tables that are as CreateTables makes them have no findings. An object that is one
// item is asked about once.
func TestVerifyFits(t *testing.T) {
	client, net := fault.Wrap(embedded.New().Client())
	for name, c := range map[string]struct {
		model repo.Model[doc]
		want  []string
	}{
		"several tables": {docsModel(), []string{
			"DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups", "DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups",
			"DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups", "TransactGetItems"}},
		"one table": {repo.TableOf("Alone", docKey), []string{"DescribeTable", "TransactGetItems"}},
	} {
		docs := open(t, client, c.model)
		if err := docs.CreateTables(t.Context()); err != nil {
			t.Fatal(err)
		}
		net.Reset()
		if err := docs.Verify(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(c.want, net.Operations()); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// A table that is not there is not asked about further, and the others are compared
// with the first one that is.
func TestVerifyMissing(t *testing.T) {
	client, net := fault.Wrap(embedded.New().Client())
	created(t, client, func(in *dynamodb.CreateTableInput) bool {
		if *in.TableName == "Parts" {
			in.DeletionProtectionEnabled = new(true)
		}
		return *in.TableName != "Docs"
	})
	net.Reset()
	err := open(t, client, docsModel()).Verify(t.Context())
	wantFindings(t, err,
		"error: table Docs, table: found no table, wanted a table with the key P (S), S (S): every verb fails that needs it; create it as Tables describes it, or with CreateTables",
		"warning: table Parts, deletion protection: found on, wanted off, as table Claims: without one of its tables an object cannot be read; change it with UpdateTable")
	if !errors.Is(err, repo.ErrInvalid) {
		t.Error("an error is ErrInvalid")
	}
	if d := cmp.Diff([]string{"DescribeTable", "DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups", "DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups"}, net.Operations()); d != "" {
		t.Error(d)
	}
	var e *repo.Error
	if !errors.As(err, &e) || e.Op != "Verify" || e.Table != "Docs" {
		t.Errorf("error %+v", e)
	}
}

// Keys, indexes and projections that differ.
func TestVerifyDefinitions(t *testing.T) {
	client := embedded.New().Client()
	created(t, client, func(in *dynamodb.CreateTableInput) bool {
		switch *in.TableName {
		case "Claims":
			in.AttributeDefinitions, in.KeySchema = defined("id", "N"), keySchema("id")
		case "Docs":
			in.LocalSecondaryIndexes = nil
			in.AttributeDefinitions = defined("P", "S", "S", "N", "Status", "S", "N", "N", "Kind", "S", "Rank", "N")
			x := in.GlobalSecondaryIndexes
			x[0].Projection = &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: []string{"Rank"}}
			x[1].Projection = &types.Projection{ProjectionType: types.ProjectionTypeAll}
			x[2].KeySchema = x[2].KeySchema[:3]
		}
		return true
	})
	const change = "DynamoDB changes no projection"
	err := open(t, client, docsModel()).Verify(t.Context())
	wantFindings(t, err,
		"error: table Docs, key: found P (S), S (N), wanted P (S), S (S): no object has a key that fits this table; declare the key that the table has, or another table: DynamoDB changes no key",
		"error: table Docs, index by-status, projection: found INCLUDE of Rank, wanted ALL: what the index lacks looks absent; declare the projection that it has, or delete the index and create it anew: "+change,
		"error: table Docs, index by-at, index: found no index, wanted a local index of P (S), sorted by At (S): ranges over it are refused; make it a global index, or create the table anew: DynamoDB adds no local index to a table",
		"error: table Docs, index multi, index: found a global index of Status (S), Kind (S), sorted by Rank (N), wanted a global index of Status (S), Kind (S), sorted by Rank (N), N (N): ranges over it are refused, or find other objects; declare the index that the table has, or delete that and create this one: DynamoDB changes no index",
		"error: table Claims, key: found id (N), wanted claim (S): no object has a key that fits this table; declare the key that the table has, or another table: DynamoDB changes no key",
		"warning: table Docs, index keys, projection: found ALL, wanted KEYS_ONLY: writes keep more in the index than is read from it; declare the projection that it has, or delete the index and create it anew: "+change)
}

// An index that includes more is enough, one that includes other attributes is not.
func TestVerifyIncluded(t *testing.T) {
	for included, severity := range map[string]repo.TableSeverity{"Status": "", "Status N": repo.TableWarning, "N": repo.TableWrong} {
		client := embedded.New().Client()
		build := func(fields ...repo.IndexOption) repo.Model[doc] {
			return repo.TableOf("Docs", docKey, repo.SimpleIndexOf("by-rank", func(d *doc) *int { return &d.Rank }, fields...))
		}
		made := map[string]repo.IndexOption{"Status": repo.Include(docStatus), "Status N": repo.Include(docN, docStatus), "N": repo.Include(docN)}[included]
		if err := open(t, client, build(made)).CreateTables(t.Context()); err != nil {
			t.Fatal(err)
		}
		err := open(t, client, build(repo.Include(docStatus))).Verify(t.Context())
		var f *repo.TableFinding
		if severity == "" && err != nil || severity != "" && (!errors.As(err, &f) || f.Severity != severity || f.Subject != "projection" || f.Index != "by-rank") {
			t.Errorf("included %s: %v", included, err)
		}
		if errors.Is(err, repo.ErrInvalid) != (severity == repo.TableWrong) {
			t.Errorf("included %s: ErrInvalid: %v", included, errors.Is(err, repo.ErrInvalid))
		}
	}
}

// What the tables of an object should have in common.
func TestVerifySettings(t *testing.T) {
	client := embedded.New().Client()
	created(t, client, func(in *dynamodb.CreateTableInput) bool {
		if *in.TableName == "Claims" {
			in.BillingMode, in.ProvisionedThroughput = types.BillingModeProvisioned, &types.ProvisionedThroughput{ReadCapacityUnits: new(int64(1)), WriteCapacityUnits: new(int64(1))}
		}
		in.TableClass = types.TableClassStandard
		if *in.TableName == "Parts" {
			in.DeletionProtectionEnabled, in.TableClass = new(true), types.TableClassStandardInfrequentAccess
		}
		return true
	})
	recover := func(table string, days int32) {
		if _, err := client.UpdateContinuousBackups(t.Context(), &dynamodb.UpdateContinuousBackupsInput{TableName: &table,
			PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: new(true), RecoveryPeriodInDays: &days}}); err != nil {
			t.Fatal(err)
		}
	}
	recover("Docs", 35)
	recover("Parts", 7)
	err := open(t, client, docsModel()).Verify(t.Context())
	const recovery = ": an object is whole only if all its tables are restored to one moment; change it with UpdateContinuousBackups"
	wantFindings(t, err,
		"warning: table Claims, billing mode: found PROVISIONED, wanted PAY_PER_REQUEST, as table Docs: an object is written in one transaction, which the table with the least capacity throttles; change it with UpdateTable",
		"warning: table Claims, point-in-time recovery: found off, wanted on, for 35 days, as table Docs"+recovery,
		"warning: table Parts, point-in-time recovery: found on, for 7 days, wanted on, for 35 days, as table Docs"+recovery,
		"warning: table Parts, deletion protection: found on, wanted off, as table Docs: without one of its tables an object cannot be read; change it with UpdateTable")
	if errors.Is(err, repo.ErrInvalid) {
		t.Error("warnings alone are not ErrInvalid")
	}
}

// describing is a client whose tables are described otherwise.
type describing struct {
	*dynamodb.Client
	change func(*types.TableDescription)
}

func (d describing) DescribeTable(ctx context.Context, in *dynamodb.DescribeTableInput, opts ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	out, err := d.Client.DescribeTable(ctx, in, opts...)
	if err == nil {
		d.change(out.Table)
	}
	return out, err
}

// What the engine does not have: encryption, replicas, states on the way.
func TestVerifyDescriptions(t *testing.T) {
	kms := &types.SSEDescription{Status: types.SSEStatusEnabled, SSEType: types.SSETypeKms, KMSMasterKeyArn: new("arn:aws:kms:eu-west-1:123456789012:key/k")}
	for name, c := range map[string]struct {
		change func(*types.TableDescription)
		want   []string
	}{
		"the same everywhere": {func(d *types.TableDescription) {
			d.SSEDescription, d.Replicas = kms, []types.ReplicaDescription{{RegionName: new("eu-west-2")}}
		}, nil},
		"a key": {func(d *types.TableDescription) {
			if *d.TableName == "Parts" {
				d.SSEDescription = kms
			}
		}, []string{"warning: table Parts, encryption: found the key arn:aws:kms:eu-west-1:123456789012:key/k, wanted a key of AWS, as table Docs: who may use only one of the keys reads no object, and losing one loses all; change it with UpdateTable (SSESpecification)"}},
		"a key of the account": {func(d *types.TableDescription) {
			if *d.TableName != "Parts" {
				d.SSEDescription = &types.SSEDescription{Status: types.SSEStatusEnabled, SSEType: types.SSETypeKms}
			} else {
				d.SSEDescription = &types.SSEDescription{Status: types.SSEStatusDisabled}
			}
		}, []string{"warning: table Parts, encryption: found a key of AWS, wanted KMS, as table Docs: who may use only one of the keys reads no object, and losing one loses all; change it with UpdateTable (SSESpecification)"}},
		"replicas": {func(d *types.TableDescription) {
			if *d.TableName == "Docs" {
				d.Replicas = []types.ReplicaDescription{{RegionName: new("eu-west-3")}, {RegionName: new("eu-west-2")}}
			} else if *d.TableName == "Parts" {
				d.Replicas = []types.ReplicaDescription{{RegionName: new("eu-west-2")}, {RegionName: new("eu-west-3")}}
			}
		}, []string{"warning: table Claims, replicas: found none, wanted eu-west-2, eu-west-3, as table Docs: where only some of its tables are, an object cannot be read; change them with UpdateTable (ReplicaUpdates)"}},
		"states": {func(d *types.TableDescription) {
			switch *d.TableName {
			case "Docs":
				d.TableStatus, d.GlobalSecondaryIndexes[0].IndexStatus = types.TableStatusUpdating, types.IndexStatusCreating
				d.GlobalSecondaryIndexes[1].IndexStatus = types.IndexStatusUpdating
			case "Parts":
				d.TableStatus = types.TableStatusInaccessibleEncryptionCredentials
			}
		}, []string{
			"error: table Docs, index by-status, index: found CREATING, wanted ACTIVE: ranges over it are refused; wait until it is filled",
			"error: table Parts, table: found INACCESSIBLE_ENCRYPTION_CREDENTIALS, wanted ACTIVE: DynamoDB refuses requests for it; wait while it is created; otherwise restore it, or its KMS key",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			client := embedded.New().Client()
			created(t, client, nil)
			wantFindings(t, open(t, describing{client, c.change}, docsModel()).Verify(t.Context()), c.want...)
		})
	}
}

// Time to live as the model wants it, and otherwise.
func TestVerifyTimeToLive(t *testing.T) {
	both := func(root, parts string) map[string]tables.Columns {
		kinds := []types.ScalarAttributeType{types.ScalarAttributeTypeS}
		return map[string]tables.Columns{"Root": {Names: []string{"id"}, Kinds: kinds, TTL: root}, "Parts": {Names: []string{"_id"}, Kinds: kinds, TTL: parts}}
	}
	find := func(table string, s verify.Severity, found, wanted, why, mend string) verify.Finding {
		return verify.Finding{Table: table, Subject: "time to live", Severity: s, Found: found, Wanted: wanted, Why: why, Mend: mend}
	}
	for name, c := range map[string]struct {
		have, want map[string]tables.Columns
		found      []verify.Finding
	}{
		"the same": {both("until", "_ttl"), both("until", "_ttl"), nil},
		"none":     {both("", ""), both("", ""), nil},
		"off": {both("", "_ttl"), both("until", "_ttl"), []verify.Finding{
			find("Root", verify.Warning, "nothing expires", "by until", "what has expired is never deleted, and costs storage", "set it with CreateTables or UpdateTimeToLive")}},
		"another": {both("until", "until"), both("until", "_ttl"), []verify.Finding{
			find("Parts", verify.Wrong, "by until", "by _ttl", "DynamoDB deletes by an attribute that the model does not keep", "switch it off, wait until it is off, and set the attribute that is wanted")}},
		"of parts only": {both("", "when"), both("", ""), []verify.Finding{
			find("Parts", verify.Wrong, "by when", "nothing expires", "DynamoDB may delete a part or a claim of an object that stays", "switch it off, or declare when objects expire")}},
		"of the root only": {both("when", ""), both("", ""), []verify.Finding{
			find("Root", verify.Warning, "by when", "nothing expires", "the parts and claims of a deleted object stay, and its unique values stay taken", "declare when objects expire, or delete them with Delete")}},
	} {
		t.Run(name, func(t *testing.T) {
			client := embedded.New().Client()
			if err := tables.Create(t.Context(), client, c.have); err != nil {
				t.Fatal(err)
			}
			got, err := verify.Tables(t.Context(), of(client), "Root", c.want)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.found, got); d != "" {
				t.Error(d)
			}
		})
	}
	// An object of one item is gone as a whole.
	client := embedded.New().Client()
	if err := tables.Create(t.Context(), client, both("when", "")); err != nil {
		t.Fatal(err)
	}
	alone := both("", "")
	delete(alone, "Parts")
	if got, err := verify.Tables(t.Context(), of(client), "Root", alone); err != nil || got != nil {
		t.Errorf("%v, %v; want no findings", got, err)
	}
}
