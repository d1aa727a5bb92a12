package repo_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// A transaction that cannot work is refused before any request, and the error names
// the operation.
func TestRefusedTransactions(t *testing.T) {
	ctx := context.Background()
	r := newRepos(t)
	other := repoOver(t, embedded.New().Client(), repo.TableOf("Orders", iOrderKey))
	key, order, id := iID.Of("1"), iOrderKey.Of("c", time.Unix(0, 0)), repo.WithWriteID(meta.NewWriteID())
	good := goodDoc()
	type tPage struct{ Text string }
	pages, err := repo.New(r.client, repo.TableOf("Pages", repo.DetachedKey("path", keygen.UUIDv7[tPage, string])))
	noErr(t, err)
	check := r.docs.CheckOp(iID.Of("other"))
	transact := func(ops ...repo.Op) func() error { return func() error { return repo.Transact(ctx, ops) } }
	under := func(ops ...repo.Op) func() error { return func() error { return repo.Transact(ctx, ops, id) } }
	raw := func(it types.TransactWriteItem) func() error { return transact(check, repo.RawOp(it)) }
	table, item := aws.String("Docs"), map[string]types.AttributeValue{"ID": &types.AttributeValueMemberS{Value: "1"}}
	count := repo.RawOp(types.TransactWriteItem{Update: &types.Update{TableName: table, Key: item, UpdateExpression: aws.String("ADD n :n")}})
	var never context.Context
	many := make([]repo.Op, 101)
	for i := range many {
		many[i] = r.docs.CheckOp(iID.Of(fmt.Sprint(i)))
	}
	err = repo.Transact(ctx, many)
	if of := new(repo.OpError); !errors.As(err, &of) || of.Index != 100 || !errors.Is(err, repo.ErrTooLarge) || err.Error() != "repo: operation 100: repo: Check Docs: too large: the transaction has 101 operations; at most 100 fit into one" {
		t.Error(err)
	}
	var none *repo.Repo[iDoc]
	const second = `repo: operation 1: repo: `
	refusedCalls(t, r, []call{
		{"no context", func() error { return repo.Transact(never, []repo.Op{check}) }, "repo: Transact: invalid: the context is nil"},
		{"no operation", transact(), "repo: Transact: invalid: there is no operation"},
		{"the zero operation", transact(check, repo.Op{}), second + "Transact: invalid: the operation is zero; methods of a repository make operations, and RawOp"},
		{"a nil repository", transact(check, none.CreateOp(&good)), second + "Create: invalid: the repository is zero; repo.New makes one"},
		{"a zero repository", transact(check, new(repo.Repo[iDoc]).UpdateOp(key, iCount.Set(1))), second + "Update: invalid: the repository is zero; repo.New makes one"},
		{"another client", transact(check, other.DeleteOp(order)), second + "Delete Orders: invalid: its repository has another client than that of operation 0; a transaction is one request"},
		{"only raw actions", transact(count), "repo: Transact: invalid: no operation is one of a repository, which has the client; send actions of your own by it directly"},
		{"an option of no verb", func() error { return repo.Transact(ctx, []repo.Op{check}, repo.Overwrite()) }, "repo: Transact: invalid: repo.Overwrite is no option of Transact, but of Put, PutMany and Import"},
		{"an option of another verb", transact(check, r.docs.CreateOp(&good, repo.Overwrite())), second + "Create Docs: invalid: repo.Overwrite is no option of Create, but of Put, PutMany and Import"},
		{"an id of an operation", transact(check, r.docs.PutOp(&good, id)), second + "Put Docs: invalid: WithWriteID is for a transaction, not for one of its operations; give it to Transact"},
		{"an id of a view", transact(check, r.docs.With(id).UpdateOp(key, iCount.Set(1))), second + "Update Docs: invalid: WithWriteID is for a transaction, not for one of its operations; give it to Transact"},

		{"no value", transact(check, r.docs.CreateOp(nil)), second + "Create Docs: invalid: the *repo_test.iDoc is nil"},
		{"no value to delete", transact(check, r.docs.DeleteValueOp(nil)), second + "DeleteValue Docs: invalid: the value is nil"},
		{"a zero key", transact(check, r.docs.DeleteOp(repo.Key[iDoc]{})), second + "Delete Docs: invalid: key: the zero Key names no object"},
		{"a zero key to check", transact(check, r.docs.CheckOp(repo.Key[iDoc]{})), second + "Check Docs: invalid: key: the zero Key names no object"},
		{"no change", transact(check, r.docs.UpdateOp(key)), second + `Update Docs "1": invalid: Update without a change`},
		{"a nil change", transact(check, r.docs.UpdateOp(key, nil)), second + `Update Docs "1": invalid: change 1 is nil`},
		{"a nil condition", transact(check, r.docs.CheckOp(key, iCount.Ge(1), nil)), second + `Check Docs "1": invalid: condition 2 is nil`},
		{"a zero condition", transact(check, r.docs.CheckOp(key, lens.Predicate[iDoc]{})), second + `Check Docs "1": invalid: lens.Predicate(repo_test.iDoc): a zero Predicate tests nothing; make one with Eq, Exists or another method of a Lens`},
		{"a condition of something encrypted", transact(check, r.docs.CheckOp(key, iBlobN.Ge(1))), second + `Check Docs "1", Blob.N: invalid: the value lies inside Blob, which is encrypted whole; no condition can see it`},
		{"a key that nobody learns", transact(check, pages.CreateOp(&tPage{})), second + "Create Pages: invalid: the key is generated and neither in the model nor in a meta.Keep field, so that nobody would learn it; use CreateAtOp"},
		{"a key in the model", transact(check, r.docs.CreateAtOp(key, &good)), second + "Create Docs: invalid: the model keeps its key in a field; CreateAt and PutAt are for repo.DetachedKey"},

		{"an empty action", raw(types.TransactWriteItem{}), second + "Raw: invalid: the TransactWriteItem is empty; set one of Put, Update, Delete and ConditionCheck"},
		{"two actions", raw(types.TransactWriteItem{Put: &types.Put{TableName: table, Item: item}, Delete: &types.Delete{TableName: table, Key: item}}),
			second + "Raw Docs: invalid: the TransactWriteItem has 2 actions; set one of Put, Update, Delete and ConditionCheck"},
		{"no table", raw(types.TransactWriteItem{Put: &types.Put{Item: item}}), second + "Raw: invalid: the action names no table"},
		{"no item", raw(types.TransactWriteItem{Put: &types.Put{TableName: table}}), second + "Raw Docs: invalid: the Put has no item"},
		{"no key", raw(types.TransactWriteItem{Delete: &types.Delete{TableName: table}}), second + "Raw Docs: invalid: the action names no key"},
		{"no expression", raw(types.TransactWriteItem{Update: &types.Update{TableName: table, Key: item}}), second + "Raw Docs: invalid: the Update has no UpdateExpression; DynamoDB would create an empty item"},
		{"no condition", raw(types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{TableName: table, Key: item}}), second + "Raw Docs: invalid: the ConditionCheck has no condition"},

		{"an id beside a raw action and a check", under(check, count), "repo: operation 0: repo: Check Docs \"other\": invalid: WithWriteID: no object of the transaction would remember the id, so that a repetition could be applied again; it needs a Create, Put or Update of an object with a record"},
		{"an id beside a raw action and a delete", under(r.docs.DeleteOp(iID.Of("2")), count), second + "Raw Docs: invalid: WithWriteID: no object of the transaction would remember the id, so that a repetition could be applied again; it needs a Create, Put or Update of an object with a record"},
		{"an id of an object without a record", under(r.plain.UpdateOp(order, lens.Of(func(o *iOrder) *int { return &o.Total }).Set(1))), "repo: operation 0: repo: Update Plain \"c\"/\"1970-01-01T00:00:00.000000000Z\": invalid: WithWriteID: no object of the transaction would remember the id, so that a repetition could be applied again; it needs a Create, Put or Update of an object with a record"},
	})
}

func TestRefusedTransactGets(t *testing.T) {
	ctx := context.Background()
	r := newRepos(t)
	other := repoOver(t, embedded.New().Client(), repo.TableOf("Orders", iOrderKey))
	key, order := iID.Of("1"), iOrderKey.Of("c", time.Unix(0, 0))
	var a, b *iDoc
	var o *iOrder
	get := func(ops ...repo.ReadOp) func() error { return func() error { return repo.TransactGet(ctx, ops...) } }
	var never context.Context
	var none *repo.Repo[iDoc]
	first := r.docs.GetOp(iID.Of("other"), &b)
	const second = `repo: operation 1: repo: Get`
	refusedCalls(t, r, []call{
		{"no context", func() error { return repo.TransactGet(never, first) }, "repo: TransactGet: invalid: the context is nil"},
		{"no operation", get(), "repo: TransactGet: invalid: there is no operation"},
		{"the zero operation", get(first, repo.ReadOp{}), second + ": invalid: the operation is zero; Repo.GetOp makes one"},
		{"a zero operation first", get(repo.ReadOp{}, first), "repo: operation 0: repo: Get: invalid: the operation is zero; Repo.GetOp makes one"},
		{"a nil repository", get(first, none.GetOp(key, &a)), second + ` "1": invalid: the repository is zero; repo.New makes one`},
		{"another client", get(first, other.GetOp(order, &o)), second + ` Orders "c"/"1970-01-01T00:00:00.000000000Z": invalid: its repository has another client than that of operation 0; a transaction is one request`},
		{"nowhere to put it", get(first, r.docs.GetOp(key, nil)), second + ` Docs "1": invalid: the pointer that the object is put into is nil`},
		{"one variable", get(r.docs.GetOp(key, &a), r.docs.GetOp(iID.Of("2"), &a)), second + ` Docs "2": invalid: operation 0 has the same variable`},
		{"a zero key", get(first, r.docs.GetOp(repo.Key[iDoc]{}, &a)), second + " Docs: invalid: key: the zero Key names no object"},
		{"eventually", get(first, r.docs.GetOp(key, &a, repo.Eventually())), second + ` Docs "1": invalid: Eventually: a transaction is never stale`},
		{"an option of no Get", get(first, r.docs.GetOp(key, &a, repo.MustExist())), second + ` Docs "1": invalid: repo.MustExist is no option of Get, but of Put, PutMany, Delete, DeleteMany and Stored.Delete`},
		{"root only without a record", get(first, r.orders.GetOp(order, &o, repo.RootOnly())), second + ` Orders "c"/"1970-01-01T00:00:00.000000000Z": invalid: RootOnly and Skip need meta.Keep: without a record nothing would remember, at the next Put, that parts are missing`},
	})
}

// Operations that were used in vain have the same keys when they are used again, so
// that the same transaction is applied once.
func TestTransactAgain(t *testing.T) {
	type ticket struct {
		ID   string
		Text string
		Meta meta.Record `dynamodbav:"-"`
	}
	type stub struct{ ID string }
	ctx := context.Background()
	client := embedded.New().Client()
	made := 0
	next := func(*ticket) (string, error) { made++; return fmt.Sprint("k", made), nil }
	tickets := repoOver(t, client, repo.TableOf("Tickets", repo.KeyOf(func(v *ticket) *string { return &v.ID }, next),
		meta.Keep(func(v *ticket) *meta.Record { return &v.Meta })))
	stubID := repo.KeyOf(func(v *stub) *string { return &v.ID })
	stubs := repoOver(t, client, repo.TableOf("Stubs", stubID))

	v := ticket{Text: "x"}
	ops := []repo.Op{tickets.CreateOp(&v), stubs.CheckOp(stubID.Of("s"))}
	for range 3 {
		if err := repo.Transact(ctx, ops); !errors.Is(err, repo.ErrNotFound) || v.ID != "" || v.Meta.Version != 0 {
			t.Fatalf("%v, %+v", err, v)
		}
	}
	noErr(t, errOf(stubs.Create(ctx, &stub{ID: "s"})))
	noErr(t, repo.Transact(ctx, ops))
	if v.ID != "k1" || made != 1 || v.Meta.Version != 1 {
		t.Errorf("%d keys were made, the value is %+v", made, v)
	}
}
