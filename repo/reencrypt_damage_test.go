package repo_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// rePlant changes the bytes of a value that is stored in an item.
func rePlant(t *testing.T, c *dynamodb.Client, table string, key rawItem, at func(rawItem) types.AttributeValue, change func([]byte)) {
	t.Helper()
	editItem(t, c, table, key, func(it rawItem) { change(at(it).(*types.AttributeValueMemberB).Value) })
}

// A value that does not open is no value under an old key: it is reported by what is wrong
// with it, its object stays as it is, and the others are written.
func TestReencryptDamaged(t *testing.T) {
	k1, k2, k3, k4, k5 := roKey(t, 1), roKey(t, 2), roKey(t, 3), roKey(t, 4), roKey(t, 5)
	c := embedded.New().Client(quick)
	open := func(entries ...cipher.KeysetEntry) *repo.Repo[roDoc] {
		return roRepo(t, c, roParts(), roAES(t, nil, entries...))
	}
	reCreate(t, open(cipher.Primary(k1)), "sound", "body", "header", "key", "plain", "moved", "list", "part", "cut")
	reCreate(t, open(cipher.Primary(k3)), "destroyed")
	reCreate(t, open(cipher.Primary(k4)), "disabled")
	reCreate(t, open(cipher.Primary(k5)), "unknown")
	root := func(id string) rawItem { return rawItem{"ID": avS(id)} }
	secret := func(it rawItem) types.AttributeValue { return it["Secret"] }
	last := func(b []byte) { b[len(b)-1] ^= 1 }
	rePlant(t, c, "Docs", root("body"), secret, last)
	rePlant(t, c, "Docs", root("header"), secret, func(b []byte) { b[10] ^= 1 })
	rePlant(t, c, "Docs", root("key"), secret, func(b []byte) { b[7] = 99 })
	rePlant(t, c, "Docs", root("list"), func(it rawItem) types.AttributeValue { return entriesOf(it["_meta"])["s"] }, last)
	editItem(t, c, "Docs", root("plain"), func(it rawItem) { it["Secret"] = avS("mine") })
	editItem(t, c, "Docs", root("cut"), func(it rawItem) { b := it["Secret"].(*types.AttributeValueMemberB); b.Value = b.Value[:40] })
	var of types.AttributeValue
	editItem(t, c, "Docs", root("sound"), func(it rawItem) { of = it["Secret"] })
	editItem(t, c, "Docs", root("moved"), func(it rawItem) { it["Secret"] = of })
	for _, it := range itemsOf(t, c, "Ones") {
		if strings.HasPrefix(it["_id"].(*types.AttributeValueMemberS).Value, "Docs/Spart/") {
			rePlant(t, c, "Ones", rawItem{"_id": it["_id"]}, secret, last)
			of = nil
		}
	}
	if of != nil {
		t.Fatal("the part is not there", itemsOf(t, c, "Ones")[0]["_id"])
	}
	r, was := open(cipher.Primary(k2), cipher.Enabled(k1), cipher.Destroyed(3), cipher.Disabled(k4)), map[string]rawItem{}
	for _, it := range itemsOf(t, c, "Docs") {
		was[it["ID"].(*types.AttributeValueMemberS).Value] = it
	}
	found := false
	want := map[string]int64{"cipher.ErrAuth": 4, "cipher.ErrWrongKey": 1, "cipher.ErrUnknownKey": 2, "cipher.ErrNotEncrypted": 1, "cipher.ErrMalformed": 1,
		"cipher.ErrKeyDestroyed": 1, "cipher.ErrKeyDisabled": 1}
	for _, opts := range [][]repo.CallOption{{repo.DryRun()}, {repo.PageSize(2)}, {repo.Segments(3)}} {
		done, err := r.Reencrypt(background, opts...)
		changed := int64(1)
		if d := cmp.Diff(must(r.KeysInUse(background))(t).Keys, done.Keys); !found && d != "" {
			t.Errorf("found (-KeysInUse +Reencrypt):\n%s", d)
		}
		found = true
		if d := cmp.Diff(want, done.Errors); d != "" || done.Seen != 12 || done.Failed != 11 {
			t.Errorf("%+v %s", done, d)
		}
		if slices.ContainsFunc(done.Keys, func(k repo.KeyUse) bool { return k.ID == 2 }) {
			changed = 0 // the run before has written it
		}
		if done.Changed != changed {
			t.Errorf("%+v", done)
		}
		for _, is := range []error{cipher.ErrAuth, cipher.ErrUnknownKey, cipher.ErrKeyDestroyed, repo.ErrCorrupt} {
			if !errors.Is(err, is) {
				t.Errorf("%v: not %v", err, is)
			}
		}
		var at *repo.Error
		if !errors.As(err, &at) || at.Op != "Reencrypt" || at.Key == "" || at.Path == "" && at.Err == nil {
			t.Errorf("%v", err)
		}
	}
	for _, it := range itemsOf(t, c, "Docs") {
		id := it["ID"].(*types.AttributeValueMemberS).Value
		if same := reflect.DeepEqual(it, was[id]); same == (id == "sound") {
			t.Errorf("%s is unchanged: %v", id, same)
		}
	}
	// The list alone is nothing that Migrate cannot make anew.
	errOf(r.Migrate(background))
	roHas(t, r, roDocOf("list"))
	if done, _ := r.Reencrypt(background); done.Errors["cipher.ErrAuth"] != 3 {
		t.Errorf("%+v", done)
	}
}

// What was changed in an attribute that the type does not know is reported. What may be of a
// cipher that this program does not have stays, and shows in Keys.
func TestReencryptDamagedUnknown(t *testing.T) {
	k1, k2, k8 := roKey(t, 1), roKey(t, 2), roKey(t, 8)
	c := embedded.New().Client(quick)
	later := func(one, other cipher.Cipher) *repo.Repo[roDoc] {
		return roRepoOf(t, c, []repo.Part[roDoc]{cipher.Protect(one, roSecret, roList), cipher.Protect(other, roOne)})
	}
	reCreate(t, later(roAES(t, nil, cipher.Primary(k1)), roAES(t, nil, cipher.Primary(k8))), "a", "b")
	rePlant(t, c, "Docs", rawItem{"ID": avS("b")}, func(it rawItem) types.AttributeValue {
		return entriesOf(it["List"].(*types.AttributeValueMemberL).Value[0])["Secret"]
	}, func(b []byte) { b[len(b)-1] ^= 1 })
	type sub struct{ Open string }
	type doc struct {
		ID     string
		Secret string
		One    sub
		List   []sub
	}
	id, secret := repo.KeyOf(func(d *doc) *string { return &d.ID }), lens.Of(func(d *doc) *string { return &d.Secret })
	old := repoOver(t, c, repo.TableOf("Docs", id, cipher.Protect(roAES(t, nil, cipher.Primary(k2), cipher.Enabled(k1)), secret)))
	done, err := old.Reencrypt(background)
	if done.Changed != 1 || done.Failed != 1 || !maps.Equal(done.Errors, map[string]int64{"cipher.ErrAuth": 1}) || !errors.Is(err, cipher.ErrAuth) {
		t.Errorf("%+v, %v", done, err)
	}
	var at *repo.Error
	if !errors.As(err, &at) || at.Path != "List[].Secret" {
		t.Errorf("%v", err)
	}
	again, _ := old.Reencrypt(background)
	want := []repo.KeyUse{{ID: 1, Values: 4, Items: 1}, {ID: 2, Values: 4, Items: 1}, {ID: 8, Values: 2, Items: 2}}
	if d := cmp.Diff(want, again.Keys); d != "" || again.Changed != 0 {
		t.Errorf("%+v %s", again, d)
	}
}

// What is erased of one person does not end the rotation of the others, and is not written as
// empty.
func TestReencryptErased(t *testing.T) {
	c := embedded.New().Client(quick)
	people := &scopedKeys{erased: map[string]bool{}, primary: 1}
	protect := cipher.Protect(cipher.Scope(must(cipher.New(people))(t), roScope), roSecret, roOne)
	var paths reported
	r := roRepoOf(t, c, append(roParts(), protect, repo.AcceptErased(paths.note, roSecret, roOne)))
	ids := []string{"a", "b", "c"}
	reCreate(t, r, ids...)
	_, err := c.PutItem(background, &dynamodb.PutItemInput{TableName: new("Docs"), Item: rawItem{"ID": avS("d"), "Secret": avS("s")}})
	noErr(t, err)
	people.erased["b"], people.erased["d"], people.primary = true, true, 2
	plain := roRepoOf(t, c, append(roParts(), protect, repo.AcceptErased(paths.note, roOne), repo.AcceptPlain(roSecret)))
	was := reItems(t, c, "Ones")
	done, err := plain.Reencrypt(background)
	if done.Seen != 4 || done.Changed != 2 || !maps.Equal(done.Errors, map[string]int64{"cipher.ErrKeyDestroyed": 2}) || !errors.Is(err, cipher.ErrKeyDestroyed) {
		t.Errorf("%+v, %v", done, err)
	}
	if got := paths.taken(); len(got) > 0 {
		t.Errorf("reported %q", got)
	}
	for _, it := range itemsOf(t, c, "Docs") {
		for _, before := range was["Docs"] {
			id := it["ID"].(*types.AttributeValueMemberS).Value
			if reflect.DeepEqual(it["ID"], before["ID"]) && reflect.DeepEqual(it, before) != people.erased[id] {
				t.Errorf("%s is %v, before %v", id, it, before)
			}
		}
	}
	used := must(plain.KeysInUse(background))(t)
	for _, id := range ids {
		want := int64(0)
		if id == "b" {
			want = 3
		}
		if got := used.OfScope(id, 1); got != want {
			t.Errorf("%d values of %s are under the old key", got, id)
		}
	}
}

// scopedKeys are two keys for each person, but for those who are erased.
type scopedKeys struct {
	erased  map[string]bool
	primary cipher.KeyID
}

func (s *scopedKeys) Primary(ctx context.Context, scope string) (*cipher.Key, error) {
	return s.ByID(ctx, scope, s.primary)
}

func (s *scopedKeys) ByID(_ context.Context, scope string, id cipher.KeyID) (*cipher.Key, error) {
	if s.erased[scope] {
		return nil, cipher.ErrKeyDestroyed
	}
	return cipher.NewKey(id, bytes.Repeat([]byte{scope[0] + byte(id)}, 32))
}
