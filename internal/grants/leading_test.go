package grants_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/grants"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// tenants have claims whose keys begin with the partition key.
var tenants = &kind{name: "tenants", sorted: true, divided: true, placed: placedTenants, declare: func(parts ...repo.Part[ward]) repo.Model[ward] {
	return placedTenants(newHomes, newPast, shard.Placement{}, parts...)
}}

func placedTenants(homes, past, _ shard.Placement, parts ...repo.Part[ward]) repo.Model[ward] {
	return repo.TableOf("Wards", wardKey, append(parts, keep, wardBy, wardByN,
		shard.New(homes, func(w *ward) *wardPlace { return &w.Home }),
		opts,
		shard.Each(past, func(w *ward) *[]wardPlace { return &w.Past }),
		shard.Unique(shard.To("Names"), wardOwnID, wardName))...)
}

// TestLeadingKeys: of all that the verbs ask, a policy with LeadingKeys allows what is about
// objects with these keys, and nothing else.
func TestLeadingKeys(t *testing.T) {
	for _, verb := range grants.Verbs() {
		if slices.Contains([]string{"Scan", "Migrate", "Sweep", "KeysInUse", "CreateTables", "Verify"}, verb) {
			continue // refused, see TestRefused
		}
		if verb == string(repo.VerbAdd) {
			continue // the tenants have no counters
		}
		all := slices.Concat(reads[repo.Verb(verb)], writes[repo.Verb(verb)], repairs[repo.Verb(verb)])
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { limited(t, repo.Verb(verb), all) })
		})
	}
}

func limited(t *testing.T, verb repo.Verb, runs []run) {
	own := 0
	for _, run := range runs {
		w := newWorld(t, tenants, way{})
		var err error
		in := []repo.PolicyOption{repo.PolicyFor(verb), repo.PolicyIn("eu-west-1", "123456789012")}
		w.g.policy, err = w.r.Policy(in...)
		kit.Must(t, err)
		run(context.Background(), w)
		for leading, variables := range map[string]map[string]string{"a": nil, "${aws:PrincipalTag/ward}": {"aws:PrincipalTag/ward": "a"}} {
			policy, err := w.r.Policy(append(in, repo.LeadingKeys(leading))...)
			kit.Must(t, err)
			for _, a := range w.g.asked {
				want := belongs(a, "a")
				if want {
					own++
				}
				if got := allows(policy, variables, a); got != want {
					t.Errorf("with leading keys %s, %s of %s with %q: %v, want %v", leading, a.action, a.resource, a.leading, got, want)
				}
			}
		}
	}
	if own == 0 {
		t.Error("nothing was about the object")
	}
}

// belongs reports whether a request is about an object only.
func belongs(a access, id string) bool {
	_, table, _ := strings.Cut(a.resource, ":table/")
	return !slices.ContainsFunc(a.leading, func(key string) bool {
		switch table {
		case "Wards":
			return key != id
		case "Names":
			return !strings.HasPrefix(key, "Wards/=id/=name/S"+id+"/S")
		case "Homes", "OldHomes", "Opts", "Past", "OldPast":
			return !strings.HasPrefix(key, "Wards/S"+id+"/S1/")
		}
		return true // an index, whose leading keys are names
	})
}

// TestTenants: who has a policy with LeadingKeys reads and writes its own objects, root, parts
// and claims, and no other's, whatever characters the keys have.
func TestTenants(t *testing.T) {
	for _, way := range tenants.ways() {
		synctest.Test(t, func(t *testing.T) { tenancy(t, way) })
	}
}

func tenancy(t *testing.T, way way) {
	ids := []string{"own", "owner", "ow", "own/b~*", "own/b~", "o?n", "$own", "ünï"}
	w := newWorld(t, tenants, way)
	for _, id := range ids {
		w.create(w.others, aWard(id))
	}
	ctx := context.Background()
	for _, leading := range append(slices.Clone(ids), "${aws:PrincipalTag/tenant}", "o${aws:PrincipalTag/rest}") {
		w.g.variables = map[string]string{"aws:PrincipalTag/tenant": "own", "aws:PrincipalTag/rest": "wn"}
		policy, err := w.r.Policy(repo.PolicyFor(repo.VerbGet, repo.VerbUpdate), repo.LeadingKeys(leading))
		kit.Must(t, err)
		for _, id := range ids {
			own := id == leading || id == "own" && strings.Contains(leading, "{")
			w.g.policy, w.g.denied = policy, nil
			_, err := w.r.Get(ctx, w.key(id))
			err = errors.Join(err, w.r.Update(ctx, w.key(id), lens.Add(wardNo, 1), wardName.Set("by "+leading)))
			if own != (err == nil) || own != (len(w.g.denied) == 0) {
				t.Errorf("%s with the policy of %s: %v", id, leading, err)
			}
			w.g.policy = nil
		}
	}
	got := map[string]int{}
	for _, id := range ids {
		got[id] = w.get(id).Home.No
	}
	kit.Equal(t, "updates", got, map[string]int{"own": 3, "owner": 1, "ow": 1, "own/b~*": 1, "own/b~": 1, "o?n": 1, "$own": 1, "ünï": 1})
}

// TestPatterns: the patterns of leading keys, by kind of table.
func TestPatterns(t *testing.T) {
	type statement struct{ sid, patterns string }
	for _, c := range []struct {
		what   string
		r      *repo.Repo[ward]
		opts   []repo.PolicyOption
		verbs  []repo.Verb
		want   []statement
		noteds []string
	}{
		{"tenants", modelOf(t, tenants.declare()), nil, []repo.Verb{repo.VerbCreate}, []statement{
			{"Roots", "a${*}/~"}, {"Parts", "Wards/Sa${*}~1~0/*"}, {"OldParts", "Wards/Sa${*}~1~0/*"}, {"Claims", "Wards/=id/=name/Sa${*}~1~0/*"}},
			[]string{"parts whose derived key", "claims whose key is longer"}},
		{"unique by value", modelOf(t, wards()), []repo.PolicyOption{repo.ClaimsOfAll()}, []repo.Verb{repo.VerbQuery, repo.VerbDelete}, []statement{
			{"Roots", "a${*}/~"}, {"Parts", "Wards/Sa${*}~1~0/*"}, {"OldParts", "Wards/Sa${*}~1~0/*"}, {"Claims", "Wards/=name/* Wards/=home.city/*"}, {"OldClaims", "Wards/=name/* Wards/=home.city/*"}},
			[]string{"parts whose derived key", "the claims of name are those of all objects", "the claims of home.city are those of all objects", "claims whose key is longer", "index by-name is left out", "index by-n is left out"}},
		{"allowed tables", modelOf(t, tenants.declare(), repo.AllowTables("Other"), repo.Entity("w$")), nil, []repo.Verb{repo.VerbDeleteValue}, []statement{
			{"Roots", "a${*}/~"}, {"Parts", "w${$}/Sa${*}~1~0/*"}, {"OldParts", "w${$}/Sa${*}~1~0/*"}, {"Claims", "w${$}/=id/=name/Sa${*}~1~0/*"}, {"OldClaims", "w${$}/=id/=name/Sa${*}~1~0/*"}},
			[]string{"parts whose derived key", "claims whose key is longer"}},
		{"allowed tables, and nothing unique", modelOf(t, repo.TableOf("Wards", wardKey, keep), repo.AllowTables("Other")), nil, []repo.Verb{repo.VerbDelete}, []statement{
			{"Roots", "a${*}/~"}, {"OldParts", "Wards/Sa${*}~1~0/*"}},
			[]string{"parts whose derived key", "claims whose key is longer", "claims in Other are denied"}},
	} {
		p, err := c.r.Policy(append(c.opts, repo.PolicyFor(c.verbs...), repo.LeadingKeys("a*/~"))...)
		kit.Must(t, err)
		var got []statement
		for _, s := range p.Statement {
			got = append(got, statement{s.Sid, strings.Join(s.Condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"], " ")})
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
		if !slices.EqualFunc(p.Notes, c.noteds, strings.HasPrefix) {
			t.Errorf("%s: notes %q, want %q", c.what, p.Notes, c.noteds)
		}
	}
}

func modelOf(t *testing.T, m repo.Model[ward], opts ...repo.Option) *repo.Repo[ward] {
	t.Helper()
	r, err := repo.New(embeddedClient(t), m, opts...)
	kit.Must(t, err)
	return r
}

// TestLong: a policy that IAM does not take says so.
func TestLong(t *testing.T) {
	r := modelOf(t, repo.TableOf("Wards", wardID, keep))
	for n, want := range map[int]int{1: 0, 290: 0, 310: 1} {
		var values []string
		for i := range n {
			values = append(values, fmt.Sprintf("tenant-%010d", i))
		}
		p, err := r.Policy(repo.PolicyFor(repo.VerbExists), repo.LeadingKeys(values...))
		kit.Must(t, err)
		text, err := json.Marshal(p)
		kit.Must(t, err)
		kit.Equal(t, "longer", len(text) > 6144, want > 0)
		kit.Equal(t, "notes", len(p.Notes), want)
		if want > 0 && !strings.Contains(p.Notes[0], fmt.Sprintf("%d characters, and a managed policy of IAM at most 6144", len(text))) {
			t.Error(p.Notes)
		}
	}
}

// TestRefused: what a policy cannot say is refused by name.
func TestRefused(t *testing.T) {
	r, long := modelOf(t, wards()), strings.Repeat("x", 1024)
	raw := modelOf(t, repo.TableOf("Raws", repo.DetachedKey[ward, []byte]("raw"), keep))
	numbers := modelOf(t, repo.TableOf("Numbers", repo.KeyOf(func(w *ward) *int { return &w.N }), keep))
	plain := modelOf(t, repo.TableOf("Wards", wardID), repo.Plain())
	bare := modelOf(t, repo.TableOf("Wards", wardID, keep))
	named := modelOf(t, repo.TableOf("arn:aws:dynamodb:eu-west-1:123456789012:table/Wards", wardID, keep))
	folded := modelOf(t, repo.TableOf("Wards", wardKey, keep, shard.Unique(shard.To("Names"), wardOwnID, wardName).FoldCase()))
	hashed := modelOf(t, repo.TableOf("Wards", wardKey, keep, shard.Unique(shard.To("Names"), wardOwnID, wardName).HashedBy([]byte(long))))
	for _, c := range []struct {
		r    *repo.Repo[ward]
		opts []repo.PolicyOption
		want string
	}{
		{r, nil, "name them with repo.PolicyFor"},
		{r, []repo.PolicyOption{repo.PolicyFor()}, "name them with repo.PolicyFor"},
		{r, []repo.PolicyOption{nil}, "policy option 1 is nil"},
		{r, for_("Fly"), `"Fly" is no verb`},
		{r, for_(repo.VerbGet, repo.PolicyIn("Europe", "")), `"Europe" is no region`},
		{r, for_(repo.VerbGet, repo.PolicyIn("", "42")), `"42" is no account`},
		{named, for_(repo.VerbGet, repo.PolicyIn("eu-west-1", "")), "the model names its tables by ARNs"},
		{plain, for_(repo.VerbModify), "Modify needs the record that repo.Plain leaves out"},
		{bare, for_(repo.VerbQuery), "Query can do nothing with this model"},
		{r, for_(repo.VerbScan, repo.LeadingKeys("a")), "Scan is about whole tables"},
		{r, for_(repo.VerbMigrate, repo.LeadingKeys("a")), "Migrate is about whole tables"},
		{r, for_(repo.VerbSweep, repo.LeadingKeys("a")), "Sweep is about whole tables"},
		{r, for_(repo.VerbKeysInUse, repo.LeadingKeys("a")), "KeysInUse is about whole tables"},
		{r, for_(repo.VerbVerify, repo.LeadingKeys("a")), "Verify is about whole tables"},
		{r, for_(repo.VerbCreateTables, repo.LeadingKeys("a")), "CreateTables is about whole tables"},
		{r, for_(repo.VerbGet, repo.LeadingKeys()), "no values"},
		{r, for_(repo.VerbGet, repo.LeadingKeys("a", "")), `"" is empty`},
		{r, for_(repo.VerbGet, repo.LeadingKeys(long)), "and so are hashes"},
		{r, for_(repo.VerbPut, repo.LeadingKeys("a")), "name is unique, and the key of its claims does not begin with the partition key: Put would need"},
		{folded, for_(repo.VerbDelete, repo.LeadingKeys("a")), "Delete would need the claims of all objects"},
		{hashed, for_(repo.VerbUpdate, repo.LeadingKeys("a")), "Update would need the claims of all objects"},
		{raw, for_(repo.VerbGet, repo.LeadingKeys("a")), "is binary"},
		{numbers, for_(repo.VerbGet, repo.LeadingKeys("1.0")), "no number in the form"},
		{numbers, for_(repo.VerbGet, repo.LeadingKeys("x")), "no number in the form"},
		{numbers, for_(repo.VerbGet, repo.LeadingKeys("${a:b}")), "has a variable"},
	} {
		p, err := c.r.Policy(c.opts...)
		kit.WantErr(t, "Policy", err, repo.ErrInvalid, c.want)
		if p != nil {
			t.Errorf("a policy beside %v", err)
		}
	}
	if _, err := numbers.Policy(for_(repo.VerbGet, repo.LeadingKeys("-1.5"))...); err != nil {
		t.Error(err)
	}
}

func for_(verb repo.Verb, opts ...repo.PolicyOption) []repo.PolicyOption {
	return append(opts, repo.PolicyFor(verb))
}

// TestResources: tables are named where they are, with their prefix.
func TestResources(t *testing.T) {
	for _, c := range []struct {
		r    *repo.Repo[ward]
		opts []repo.PolicyOption
		want string
	}{
		{modelOf(t, repo.TableOf("Wards", wardID, keep), repo.TablePrefix("prod-")), nil, "arn:aws:dynamodb:*:*:table/prod-Wards"},
		{modelOf(t, repo.TableOf("Wards", wardID, keep)), []repo.PolicyOption{repo.PolicyIn("cn-north-1", "")}, "arn:aws-cn:dynamodb:cn-north-1:*:table/Wards"},
		{modelOf(t, repo.TableOf("Wards", wardID, keep)), []repo.PolicyOption{repo.PolicyIn("us-gov-west-1", "123456789012")}, "arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/Wards"},
		{modelOf(t, repo.TableOf("Wards", wardID, keep)), []repo.PolicyOption{repo.PolicyIn("us-isob-east-1", "")}, "arn:aws-iso-b:dynamodb:us-isob-east-1:*:table/Wards"},
		{modelOf(t, repo.TableOf("arn:aws:dynamodb:eu-west-1:123456789012:table/Wards", wardID, keep)), nil, "arn:aws:dynamodb:eu-west-1:123456789012:table/Wards"},
	} {
		p, err := c.r.Policy(append(c.opts, repo.PolicyFor(repo.VerbExists))...)
		kit.Must(t, err)
		text, err := json.Marshal(p)
		kit.Must(t, err)
		kit.Equal(t, "policy", string(text), `{"Version":"2012-10-17","Statement":[{"Sid":"Roots","Effect":"Allow","Action":["dynamodb:GetItem"],"Resource":["`+c.want+`"]}]}`)
	}
}
