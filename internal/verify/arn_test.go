package verify_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

const (
	home  = "arn:aws:dynamodb:eu-west-1:123456789012:table/"
	other = "arn:aws:dynamodb:eu-west-1:210987654321:table/"
)

// placed is a model of three tables that are named as given.
func placed(root, part, claims string, options ...shard.Option) repo.Model[doc] {
	return repo.TableOf(root, docKey, shard.New(shard.To(part, options...), func(d *doc) *section { return &d.Part }),
		shard.Unique(shard.To(claims, shard.KeyName("claim")), docStatus))
}

func engine() *embedded.DB {
	return embedded.New(embedded.WithAccount("eu-west-1", "123456789012"))
}

// One ARN speaks for all tables, and what is stored does not tell how they were named:
// programs of both kinds work on the same objects.
func TestOneARNForAll(t *testing.T) {
	for name, m := range map[string]repo.Model[doc]{
		"all":       placed(home+"Docs", home+"Parts", home+"Claims"),
		"the root":  placed(home+"Docs", "Parts", "Claims"),
		"a part":    placed("Docs", home+"Parts", "Claims"),
		"the claim": placed("Docs", "Parts", home+"Claims"),
		"a former":  placed("Docs", "Parts", "Claims", shard.MovedFrom(home+"Old")),
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			client, net := fault.Wrap(engine().Client())
			docs := open(t, client, m)
			var names []string
			for _, in := range docs.Tables() {
				names = append(names, *in.TableName)
			}
			if d := cmp.Diff([]string{"Claims", "Docs", "Parts"}, names); d != "" {
				t.Error(d)
			}
			for range 2 {
				if err := docs.CreateTables(ctx); err != nil {
					t.Fatal(err)
				}
			}
			if err := docs.Verify(ctx); err != nil {
				t.Error(err)
			}
			net.Reset()
			key, err := docs.Create(ctx, &doc{P: "p", S: "s", Status: "one", Part: section{"text"}})
			if err != nil {
				t.Fatal(err)
			}
			plain := open(t, client, placed("Docs", "Parts", "Claims"))
			got, err := plain.Get(ctx, key)
			if err != nil || got.Part.Text != "text" {
				t.Fatalf("%+v, %v", got, err)
			}
			got.Part.Text = "changed"
			if _, err := plain.Put(ctx, got); err != nil {
				t.Fatal(err)
			}
			stored, err := repo.Open(client, home+"Docs", "P", repo.SortKey("S"), repo.AllowTables("Parts", home+"Claims"))
			if err != nil {
				t.Fatal(err)
			}
			if o, err := stored.Get(ctx, repo.Pair("p", "s")); err != nil || o["Part"].(map[string]any)["Text"] != "changed" {
				t.Errorf("%v, %v", o, err)
			}
			_, err = docs.Create(ctx, &doc{P: "q", S: "s", Status: "one"})
			var e *repo.Error
			if !errors.Is(err, repo.ErrDuplicate) || !errors.As(err, &e) || e.Table != home+"Docs" {
				t.Errorf("error %v", err)
			}
			if err := docs.Delete(ctx, key); err != nil {
				t.Error(err)
			}
		})
	}
}

// A model is refused if its tables cannot be those of one object.
func TestRefusedARNs(t *testing.T) {
	const bad = " is not valid: it is arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME, of a table and not of its index or stream"
	const index = home + "Docs/index/by-x"
	client := engine().Client()
	for name, c := range map[string]struct {
		model repo.Model[doc]
		opts  []repo.Option
		text  string
	}{
		"two accounts":        {placed(home+"Docs", other+"Parts", "Claims"), nil, "repo.TableOf(verify_test.doc): its tables are in arn:aws:dynamodb:eu-west-1:123456789012 and in arn:aws:dynamodb:eu-west-1:210987654321; those of one object are in one region of one account, or repo.WithRegions has a client for the others"},
		"an allowed table":    {placed(home+"Docs", "Parts", "Claims"), []repo.Option{repo.AllowTables(other + "Old")}, "repo.TableOf(verify_test.doc): its tables are in arn:aws:dynamodb:eu-west-1:123456789012 and in arn:aws:dynamodb:eu-west-1:210987654321; those of one object are in one region of one account, or repo.WithRegions has a client for the others"},
		"a prefix":            {placed("Docs", "Parts", home+"Claims"), []repo.Option{repo.TablePrefix("dev-")}, `repo.TableOf(verify_test.doc): repo.TablePrefix "dev-" goes before names, and a table is named by an ARN of arn:aws:dynamodb:eu-west-1:123456789012; name the tables without prefix, or by names`},
		"an index":            {placed(index, "Parts", "Claims"), nil, `repo.TableOf(verify_test.doc): table ARN "` + index + `"` + bad},
		"an index of a shard": {placed("Docs", index, "Claims"), nil, `shard.New(verify_test.doc, Part): table ARN "` + index + `"` + bad},
		"a former index":      {placed("Docs", "Parts", "Claims", shard.MovedFrom(index)), nil, `shard.New(verify_test.doc, Part): MovedFrom: table ARN "` + index + `"` + bad},
		"a bucket":            {placed("arn:aws:s3:::b", "Parts", "Claims"), nil, `repo.TableOf(verify_test.doc): table ARN "arn:aws:s3:::b"` + bad},
		"the root's table":    {placed("Docs", home+"Docs", "Claims"), nil, `shard.New(verify_test.doc, Part): it is placed in the root's table "Docs"; parts live in tables of their own`},
		"moved from itself":   {placed("Docs", "Parts", "Claims", shard.MovedFrom(home+"Parts")), nil, `shard.New(verify_test.doc, Part): table "Parts" is where the shard is, it cannot have moved from there`},
		"allowed root":        {placed("Docs", "Parts", "Claims"), []repo.Option{repo.AllowTables(home + "Docs")}, `repo.TableOf(verify_test.doc): repo.AllowTables names the root's table "Docs"; parts live in tables of their own`},
		"allowed index":       {placed("Docs", "Parts", "Claims"), []repo.Option{repo.AllowTables(home + "D/index/x")}, `repo.TableOf(verify_test.doc): repo.AllowTables: table ARN "` + home + `D/index/x"` + bad},
	} {
		_, err := repo.New(client, c.model, c.opts...)
		if !errors.Is(err, repo.ErrInvalid) || err.Error() != "repo.New: "+c.text {
			t.Errorf("%s: %v\nwant %s", name, err, c.text)
		}
	}
	for name, c := range map[string]struct {
		table, allowed, text string
		opts                 []repo.Option
	}{
		"two accounts": {home + "Docs", other + "Parts", "repo.Open: invalid: its tables are in arn:aws:dynamodb:eu-west-1:123456789012 and in arn:aws:dynamodb:eu-west-1:210987654321; those of one object are in one region of one account, or repo.WithRegions has a client for the others", nil},
		"an index":     {index, "Parts", `repo.Open: invalid: table ARN "` + index + `"` + bad, nil},
		"a prefix":     {home + "Docs", "Parts", `repo.Open: invalid: repo.TablePrefix "dev-" goes before names, and a table is named by an ARN of arn:aws:dynamodb:eu-west-1:123456789012; name the tables without prefix, or by names`, []repo.Option{repo.TablePrefix("dev-")}},
	} {
		_, err := repo.Open(client, c.table, "P", append(c.opts, repo.AllowTables(c.allowed))...)
		if !errors.Is(err, repo.ErrInvalid) || err.Error() != c.text {
			t.Errorf("Open, %s: %v\nwant %s", name, err, c.text)
		}
	}
}

// A prefix may end in the ARN of tables.
func TestPrefixOfARN(t *testing.T) {
	client := engine().Client()
	docs, err := repo.New(client, placed("Docs", "Parts", "Claims"), repo.TablePrefix(home+"dev-"))
	if err != nil {
		t.Fatal(err)
	}
	if err := docs.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	out, err := client.ListTables(t.Context(), &dynamodb.ListTablesInput{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"dev-Claims", "dev-Docs", "dev-Parts"}, out.TableNames); d != "" {
		t.Error(d)
	}
}

// Tables of another account are not created in the client's own.
func TestCreateInAnotherAccount(t *testing.T) {
	client, net := fault.Wrap(engine().Client())
	alone := func(arn string) repo.Model[doc] { return repo.TableOf(arn, docKey) }
	if err := open(t, client, alone("Docs")).CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		client repo.Client
		model  repo.Model[doc]
		want   []string
		text   string
	}{
		"that is there": {client, alone(home + "Docs"), []string{"DescribeTable", "DescribeTable"}, ""},
		"of another name here": {client, alone(other + "Docs"), []string{"DescribeTable", "CreateTable"},
			"repo: CreateTables " + other + "Docs: invalid: there is no table " + other + "Docs, and the client's own account has a table Docs; use a client of the region and account of the ARN"},
		"that may not be described": {refusing{client, "AccessDeniedException", true, false, false}, alone(other + "Parts"), nil,
			"repo: CreateTables " + other + "Parts: api error AccessDeniedException: no"},
		"that is nowhere": {client, alone(other + "More"), []string{"DescribeTable", "CreateTable"},
			"repo: CreateTables " + other + "More: invalid: the client has created " + home + "More, the model names " + other + "More; delete that table, and use a client of the region and account of the ARN"},
	} {
		net.Reset()
		err := open(t, c.client, c.model).CreateTables(context.Background())
		if c.text == "" && err != nil || c.text != "" && (err == nil || err.Error() != c.text) {
			t.Errorf("a table %s: %v\nwant %s", name, err, c.text)
		}
		if d := cmp.Diff(c.want, net.Operations()); d != "" && len(c.want)+len(net.Operations()) > 0 {
			t.Errorf("a table %s: %s", name, d)
		}
	}
}
