package seal_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/seal"
	"github.com/dystore/dystore/internal/sealvalue"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
)

type person struct {
	ID   string `dynamodbav:"id"`
	Name string `dynamodbav:"name"`
	Home home   `dynamodbav:"home"`
}

type home struct {
	City string `dynamodbav:"city"`
}

var (
	name   = lens.Of(func(p *person) *string { return &p.Name })
	city   = lens.Of(func(p *person) *string { return &p.Home.City })
	oneKey = []types.AttributeValue{item.String("1")}
)

func ring(t *testing.T, secret byte) *cipher.AES {
	t.Helper()
	key, err := cipher.NewKey(1, bytes.Repeat([]byte{secret}, 32))
	must(t, err)
	keys, err := cipher.NewKeyset(cipher.Primary(key))
	must(t, err)
	aes, err := cipher.New(keys)
	must(t, err)
	return aes
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// recordOf is a record with the list of a model that encrypts some fields.
func recordOf(t *testing.T, c cipher.Cipher, fields ...lens.Field[person]) *stored.Root {
	t.Helper()
	s := seal.Sealing{Entity: "people", MetaAttr: "_meta"}
	protect := cipher.Protect(c, fields...).ModelPart().(*model.Protect)
	must(t, s.Declare([]*model.Protect{protect}, codec.For(reflect.TypeFor[person]()), []attr.Path{attr.Names("id")}, func(attr.Path) bool { return false }))
	o, err := s.Of(oneKey)
	must(t, err)
	list, err := o.List(t.Context())
	must(t, err)
	return &stored.Root{Entity: "people", Policy: list}
}

// forgedRecord is a record with something else in the place of the list, under the right key.
func forgedRecord(t *testing.T, c cipher.Cipher, av types.AttributeValue) *stored.Root {
	t.Helper()
	b := cipher.Binding{Entity: "people", Key: []cipher.KeyPart{cipher.KeyString("1")}, Path: cipher.Path{cipher.Name("_meta")}}
	sealed, _, err := sealvalue.SealValue(t.Context(), c, av, &b, nil)
	must(t, err)
	return &stored.Root{Entity: "people", Policy: sealed.Value}
}

// Each object has the policy of its own list, whatever the list of the object before was.
func TestListsOfObjects(t *testing.T) {
	aes := ring(t, 1)
	lists := seal.Lists{Opener: aes}
	first, second := recordOf(t, aes, name), recordOf(t, aes, city)
	for i, record := range []*stored.Root{first, second, second, first, second} {
		s, err := lists.Of(t.Context(), "_meta", oneKey, record)
		must(t, err)
		want := "name"
		if record == second {
			want = "home.city"
		}
		if got := fmt.Sprint(s.Policy.Paths()); got != "["+want+"]" || s.Entity != "people" || s.MetaAttr != "_meta" {
			t.Errorf("%d: %s is encrypted, want %s", i, got, want)
		}
	}
}

// An object whose list is absent, of another kind, or short of what must be encrypted is refused by
// the path that it is about.
func TestListsRefused(t *testing.T) {
	aes := ring(t, 1)
	required := []attr.Path{attr.Names("name"), attr.Names("home")}
	for what, c := range map[string]struct {
		lists  *seal.Lists
		record *stored.Root
		at     string
		kind   error
		text   string
	}{
		"no record":          {&seal.Lists{Opener: aes}, nil, "_meta", cipher.ErrNotEncrypted, "leave out WithOpener"},
		"no record, and one": {&seal.Lists{Opener: aes, Required: required}, nil, "name", cipher.ErrNotEncrypted, "leave out WithOpener"},
		"no list":            {&seal.Lists{Opener: aes}, &stored.Root{Entity: "people"}, "_meta", cipher.ErrNotEncrypted, "leave out WithOpener"},
		"no opener":          {&seal.Lists{}, recordOf(t, aes, name), "", fail.ErrInvalid, "WithOpener"},
		"another key":        {&seal.Lists{Opener: ring(t, 2)}, recordOf(t, aes, name), "_meta", cipher.ErrWrongKey, ""},
		"no policy":          {&seal.Lists{Opener: aes}, forgedRecord(t, aes, &types.AttributeValueMemberB{Value: []byte{9, 9}}), "_meta", policy.ErrFormat, ""},
		"no bytes":           {&seal.Lists{Opener: aes}, forgedRecord(t, aes, item.String("x")), "_meta", fail.ErrCorrupt, "the list of encrypted paths is S"},
		"one too few":        {&seal.Lists{Opener: aes, Required: required}, recordOf(t, aes, city), "name", cipher.ErrNotEncrypted, "does not have this one;"},
		"only a part of one": {&seal.Lists{Opener: aes, Required: required}, recordOf(t, aes, name, city), "home", cipher.ErrNotEncrypted, "does not have this one, only home.city;"},
	} {
		s, err := c.lists.Of(t.Context(), "_meta", oneKey, c.record)
		at, _ := fail.Path(err)
		if !errors.Is(err, c.kind) || at != c.at || !strings.Contains(err.Error(), c.text) || s != nil && s.Policy != nil {
			t.Errorf("%s: at %s: %v", what, at, err)
		}
	}
	// Nothing is remembered of a list that was refused.
	lists := &seal.Lists{Opener: aes, Required: required[:1]}
	record := recordOf(t, aes, city)
	for range 2 {
		if _, err := lists.Of(t.Context(), "_meta", oneKey, record); !errors.Is(err, cipher.ErrNotEncrypted) {
			t.Errorf("again: %v", err)
		}
	}
	s, err := (&seal.Lists{}).Of(t.Context(), "_meta", oneKey, nil)
	if err != nil || s.Policy != nil {
		t.Errorf("nothing encrypted: %v, %v", s, err)
	}
}

// Paths that an application requires are those that can be encrypted.
func TestParsePaths(t *testing.T) {
	for text, want := range map[string]string{
		"home.city": "", "past[].city": "", "homes{}.city": "", `["a.b"]`: "",
		"": "path", "home..city": "path", "past[3].city": `path "past[3].city": past[3] is one element of a list, and a list is encrypted for all of them: past[]`,
		"id": "is part of the key", "id.x": "is part of the key", "_meta.r": "is in the stored record",
	} {
		paths, errs := seal.ParsePaths([]string{text, "name"}, []string{"id"}, "_meta", fmt.Errorf)
		switch {
		case want == "" && (len(errs) > 0 || len(paths) != 2 || paths[0].String() != text && text != `["a.b"]`):
			t.Errorf("%s: %v, %v", text, paths, errs)
		case want != "" && (len(errs) != 1 || !strings.Contains(errs[0].Error(), want)):
			t.Errorf("%s: %v", text, errs)
		case !slices.ContainsFunc(paths, func(p attr.Path) bool { return p.String() == "name" }):
			t.Errorf("%s: the other path is lost: %v", text, paths)
		}
	}
}
