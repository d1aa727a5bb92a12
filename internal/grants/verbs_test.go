package grants_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/grants"
	"github.com/dystore/dystore/repo"
)

// TestVerbs: each verb works with the policy for it alone, and with nothing less.
func TestVerbs(t *testing.T) {
	runs := maps.Clone(reads)
	maps.Copy(runs, writes)
	maps.Copy(runs, repairs)
	for v, verb := range grants.Verbs() {
		if verb == string(repo.VerbAdd) {
			continue // TestCounters, whose model has some
		}
		for i, k := range kinds {
			if raceDetector && (v+i)%3 != 0 {
				continue // one request runs at a time: the race detector gets a third of the cases
			}
			t.Run(k.name+" "+verb, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { prove(t, k, repo.Verb(verb), runs[repo.Verb(verb)]) })
			})
		}
	}
	for verb := range runs {
		if !slices.Contains(grants.Verbs(), string(verb)) {
			t.Errorf("%s is no verb", verb)
		}
	}
}

// prove runs a verb. What it asks is allowed by its policy; and of that, each statement,
// action and table is asked for.
func prove(t *testing.T, k *kind, verb repo.Verb, runs []run) {
	if len(runs) == 0 {
		t.Fatalf("%s is not tried", verb)
	}
	if k.plain && slices.Contains([]repo.Verb{repo.VerbUnion, repo.VerbMigrate, repo.VerbModify, repo.VerbRestore, repo.VerbDeleteValue, repo.VerbResolve, repo.VerbSweep}, verb) {
		_, err := emptyOf(t, k).Policy(repo.PolicyFor(verb))
		kit.WantErr(t, "policy", err, repo.ErrInvalid, "needs the record that repo.Plain leaves out")
		return
	}
	var policy *repo.Policy
	var asked []access
	for _, way := range k.ways() {
		for i, run := range runs {
			w := newWorld(t, k, way)
			policy = policyOf(t, w, verb)
			w.g.policy = policy
			run(context.Background(), w)
			for _, a := range w.g.denied {
				t.Errorf("run %d%s is denied by the verb's own policy: %s of %s", i+1, way, a.action, a.resource)
			}
			asked = append(asked, w.g.asked...)
		}
	}
	if verb == repo.VerbMigrate && len(k.today) == 0 {
		return // it may do what Modify may; all of that follows from upgrades only
	}
	needs := func(what string, less *repo.Policy) {
		if !slices.ContainsFunc(asked, func(a access) bool { return !allows(less, nil, a) }) {
			t.Errorf("works without %s", what)
		}
	}
	for i, s := range policy.Statement {
		for _, a := range s.Action {
			needs(fmt.Sprintf("%s of %s", a, s.Sid), lesser(policy, i, func(s *repo.PolicyStatement) { s.Action = without(s.Action, a) }))
		}
		for _, r := range s.Resource {
			needs(fmt.Sprintf("%s of %s", r, s.Sid), lesser(policy, i, func(s *repo.PolicyStatement) { s.Resource = without(s.Resource, r) }))
		}
	}
}

// policyOf is the policy for a verb, which allows nothing if the model leaves it nothing to do.
func policyOf(t *testing.T, w *world, verb repo.Verb) *repo.Policy {
	policy, err := w.r.Policy(repo.PolicyFor(verb), repo.PolicyIn("eu-west-1", "123456789012"))
	if errors.Is(err, repo.ErrInvalid) && strings.Contains(err.Error(), "can do nothing with this model") {
		return &repo.Policy{}
	}
	kit.Must(t, err)
	return policy
}

func emptyOf(t *testing.T, k *kind) *repo.Repo[ward] {
	w := emptyWorld(t, k)
	w.raw = embeddedClient(t)
	w.open()
	return w.r
}

func lesser(p *repo.Policy, i int, change func(*repo.PolicyStatement)) *repo.Policy {
	less := &repo.Policy{Statement: slices.Clone(p.Statement)}
	change(&less.Statement[i])
	return less
}

func without(all []string, one string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == one })
}
