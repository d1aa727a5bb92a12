package cipher_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// ledger has the same number in an attribute and in a part.
type ledger struct {
	ID     string      `dynamodbav:"id"`
	Number string      `dynamodbav:"number"`
	List   []*string   `dynamodbav:"list"`
	Part   ledgerParts `dynamodbav:"part"`
}

type ledgerParts struct {
	Number *string `dynamodbav:"number"`
}

var (
	ledgerID     = repo.KeyOf(func(l *ledger) *string { return &l.ID })
	ledgerShard  = shard.New(shard.To("LedgerParts"), func(l *ledger) *ledgerParts { return &l.Part })
	ledgerFields = []lens.Field[ledger]{lens.Of(func(l *ledger) *string { return &l.Number }), lens.Of(func(l *ledger) **string { return &l.Part.Number }),
		lens.Elems(lens.Of(func(l *ledger) *[]*string { return &l.List }))}
)

// ledgerReleases makes programs over one database, each with parts of its own.
func ledgerReleases(t *testing.T, db *embedded.DB) func(parts ...repo.Part[ledger]) *repo.Repo[ledger] {
	return func(parts ...repo.Part[ledger]) *repo.Repo[ledger] {
		t.Helper()
		r, err := repo.New(db.Client(), repo.TableOf("Ledgers", ledgerID, append(parts, ledgerShard)...))
		must(t, err)
		return r
	}
}

// TestRolledThereAndBack: a model begins to encrypt and ends it again, and at no time does a program
// of two releases that run beside each other meet what it cannot read.
func TestRolledThereAndBack(t *testing.T) {
	ctx, keys, db := t.Context(), one(t), embedded.New()
	release := ledgerReleases(t, db)
	plain, strict := release(), release(cipher.Protect(keys, ledgerFields...))
	open := release(cipher.Unprotect(keys, ledgerFields...))
	both := release(cipher.Protect(keys, ledgerFields...), repo.AcceptPlain(ledgerFields...))
	must(t, plain.CreateTables(ctx))
	const ledgers = 4
	id := func(i int) repo.Key[ledger] { return ledgerID.Of(fmt.Sprint(i)) }
	for i := range ledgers {
		_, err := plain.Create(ctx, &ledger{ID: fmt.Sprint(i), Number: "0", List: []*string{nil, new("0")}, Part: ledgerParts{new("0")}})
		must(t, err)
	}
	for n, step := range []struct{ old, new *repo.Repo[ledger] }{{plain, open}, {open, both}, {both, strict}, {strict, both}, {both, open}, {open, plain}} {
		var all sync.WaitGroup
		for w, r := range []*repo.Repo[ledger]{step.old, step.new} {
			all.Go(func() {
				for i := range 60 {
					to := fmt.Sprintf("%d-%d-%d", n, w, i)
					check(t, n, r.Modify(ctx, id(i%ledgers), func(l *ledger) error {
						l.Number, l.List, l.Part.Number = to, []*string{nil, new(to)}, new(to)
						return nil
					}))
				}
			})
			all.Go(func() {
				for i := range 120 {
					check(t, n, agrees(ctx, r, id(i%ledgers)))
				}
			})
		}
		all.Wait()
		if step.new == both || step.new == open { // the old program has gone
			all.Go(func() {
				for i := range 20 {
					check(t, n, step.new.Update(ctx, id(i%ledgers), lens.Of(func(l *ledger) *[]*string { return &l.List }).Set([]*string{nil, nil})))
				}
			})
			_, err := step.new.Migrate(ctx)
			check(t, n, err)
			all.Wait()
			dry, err := step.new.Migrate(ctx, repo.DryRun())
			check(t, n, err)
			if dry.Changed != 0 {
				t.Errorf("step %d: %d objects are left", n, dry.Changed)
			}
		}
	}
}

func check(t *testing.T, step int, err error) {
	if err != nil {
		t.Errorf("step %d: %v", step, err)
	}
}

// agrees reads an object, of which all numbers are those of one write.
func agrees(ctx context.Context, r *repo.Repo[ledger], key repo.Key[ledger]) error {
	l, err := r.Get(ctx, key)
	switch {
	case err != nil:
		return err
	case l.Part.Number == nil || *l.Part.Number != l.Number || len(l.List) != 2 || l.List[0] != nil:
		return fmt.Errorf("%s has %v, a list of %d and a part with %v", l.ID, l.Number, len(l.List), l.Part.Number)
	}
	return nil
}

// TestUnprotectedIsBound: an envelope of another place is no value of a field that is read either
// way, and one under a key that this program does not have is an error.
func TestUnprotectedIsBound(t *testing.T) {
	ctx, keys, db := t.Context(), one(t), embedded.New()
	release := ledgerReleases(t, db)
	strict := release(cipher.Protect(keys, ledgerFields...))
	must(t, strict.CreateTables(ctx))
	for _, id := range []string{"a", "b"} {
		_, err := strict.Create(ctx, &ledger{ID: id, Number: id})
		must(t, err)
	}
	item := func(id string) map[string]types.AttributeValue {
		out, err := db.Client().GetItem(ctx, &dynamodb.GetItemInput{TableName: new("Ledgers"), Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: id}}})
		must(t, err)
		return out.Item
	}
	moved := item("b")
	moved["number"] = item("a")["number"]
	_, err := db.Client().PutItem(ctx, &dynamodb.PutItemInput{TableName: new("Ledgers"), Item: moved})
	must(t, err)
	open := cipher.Unprotect(keys, ledgerFields...)
	r := release(open)
	if _, err := r.Get(ctx, ledgerID.Of("b")); !errors.Is(err, cipher.ErrAuth) || !errors.Is(err, repo.ErrCorrupt) {
		t.Errorf("an envelope of another object: %v", err)
	}
	if n := open.Found()["number"]; n != 0 {
		t.Errorf("%d found", n)
	}
	if _, err := release(cipher.Unprotect(newAES(t, cipher.Primary(newKey(t, 2))), ledgerFields...)).Get(ctx, ledgerID.Of("a")); err == nil {
		t.Error("opened without its key")
	}
	renamed := release(cipher.Unprotect(keys, cipher.BindAs(lens.Of(func(l *ledger) *string { return &l.Number }), "was")))
	if _, err := renamed.Get(ctx, ledgerID.Of("a")); !errors.Is(err, cipher.ErrAuth) {
		t.Errorf("bound to another path: %v", err)
	}
}

// ledgerKept is a ledger with a record, so that it may be read in part.
type ledgerKept struct {
	ledger
	Meta meta.Record `dynamodbav:"-"`
}

// TestListOfWhatIsLeft: a write that leaves parts as they are leaves what says that they may be
// encrypted. No reader without the type takes an envelope for a value.
func TestListOfWhatIsLeft(t *testing.T) {
	t.Run("shards kept", func(t *testing.T) {
		listOfWhatIsLeft(t, func(l *ledger) *ledger { return l }, nil, func(ctx context.Context, r *repo.Repo[ledger], _ repo.Key[ledger]) error {
			_, err := r.Put(ctx, &ledger{ID: "a", Number: "2"}, repo.KeepShards())
			return err
		})
	})
	t.Run("the root only", func(t *testing.T) {
		keep := []repo.Part[ledgerKept]{meta.Keep(func(l *ledgerKept) *meta.Record { return &l.Meta })}
		listOfWhatIsLeft(t, func(l *ledgerKept) *ledger { return &l.ledger }, keep, func(ctx context.Context, r *repo.Repo[ledgerKept], key repo.Key[ledgerKept]) error {
			l, err := r.Get(ctx, key, repo.RootOnly())
			if err == nil {
				l.Number = "2"
				_, err = r.Put(ctx, l)
			}
			return err
		})
	})
}

func listOfWhatIsLeft[T any](t *testing.T, in func(*T) *ledger, more []repo.Part[T], write func(context.Context, *repo.Repo[T], repo.Key[T]) error) {
	id := repo.KeyOf(func(v *T) *string { return &in(v).ID })
	number, ofPart := lens.Of(func(v *T) *string { return &in(v).Number }), lens.Of(func(v *T) **string { return &in(v).Part.Number })
	more = append(more, shard.New(shard.To("LedgerParts"), func(v *T) *ledgerParts { return &in(v).Part }))
	for what, c := range map[string]struct {
		today []repo.Part[T]
		read  bool // a reader with all keys reads it after the write
	}{
		"nothing is encrypted":     {[]repo.Part[T]{cipher.Unprotect(one(t), number, ofPart)}, false},
		"by who only opens":        {[]repo.Part[T]{cipher.Unprotect(cipher.OpenOnly(one(t)), number, ofPart)}, false},
		"the root is encrypted":    {[]repo.Part[T]{cipher.Unprotect(one(t), ofPart), cipher.Protect(one(t), number)}, true},
		"the part stays encrypted": {[]repo.Part[T]{cipher.Unprotect(one(t), number), cipher.Protect(one(t), ofPart)}, false},
	} {
		ctx, db := t.Context(), embedded.New()
		release := func(parts ...repo.Part[T]) *repo.Repo[T] {
			r, err := repo.New(db.Client(), repo.TableOf("Ledgers", id, append(parts, more...)...))
			must(t, err)
			return r
		}
		strict := release(cipher.Protect(one(t), number, ofPart))
		must(t, strict.CreateTables(ctx))
		v := new(T)
		*in(v) = ledger{ID: "a", Number: "1", Part: ledgerParts{new("1")}}
		_, err := strict.Create(ctx, v)
		must(t, err)
		today := release(c.today...)
		must(t, write(ctx, today, id.Of("a")))
		for with, opts := range map[string][]repo.Option{"no cipher": nil, "the cipher": {repo.WithOpener(one(t))}} {
			untyped, err := repo.Open(db.Client(), "Ledgers", "id", append(opts, repo.AllowTables("LedgerParts"))...)
			must(t, err)
			l, err := untyped.Get(ctx, "a")
			if opens := c.read && opts != nil; opens != (err == nil) || opens && l["number"] != any("2") {
				t.Errorf("%s, with %s: %v, %v", what, with, l, err)
			}
		}
		got, err := today.Get(ctx, id.Of("a"))
		must(t, err)
		if l := in(got); l.Number != "2" || l.Part.Number == nil || *l.Part.Number != "1" {
			t.Errorf("%s: %+v", what, l)
		}
		if done, err := today.Migrate(ctx); err != nil || done.Changed != 1 {
			t.Errorf("%s: %+v, %v", what, done, err)
		}
		if left, err := today.Migrate(ctx, repo.DryRun()); err != nil || left.Changed != 0 {
			t.Errorf("%s: %+v, %v", what, left, err)
		}
	}
}

// ledgerNext is a ledger of a later release.
type ledgerNext struct {
	ledger
	More string `dynamodbav:"more"`
}

// TestUnprotectWithoutSealer: who cannot seal leaves alone what his type does not know.
func TestUnprotectWithoutSealer(t *testing.T) {
	ctx, keys, client := t.Context(), one(t), embedded.New().Client()
	next, err := repo.New(client, repo.TableOf("Ledgers", repo.KeyOf(func(l *ledgerNext) *string { return &l.ID }),
		cipher.Protect(keys, lens.Of(func(l *ledgerNext) *string { return &l.Number }), lens.Of(func(l *ledgerNext) *string { return &l.More }))), repo.Entity("ledger"))
	must(t, err)
	must(t, next.CreateTables(ctx))
	_, err = next.Create(ctx, &ledgerNext{ledger: ledger{ID: "a", Number: "1"}, More: "m"})
	must(t, err)
	r, err := repo.New(client, repo.TableOf("Ledgers", ledgerID, cipher.Unprotect(cipher.OpenOnly(keys), ledgerFields[0])), repo.Entity("ledger"))
	must(t, err)
	if done, err := r.Migrate(ctx); err != nil || done.Changed != 1 {
		t.Errorf("%+v, %v", done, err)
	}
	for what, run := range map[string]func(context.Context, ...repo.CallOption) (repo.Progress, error){"Migrate": r.Migrate, "Reencrypt": r.Reencrypt} {
		if left, err := run(ctx, repo.DryRun()); err != nil || left.Changed != 0 {
			t.Errorf("%s: %+v, %v", what, left, err)
		}
	}
	l, err := r.Get(ctx, ledgerID.Of("a"))
	must(t, err)
	if l.Number != "1" {
		t.Errorf("read %+v", l)
	}
	both, err := repo.New(client, repo.TableOf("Ledgers", repo.KeyOf(func(l *ledgerNext) *string { return &l.ID }),
		cipher.Protect(keys, lens.Of(func(l *ledgerNext) *string { return &l.More }))), repo.Entity("ledger"))
	must(t, err)
	n, err := both.Get(ctx, repo.KeyOf(func(l *ledgerNext) *string { return &l.ID }).Of("a"))
	if err != nil || n.More != "m" {
		t.Errorf("the later release: %+v, %v", n, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestListFollowsTheModel: a migration brings the list of encrypted paths to that of the model, also
// of an object in which there is nothing else to change.
func TestListFollowsTheModel(t *testing.T) {
	ctx, keys, db := t.Context(), one(t), embedded.New()
	release := ledgerReleases(t, db)
	elements := ledgerFields[2]
	plain, open := release(), release(cipher.Unprotect(keys, elements))
	sealed := release(cipher.Protect(keys, elements), repo.AcceptPlain(elements))
	must(t, plain.CreateTables(ctx))
	_, err := plain.Create(ctx, &ledger{ID: "1", Number: "7"})
	must(t, err)
	for i, r := range []*repo.Repo[ledger]{sealed, open, sealed, open} {
		for _, want := range []int64{1, 0} {
			if done, err := r.Migrate(ctx); err != nil || done.Changed != want {
				t.Errorf("migration %d changes %d, want %d: %v", i, done.Changed, want, err)
			}
		}
	}
	if l, err := plain.Get(ctx, ledgerID.Of("1")); err != nil || l.Number != "7" {
		t.Errorf("%v, %v", l, err)
	}
}

// TestPutOfWhatAnotherReleaseRead: a program writes the parts anew that one with other encrypted
// paths has read, though the lists of the two are alike.
func TestPutOfWhatAnotherReleaseRead(t *testing.T) {
	type kept struct {
		ledger
		Meta meta.Record `dynamodbav:"-"`
	}
	ctx, keys, db := t.Context(), one(t), embedded.New()
	id := repo.KeyOf(func(k *kept) *string { return &k.ID })
	number, part := lens.Of(func(k *kept) *string { return &k.Number }), lens.Of(func(k *kept) **string { return &k.Part.Number })
	release := func(parts ...repo.Part[kept]) *repo.Repo[kept] {
		r, err := repo.New(db.Client(), repo.TableOf("Ledgers", id, append(parts, meta.Keep(func(k *kept) *meta.Record { return &k.Meta }),
			shard.New(shard.To("LedgerParts"), func(k *kept) *ledgerParts { return &k.Part }))...))
		must(t, err)
		return r
	}
	both, ending, ended := release(cipher.Protect(keys, number, part)), release(cipher.Protect(keys, number), cipher.Unprotect(keys, part)), release(cipher.Protect(keys, number))
	must(t, both.CreateTables(ctx))
	_, err := both.Create(ctx, &kept{ledger: ledger{ID: "1", Number: "1", Part: ledgerParts{new("2")}}})
	must(t, err)
	v, err := ending.Get(ctx, id.Of("1"))
	must(t, err)
	v.Number = "3"
	_, err = ended.Put(ctx, v)
	must(t, err)
	for name, r := range map[string]*repo.Repo[kept]{"the one that ends it": ending, "the one that has ended it": ended} {
		got, err := r.Get(ctx, id.Of("1"))
		if err != nil || got.Number != "3" || got.Part.Number == nil || *got.Part.Number != "2" {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// TestOpenItemWithoutRecord: an item that another program has written has no list, so that nobody
// knows what should be encrypted in it.
func TestOpenItemWithoutRecord(t *testing.T) {
	ctx, db := t.Context(), embedded.New()
	r, err := repo.New(db.Client(), repo.TableOf("Ledgers", ledgerID, ledgerShard))
	must(t, err)
	must(t, r.CreateTables(ctx))
	_, err = db.Client().PutItem(ctx, &dynamodb.PutItemInput{TableName: new("Ledgers"), Item: map[string]types.AttributeValue{
		"id": &types.AttributeValueMemberS{Value: "1"}, "number": &types.AttributeValueMemberS{Value: "7"},
	}})
	must(t, err)
	stored, err := repo.Open(db.Client(), "Ledgers", "id")
	must(t, err)
	if doc, err := stored.Get(ctx, "1"); err != nil || doc["number"] != "7" {
		t.Errorf("%v, %v", doc, err)
	}
	stored, err = repo.Open(db.Client(), "Ledgers", "id", repo.WithOpener(one(t)))
	must(t, err)
	if doc, err := stored.Get(ctx, "1"); !errors.Is(err, cipher.ErrNotEncrypted) || doc != nil {
		t.Errorf("with an opener: %v, %v", doc, err)
	}
}
