package repo_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type rgPart struct{ Text string }

type rgDoc struct {
	ID    string
	Email string
	Part  rgPart
	Meta  meta.Record `dynamodbav:"-"`
}

var (
	rgKey   = repo.KeyOf(func(d *rgDoc) *string { return &d.ID })
	rgKeep  = meta.Keep(func(d *rgDoc) *meta.Record { return &d.Meta })
	rgEmail = lens.Of(func(d *rgDoc) *string { return &d.Email })
	rgText  = lens.Of(func(d *rgDoc) *string { return &d.Part.Text })
)

const (
	rgHome  = "arn:aws:dynamodb:us-east-1:111111111111:table/"
	rgOther = "arn:aws:dynamodb:us-east-1:222222222222:table/"
	rgAway  = "arn:aws:dynamodb:eu-west-1:222222222222:table/"
)

// rgModel has a root and a part in these tables.
func rgModel(root, part string, options ...shard.Option) repo.Model[rgDoc] {
	return repo.TableOf(root, rgKey, shard.New(shard.To(part, options...), func(d *rgDoc) *rgPart { return &d.Part }),
		rgKeep)
}

// TestRefusedRegions: what can be known without a request is refused by New and Open.
func TestRefusedRegions(t *testing.T) {
	home, away := embedded.New().Client(), embedded.New().Client()
	others := repo.WithRegions(map[string]repo.Client{"eu-west-1": away})
	ireland := shard.Region("eu-west-1")
	unique := func(p shard.Placement) repo.Model[rgDoc] {
		return repo.TableOf("Docs", rgKey, shard.Unique(p, rgEmail), rgKeep)
	}
	for name, c := range map[string]struct {
		model repo.Model[rgDoc]
		opts  []repo.Option
		text  string
	}{
		"no client":            {rgModel("Docs", "Parts", ireland), nil, "shard.New(repo_test.rgDoc, Part): region eu-west-1 has no client; see repo.WithRegions"},
		"no client of it":      {rgModel("Docs", "Parts", shard.Region("eu-west-2")), []repo.Option{others}, "shard.New(repo_test.rgDoc, Part): region eu-west-2 has no client; see repo.WithRegions"},
		"no client of the old": {rgModel("Docs", "Parts", shard.MovedFrom("eu-west-1/Parts")), nil, "shard.New(repo_test.rgDoc, Part): MovedFrom: region eu-west-1 has no client; see repo.WithRegions"},
		"no client of an allowed table": {rgModel("Docs", "Parts"), []repo.Option{repo.AllowTables("eu-west-1/Old")},
			"repo.TableOf(repo_test.rgDoc): repo.AllowTables: region eu-west-1 has no client; see repo.WithRegions"},
		"no region":       {rgModel("Docs", "Parts", shard.Region("Ireland")), nil, `shard.New(repo_test.rgDoc, Part): Region: "Ireland" is no region; it is like eu-west-1`},
		"two regions":     {rgModel("Docs", "Parts", ireland, shard.Region("eu-west-2")), []repo.Option{others}, "shard.New(repo_test.rgDoc, Part): Region is said twice"},
		"another ARN":     {rgModel("Docs", rgHome+"Parts", ireland), []repo.Option{others}, "shard.New(repo_test.rgDoc, Part): Region says eu-west-1, and the ARN of the table says us-east-1"},
		"a name with it":  {rgModel("Docs", "eu-west-1/Parts"), []repo.Option{others}, `shard.New(repo_test.rgDoc, Part): table name "eu-west-1/Parts" is not valid: it has 3 to 255 of the characters a-z, A-Z, 0-9, _, - and .`},
		"of the root":     {rgModel("eu-west-1/Docs", "Parts"), []repo.Option{others}, `repo.TableOf(repo_test.rgDoc): table name "eu-west-1/Docs" is not valid: it has 3 to 255 of the characters a-z, A-Z, 0-9, _, - and .`},
		"moved to itself": {rgModel("Docs", "Parts", ireland, shard.MovedFrom("eu-west-1/Parts")), []repo.Option{others}, `shard.New(repo_test.rgDoc, Part): table "eu-west-1/Parts" is where the shard is, it cannot have moved from there`},
		"no old region":   {rgModel("Docs", "Parts", shard.MovedFrom("Ireland/Parts")), []repo.Option{others}, `shard.New(repo_test.rgDoc, Part): MovedFrom: "Ireland" is no region; it is like eu-west-1`},
		"unique values":   {unique(shard.To("Emails", ireland)), []repo.Option{others}, `shard.Unique(repo_test.rgDoc): table "eu-west-1/Emails" is in another region; a claim is written in one transaction with the root, and is in its region and account`},
		"unique values that were there": {unique(shard.To("Emails", shard.MovedFrom("eu-west-1/Emails"))), []repo.Option{others},
			`shard.Unique(repo_test.rgDoc): table "eu-west-1/Emails" is in another region; a claim is written in one transaction with the root, and is in its region and account`},
		"two accounts of a table": {rgModel("Docs", rgAway+"Parts", shard.MovedFrom("arn:aws:dynamodb:eu-west-1:333333333333:table/Parts")), []repo.Option{others},
			`repo.TableOf(repo_test.rgDoc): table "eu-west-1/Parts" is in two accounts; an object names a table by its region and its name`},
		"a prefix before an ARN": {rgModel("Docs", rgAway+"Parts"), []repo.Option{others, repo.TablePrefix("dev-")},
			`repo.TableOf(repo_test.rgDoc): repo.TablePrefix "dev-" goes before names, and a table is named by an ARN of arn:aws:dynamodb:eu-west-1:222222222222; name the tables without prefix, or by names`},
		"clients twice": {rgModel("Docs", "Parts"), []repo.Option{others, others}, "invalid: repo.WithRegions is given twice; one map has all regions"},
		"a nil client":  {rgModel("Docs", "Parts"), []repo.Option{repo.WithRegions(map[string]repo.Client{"eu-west-1": nil})}, "invalid: repo.WithRegions: the client of eu-west-1 is nil"},
		"a bad region":  {rgModel("Docs", "Parts"), []repo.Option{repo.WithRegions(map[string]repo.Client{"": away})}, `invalid: repo.WithRegions: "" is no region; it is like eu-west-1`},
	} {
		_, err := repo.New(home, c.model, c.opts...)
		if !errors.Is(err, repo.ErrInvalid) || !strings.HasPrefix(err.Error(), "repo.New: "+c.text) {
			t.Errorf("%s: %v\nwant repo.New: %s", name, err, c.text)
		}
		var declared *repo.DeclarationError
		if found := errors.As(err, &declared); found == strings.HasPrefix(c.text, "invalid") {
			t.Errorf("%s: %v is a DeclarationError: %v", name, err, found)
		}
	}
	_, err := repo.Open(home, "Docs", "ID", repo.AllowTables("eu-west-1/Parts"))
	if !errors.Is(err, repo.ErrInvalid) || err.Error() != "repo.Open: invalid: repo.AllowTables: region eu-west-1 has no client; see repo.WithRegions" {
		t.Errorf("Open: %v", err)
	}
	if _, err := repo.New(home, rgModel("Docs", "Parts"), others); err != nil {
		t.Errorf("a region that no shard needs: %v", err)
	}
}

// TestAccountsOfRegions: a table that is named by an ARN is in another region or account if
// that has a client. What is stored does not say which account.
func TestAccountsOfRegions(t *testing.T) {
	for name, c := range map[string]struct {
		root, part, region, account, stored string
		options                             []shard.Option
	}{
		"another region":                {"Docs", rgAway + "Parts", "eu-west-1", "222222222222", "eu-west-1/Parts", nil},
		"another region, said":          {"Docs", rgAway + "Parts", "eu-west-1", "222222222222", "eu-west-1/Parts", []shard.Option{shard.Region("eu-west-1")}},
		"another region than the ARN's": {rgHome + "Docs", rgAway + "Parts", "eu-west-1", "222222222222", "eu-west-1/Parts", nil},
		"another account":               {rgHome + "Docs", rgOther + "Parts", "us-east-1", "222222222222", "us-east-1/Parts", nil},
		"a name":                        {rgHome + "Docs", "Parts", "eu-west-1", "222222222222", "eu-west-1/Parts", []shard.Option{shard.Region("eu-west-1")}},
	} {
		t.Run(name, func(t *testing.T) {
			home := embedded.New(embedded.WithAccount("us-east-1", "111111111111")).Client()
			away, net := fault.Wrap(embedded.New(embedded.WithAccount(c.region, c.account)).Client())
			r, err := repo.New(home, rgModel(c.root, c.part, c.options...), repo.WithRegions(map[string]repo.Client{c.region: away}))
			if err == nil {
				err = r.CreateTables(background)
			}
			if err == nil {
				err = r.Verify(background)
			}
			if err != nil {
				t.Fatal(err)
			}
			doc := &rgDoc{ID: "a", Part: rgPart{"one"}}
			key, err := r.Create(background, doc)
			if err != nil {
				t.Fatal(err)
			}
			if parts := doc.Meta.References(); len(parts) != 1 || parts[0].Table != c.stored {
				t.Errorf("stored %+v", parts)
			}
			net.Reset()
			if err := r.Update(background, key, rgText.Set("two")); err != nil {
				t.Error(err)
			}
			there := strings.TrimPrefix(c.part, "arn:")
			for _, request := range net.Requests() {
				if !strings.Contains(string(request.Body), there+`"`) {
					t.Errorf("%s names another table than %s: %s", request.Operation, c.part, request.Body)
				}
			}
			got, err := r.Get(background, key)
			if err != nil || got.Part.Text != "two" {
				t.Errorf("%+v, %v", got, err)
			}
			if err := r.Delete(background, key); err != nil {
				t.Error(err)
			}
		})
	}
}
