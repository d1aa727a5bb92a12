package repo_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// TestJoinedLacking: filters and conditions take a field from the key as reads do, in an
// item of another program that lacks it.
func TestJoinedLacking(t *testing.T) {
	client := embedded.New().Client(quick)
	r := repoOver(t, client, repo.TableOf("Events", jKey, meta.Keep(func(e *jEvent) *meta.Record { return &e.Meta })))
	at := time.Unix(7, 0).UTC()
	of := func(no int32) repo.Key[jEvent] { return jKeyOf(&jEvent{Tenant: "a", Kind: "k", At: at, No: no}) }
	for no := range int32(4) {
		_, err := client.PutItem(background, &dynamodb.PutItemInput{TableName: new("Events"), Item: jtItem(t, of(no).String())})
		noErr(t, err)
	}
	for _, e := range []jEvent{{Tenant: "a", Kind: "k", At: at, No: 4}, {Tenant: "a", At: at, No: 5}} {
		noErr(t, errOf(r.Create(background, &e)))
	}
	all := jKey.In(jTenant.Eq("a"))
	for want, cond := range map[string]lens.Condition[jEvent]{
		"5 2 3 4": lens.Or(jNo.Gt(1), jKind.Eq("none")), "2": jNo.Eq(2), "5 0 1 3 4": jNo.Ne(2), "5": jKind.NotExists(), "0 1 2 3 4": jKind.Exists(),
		"3 4": lens.And(jKind.Eq("k"), jNo.Gt(2)), "5 0 1 2 3 4": jAt.Eq(at.In(time.FixedZone("z", 60))), "": jAt.Ne(at),
	} {
		var got []string
		for e, err := range r.Query(background, all.Where(cond)) {
			noErr(t, err)
			got = append(got, fmt.Sprint(e.No))
		}
		n, err := r.Count(background, all.Where(cond))
		noErr(t, err)
		if strings.Join(got, " ") != want || int(n) != len(got) {
			t.Errorf("found %v, counted %d; want %s", got, n, want)
		}
	}
	for i, c := range []struct {
		cond  lens.Condition[jEvent]
		holds bool
	}{
		{jNo.Eq(2), true}, {jNo.Eq(3), false}, {jNo.Ne(2), false}, {jNo.Ne(3), true}, {jKind.Eq("k"), true}, {jKind.Gt("k"), false},
		{jAt.Eq(at.In(time.FixedZone("z", 60))), true}, {jAt.Eq(at.Add(1)), false}, {lens.And(jNo.Lt(3), jTenant.Eq("a")), true}, {lens.Not(jNo.Eq(2)), false},
	} {
		_, err := client.PutItem(background, &dynamodb.PutItemInput{TableName: new("Events"), Item: jtItem(t, of(2).String())})
		noErr(t, err)
		for range 2 { // the second time it has a record
			err := r.Update(background, of(2), jBody.Set("x"), repo.If(c.cond))
			if c.holds && err != nil || !c.holds && !errors.Is(err, repo.ErrCondition) {
				t.Errorf("condition %d: %v", i, err)
			}
		}
	}
}
