package repo

import (
	"encoding/json"
	"fmt"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/grants"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
)

// Verb is a verb of a repository, for [PolicyFor].
type Verb string

// The verbs: methods of [Repo], and functions. CreateAt counts as Create, PutAt as Put,
// Reencrypt as Migrate, an operation of [Transact] as its verb, and CheckOp is VerbCheck. [All] is a Scan, whatever
// reads it, so that a Query, Page or Count of it needs VerbScan too. VerbUnion is what a
// Union needs on the tables of the member whose policy it is. [Repo.Plan] needs nothing,
// under [ReadFirst] what its operations read.
const (
	VerbGet          Verb = "Get"
	VerbRead         Verb = "Read"
	VerbReadAll      Verb = "ReadAll"
	VerbExists       Verb = "Exists"
	VerbGetMany      Verb = "GetMany"
	VerbTransactGet  Verb = "TransactGet"
	VerbScan         Verb = "Scan"
	VerbQuery        Verb = "Query"
	VerbPage         Verb = "Page"
	VerbCount        Verb = "Count"
	VerbUnion        Verb = "Union"
	VerbDecode       Verb = "Decode"
	VerbCreate       Verb = "Create"
	VerbPut          Verb = "Put"
	VerbPutMany      Verb = "PutMany"
	VerbModify       Verb = "Modify"
	VerbUpdate       Verb = "Update"
	VerbUpdateGet    Verb = "UpdateGet"
	VerbAdd          Verb = "Add"
	VerbCheck        Verb = "Check"
	VerbDelete       Verb = "Delete"
	VerbDeleteValue  Verb = "DeleteValue"
	VerbDeleteMany   Verb = "DeleteMany"
	VerbRestore      Verb = "Restore"
	VerbExport       Verb = "Export"
	VerbImport       Verb = "Import"
	VerbMigrate      Verb = "Migrate"
	VerbResolve      Verb = "Resolve"
	VerbSweep        Verb = "Sweep"
	VerbKeysInUse    Verb = "KeysInUse"
	VerbCreateTables Verb = "CreateTables"
	VerbVerify       Verb = "Verify"
)

// Policy is an IAM policy, which encoding/json writes.
type Policy struct {
	Version   string
	Statement []PolicyStatement
	// Notes say what the policy cannot express, and whether it is longer than a managed
	// policy of IAM may be. They are no part of the document.
	Notes []string `json:"-"`
}

// PolicyStatement is a statement of a policy. All are of effect Allow.
type PolicyStatement struct {
	Sid       string
	Effect    string
	Action    []string
	Resource  []string
	Condition map[string]map[string][]string `json:",omitempty"` // operator, key, values
}

// PolicyOption is an option of [Repo.Policy].
type PolicyOption interface{ forPolicy(*grants.Settings) }

type policyOption func(*grants.Settings)

func (o policyOption) forPolicy(s *grants.Settings) { o(s) }

// PolicyFor names the verbs that the policy is for, with all their options. A verb of
// which nothing is allowed with this model, as Modify of a [Plain] one, is refused.
func PolicyFor(verbs ...Verb) PolicyOption {
	return policyOption(func(s *grants.Settings) {
		for _, v := range verbs {
			s.Verbs = append(s.Verbs, string(v))
		}
	})
}

// PolicyIn names the region and the account of the tables, as eu-west-1 and 123456789012.
// What is empty is any, as both are without the option; without a region, ARNs are those of
// the partition aws. It is refused if the model names its tables by ARNs, which say both.
func PolicyIn(region, account string) PolicyOption {
	return policyOption(func(s *grants.Settings) { s.Region, s.Account = region, account })
}

// LeadingKeys limits the policy to objects with these values of the partition key: their
// roots, and their parts and claims as far as the keys of these begin with it. A value may
// have policy variables of IAM, as ${aws:PrincipalTag/tenant}. Everything else in it is
// literal, * and ? too. Of a joined key it is the text of the whole attribute.
//
// A condition on dynamodb:LeadingKeys cannot say everything. Policy refuses, with
// [ErrInvalid], what would let through the objects of others: verbs that are about whole
// tables; a partition key that is binary; a value whose parts are under hashed keys; and
// verbs that write claims of unique values, unless the partition key is the first of their
// fields in the order of their paths, or [ClaimsOfAll] is said. Notes has what is left out:
// indexes with another partition key, parts and claims under hashed keys.
func LeadingKeys(values ...string) PolicyOption {
	return policyOption(func(s *grants.Settings) { s.Leading, s.Limited = append(s.Leading, values...), true })
}

// ClaimsOfAll lets a policy with [LeadingKeys] read and write the claims of all objects of
// the model's entity, where their keys do not begin with the partition key. With it, a
// principal can find out which values are taken, and free them.
func ClaimsOfAll() PolicyOption {
	return policyOption(func(s *grants.Settings) { s.AllClaims = true })
}

// Policy returns the least privileges that verbs need on the tables of the model: the
// actions that they send, also to find out what has become of a write without an answer, on
// the tables that they go to. Tests run every verb against a judge of policies, and find that
// no action and no table is missing or too many.
//
// A transaction has no action of its own: IAM asks for those of its items. Any write of a
// model with shards may become a staged one (see [Staged]), which needs BatchWriteItem on tables of parts.
// Tables that only MovedFrom and [AllowTables] name have statements of their own: parts that are
// there are changed and deleted, and only Import puts others there. There is no condition on
// dynamodb:Attributes, since objects may have attributes that the type does not know. Of
// [WithoutTransactions] the policy knows nothing. What [RawOp] and DAX need is not in it, nor keys
// of KMS. Verbs that write parts in another region than the root's are refused. No request is sent.
func (r *Repo[T]) Policy(opts ...PolicyOption) (*Policy, error) {
	fails := func(err error) (*Policy, error) {
		return nil, r.c.fail("Policy", tables.Key{}, [16]byte{}, err)
	}
	var cfg grants.Settings
	for i, o := range opts {
		if model.IsNil(o) {
			return fails(fail.Withf(ErrInvalid, "policy option %d is nil", i+1))
		}
		o.forPolicy(&cfg)
	}
	statements, notes, err := grants.Document(r.c.s, cfg)
	if err != nil {
		return fails(err)
	}
	p := &Policy{Version: "2012-10-17", Notes: notes}
	for _, s := range statements {
		out := PolicyStatement{Sid: s.Sid, Effect: "Allow", Resource: s.Resources}
		for _, a := range s.Actions {
			out.Action = append(out.Action, "dynamodb:"+a)
		}
		if len(s.Leading) > 0 {
			out.Condition = map[string]map[string][]string{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": s.Leading}}
		}
		p.Statement = append(p.Statement, out)
	}
	if text, err := json.Marshal(p); err == nil && len(text) > managedPolicy {
		p.Notes = append(p.Notes, fmt.Sprintf("the document has %d characters, and a managed policy of IAM at most %d: make several, with some of the verbs or leading keys each", len(text), managedPolicy))
	}
	return p, nil
}

// managedPolicy is IAM's limit.
const managedPolicy = 6144
