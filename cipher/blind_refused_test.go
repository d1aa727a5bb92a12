package cipher_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type brPart struct{ Text string }

type BrEmbedded struct{ Deep cipher.Tag }

type brDoc struct {
	ID     string
	Text   string
	Plain  string
	Part   brPart
	Whole  brPart
	List   []brPart
	Date   []string
	Tag    cipher.Tag
	Other  cipher.Tag
	Hidden cipher.Tag
	Nested struct{ Tag cipher.Tag }
	Odd    brOdd
	Means  brMeans
	*BrEmbedded
}

// brOdd is stored as a bool.
type brOdd string

func (o brOdd) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	return &types.AttributeValueMemberBOOL{Value: o == "odd"}, nil
}

func (*brOdd) UnmarshalDynamoDBAttributeValue(types.AttributeValue) error { return nil }

type brMeans interface{ means() }

type brCard struct{ Number string }

func (brCard) means() {}

// brTagged is known by a tag.
type brTagged struct {
	Tag  cipher.Tag
	Text string
}

// What cannot work is refused by New, with the type and the field.
func TestBlindIndexRefusals(t *testing.T) {
	source := &biSource{}
	keys := withOptions(t, source)
	text := lens.Of(func(d *brDoc) *string { return &d.Text })
	tag := lens.Of(func(d *brDoc) *cipher.Tag { return &d.Tag })
	hidden := lens.Of(func(d *brDoc) *cipher.Tag { return &d.Hidden })
	whole := lens.Of(func(d *brDoc) *brPart { return &d.Whole })
	id := lens.Of(func(d *brDoc) *string { return &d.ID })
	odd := lens.Of(func(d *brDoc) *brOdd { return &d.Odd })
	card := repo.Variant[brCard, brMeans]("card")
	number := lens.Join(lens.Join(lens.Of(func(d *brDoc) *brMeans { return &d.Means }), card.Lens()), lens.Of(func(c *brCard) *string { return &c.Number }))
	of := func(field func(*brDoc) *string) *cipher.Blind[brDoc, string] {
		return cipher.BlindIndex(source, 1, lens.Of(field), tag)
	}
	to := func(field func(*brDoc) *cipher.Tag) *cipher.Blind[brDoc, string] {
		return cipher.BlindIndex(source, 1, text, lens.Of(field))
	}
	for name, c := range map[string]struct {
		parts []repo.Part[brDoc]
		want  string
	}{
		"no source":        {[]repo.Part[brDoc]{cipher.BlindIndex(nil, 1, text, tag)}, "cipher.BlindIndex(cipher_test.brDoc, Text): the key source is nil"},
		"no key":           {[]repo.Part[brDoc]{cipher.BlindIndex(source, 0, text, tag)}, "brDoc, Text): 0 is not a valid key id"},
		"a zero lens":      {[]repo.Part[brDoc]{cipher.BlindIndex(source, 1, lens.Lens[brDoc, string]{}, tag)}, "a zero Lens has no path"},
		"a zero tag":       {[]repo.Part[brDoc]{cipher.BlindIndex(source, 1, text, lens.Lens[brDoc, cipher.Tag]{})}, "a zero Lens has no path"},
		"no option":        {[]repo.Part[brDoc]{cipher.BlindIndex(source, 1, text, tag, nil)}, "brDoc, Text): option 1 is nil"},
		"no bits":          {[]repo.Part[brDoc]{cipher.BlindIndex(source, 1, text, tag, cipher.TagBits(7))}, "brDoc, Text): TagBits(7): a tag has 8 to 256 bits"},
		"many bits":        {[]repo.Part[brDoc]{cipher.BlindIndex(source, 1, text, tag, cipher.TagBits(257))}, "brDoc, Text): TagBits(257): a tag has 8 to 256 bits"},
		"fold of a number": {[]repo.Part[brDoc]{cipher.BlindIndex(source, 1, lens.Of(func(d *brDoc) *cipher.Tag { return &d.Other }), tag, cipher.TagFoldCase())}, "brDoc, Other): TagFoldCase: cipher.Tag is not text"},
		"no scope":         {[]repo.Part[brDoc]{cipher.BlindIndex(source, 1, text, tag, cipher.TagScope(text))}, "cipher.TagScope(cipher_test.brDoc, Text): it is no field of the key"},
		"a zero scope":     {[]repo.Part[brDoc]{cipher.BlindIndex(source, 1, text, tag, cipher.TagScope(lens.Lens[brDoc, string]{}))}, "a zero Lens has no path"},
		"two scopes":       {[]repo.Part[brDoc]{cipher.BlindIndex(source, 1, text, tag, cipher.TagScope(id), cipher.TagScope(id))}, "brDoc, Text): TagScope is given twice"},
		"another's scope":  {[]repo.Part[brDoc]{cipher.BlindIndex(source, 1, text, tag, cipher.TagScope(biTenant))}, "brDoc, Text): TagScope: the scope is in a field of cipher_test.biPerson"},
		"not encrypted":    {[]repo.Part[brDoc]{of(func(d *brDoc) *string { return &d.Plain })}, "brDoc, Plain): it is not encrypted"},
		"in a shard":       {[]repo.Part[brDoc]{of(func(d *brDoc) *string { return &d.Part.Text })}, "brDoc, Part.Text): it is in a shard"},
		"inside":           {[]repo.Part[brDoc]{of(func(d *brDoc) *string { return &d.Whole.Text })}, "brDoc, Whole.Text): it lies inside Whole, which is encrypted whole"},
		"an element":       {[]repo.Part[brDoc]{cipher.BlindIndex(source, 1, lens.At(lens.Of(func(d *brDoc) *[]string { return &d.Date }), 0), tag)}, "it is inside a list or map"},
		"in a variant":     {[]repo.Part[brDoc]{cipher.BlindIndex(source, 1, number, tag)}, "it is in a variant, which an object may have or not"},
		"stored as a bool": {[]repo.Part[brDoc]{cipher.BlindIndex(source, 1, odd, tag)}, "brDoc, Odd): cipher_test.brOdd is not stored as a string, a number or binary"},
		"encrypted tag":    {[]repo.Part[brDoc]{to(func(d *brDoc) *cipher.Tag { return &d.Hidden })}, "brDoc, Hidden): the tag is encrypted"},
		"nested tag":       {[]repo.Part[brDoc]{to(func(d *brDoc) *cipher.Tag { return &d.Nested.Tag })}, "brDoc, Nested.Tag): the tag is an attribute of the object itself"},
		"tag at a pointer": {[]repo.Part[brDoc]{to(func(d *brDoc) *cipher.Tag { return &d.Deep })}, "brDoc, BrEmbedded.Deep): the tag is behind a pointer"},
		"one tag for two":  {[]repo.Part[brDoc]{cipher.BlindIndex(source, 1, text, tag), cipher.BlindIndex(source, 2, text, tag)}, "brDoc, Tag): it is the tag of two fields"},
		"a zero Blind":     {[]repo.Part[brDoc]{&cipher.Blind[brDoc, string]{}}, "part 4 is nil, or a zero value"},
	} {
		parts := append([]repo.Part[brDoc]{cipher.Protect(keys, text, whole, hidden, odd, number), repo.OneOf(func(d *brDoc) *brMeans { return &d.Means }, card), shard.New(shard.To("Parts"), func(d *brDoc) *brPart { return &d.Part })}, c.parts...)
		_, err := repo.New(embedded.New().Client(), repo.TableOf("Docs", repo.KeyOf(func(d *brDoc) *string { return &d.ID }), parts...))
		if err == nil || !errors.Is(err, repo.ErrInvalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	taggedText, taggedTag := lens.Of(func(d *brTagged) *string { return &d.Text }), lens.Of(func(d *brTagged) *cipher.Tag { return &d.Tag })
	_, err := repo.New(embedded.New().Client(), repo.TableOf("Tagged", repo.KeyOf(func(d *brTagged) *cipher.Tag { return &d.Tag }), cipher.Protect(keys, taggedText), cipher.BlindIndex(source, 1, taggedText, taggedTag)))
	if want := "brTagged, Tag): the tag is the object's key, or part of it"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("a tag as key: %v", err)
	}
	// Where shards are wrong, nothing is said of what may be inside them.
	_, err = repo.New(embedded.New().Client(), repo.TableOf("Docs", repo.KeyOf(func(d *brDoc) *string { return &d.ID }), cipher.Protect(keys, text), of(func(d *brDoc) *string { return &d.Part.Text }),
		shard.New(shard.To(""), func(d *brDoc) *brPart { return &d.Part })))
	if err == nil || strings.Contains(err.Error(), "BlindIndex") {
		t.Errorf("beside a wrong shard: %v", err)
	}
}

// A model says what its objects are found by.
func TestBlindIndexText(t *testing.T) {
	text := newBiWorld(t).people.Layout().String()
	for _, line := range []string{
		"Email found by the tag ByEmail, without regard to case\n", "Number found by the tag ByNumber\n", "Home.City found by the tag ByCity, with keys of each Tenant\n", "Bytes found by the tag ByBytes\n",
	} {
		if !strings.Contains(text+"\n", line) {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
}

// Changes beside a value that has a tag leave the tag alone, whatever they are.
func TestBlindIndexBesideOtherChanges(t *testing.T) {
	w, ctx := newBiWorld(t), t.Context()
	key, err := w.people.Create(ctx, &biPerson{Tenant: "acme", ID: "1", Email: "ada", Home: biPlace{City: "Rome"}})
	must(t, err)
	note := lens.Of(func(p *biPerson) *string { return &p.Home.Note })
	got, err := w.people.Get(ctx, key)
	must(t, err)
	must(t, w.people.Update(ctx, key, note.SetIfAbsent("x"), repo.If(biEmail.Exists(), note.Eq("")), repo.IfUnchanged(got)))
	must(t, w.people.Update(ctx, key, note.Set("y"), repo.If(biHome.Exists())))
	for what, in := range map[string]repo.Range[biPerson]{"email": w.byEmail.In(w.emails.Eq("ada")), "city": w.byCity.In(w.cities.Within("acme").Eq("Rome"))} {
		if found := biFound(t, w.people, in); len(found) != 1 {
			t.Errorf("by %s: found %v", what, found)
		}
	}
}

// What a query or a write cannot do is refused before any request.
func TestBlindIndexMisuse(t *testing.T) {
	w, ctx := newBiWorld(t), t.Context()
	other := cipher.BlindIndex(w.source, 1, biEmail, biByEmail)
	broken := cipher.BlindIndex(w.source, 0, biEmail, biByEmail)
	key := biKey.Of("acme", "1")
	none := func(in repo.Range[biPerson]) error {
		for _, err := range w.people.Query(ctx, in) {
			return err
		}
		return nil
	}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no scope":        {none(w.byCity.In(w.cities.Eq("x"))), "it has keys of their own for each Tenant; Within says whose objects are searched"},
		"a scope":         {none(w.byEmail.In(w.emails.Within("acme").Eq("x"))), "it has no scopes; leave out Within"},
		"an empty value":  {none(w.byEmail.In(w.emails.Eq(""))), "an empty value has no tag"},
		"no bytes":        {none(w.byBytes.In(w.blobs.Eq(nil))), "an empty value has no tag"},
		"bad text":        {none(w.byEmail.In(w.emails.Eq("\xff"))), "not valid UTF-8"},
		"another index":   {none(w.byCity.In(w.emails.Eq("x"))), "ByCity is in the partition key of index by-city"},
		"another model's": {none(w.byEmail.In(other.Eq("x"))), "Email: invalid: the range is of a blind index that is not a part of the model"},
		"a wrong one":     {none(w.byEmail.In(broken.Eq("x"))), "0 is not a valid key id"},
		"a nil one":       {none(w.byEmail.In((*cipher.Blind[biPerson, string])(nil).Eq("x"))), "a zero Blind finds nothing"},
		"a zero one":      {none(w.byEmail.In((&cipher.Blind[biPerson, string]{}).Eq("x"))), "a zero Blind finds nothing"},
		"a filter":        {none(repo.All[biPerson]().Where(w.emails.Eq("x"))), "an encrypted value is found by an index only"},
		"a condition":     {w.people.Update(ctx, key, biHome.Set(biPlace{}), repo.If(w.emails.Eq("x"))), "an encrypted value is found by an index only"},
		"a tag":           {w.people.Update(ctx, key, biByEmail.Set(cipher.Tag("x"))), "ByEmail: invalid: is the tag of Email, which the repository keeps"},
		"a tag removed":   {w.people.Update(ctx, key, biByEmail.Remove()), "ByEmail: invalid: is the tag of Email"},
		"perhaps":         {w.people.Update(ctx, key, biEmail.SetIfAbsent("x")), "Email is found by a blind index; what it becomes must be known"},
		"several models": {func() error {
			for _, err := range repo.Union(ctx, w.byEmail.In(w.emails.Eq("x")), []repo.Member{w.people}) {
				return err
			}
			return nil
		}(), "an encrypted value is found in one model"},
	} {
		if !errors.Is(c.err, repo.ErrInvalid) || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: %v", name, c.err)
		}
	}
}

// Without the key of tags nothing is found and nothing is written; what has no tag is.
func TestBlindIndexWithoutItsKey(t *testing.T) {
	w, ctx := newBiWorld(t), t.Context()
	p := &biPerson{Tenant: "acme", ID: "1", Email: "ada"}
	key, err := w.people.Create(ctx, p)
	if err != nil {
		t.Fatal(err)
	}
	for name, why := range map[string]error{"out of reach": errors.New("no route"), "unknown": cipher.ErrUnknownKey, "disabled": cipher.ErrKeyDisabled, "destroyed": cipher.ErrKeyDestroyed} {
		w.source.lost = map[string]error{"": why}
		_, put := w.people.Put(ctx, &biPerson{Tenant: "acme", ID: "2", Email: "eve"})
		_, count := w.people.Count(ctx, w.byEmail.In(w.emails.Eq("ada")))
		_, page := w.people.Page(ctx, w.byEmail.In(w.emails.Eq("ada")))
		var query error
		for _, query = range w.people.Query(ctx, w.byEmail.In(w.emails.Eq("ada"))) {
		}
		for verb, err := range map[string]error{"Put": put, "Update": w.people.Update(ctx, key, biEmail.Set("eve")), "Count": count, "Page": page, "Query": query} {
			if !errors.Is(err, repo.ErrUnavailable) || !errors.Is(err, why) || strings.Contains(err.Error(), "ada") || strings.Contains(err.Error(), "eve") {
				t.Errorf("%s, %s: %v", name, verb, err)
			}
		}
		if err := w.people.Update(ctx, key, biEmail.Remove(), biNumber.Remove()); err != nil {
			t.Errorf("%s: removing needs no key: %v", name, err)
		}
		w.source.lost = nil
		if err := w.people.Update(ctx, key, biEmail.Set("ada")); err != nil {
			t.Fatal(err)
		}
	}
	if got := biFound(t, w.people, w.byEmail.In(w.emails.Eq("ada"))); len(got) != 1 {
		t.Errorf("found %q", got)
	}
}

// A tag that somebody has copied to another object finds nothing there; one that is of another
// scope neither. What cannot be opened is an error, as in any query.
func TestBlindIndexBesideAnAttacker(t *testing.T) {
	w, ctx := newBiWorld(t), t.Context()
	for _, p := range []*biPerson{
		{Tenant: "acme", ID: "1", Email: "ada", Home: biPlace{City: "Rome"}},
		{Tenant: "acme", ID: "2", Email: "eve", Home: biPlace{City: "Oslo"}},
		{Tenant: "globex", ID: "1", Home: biPlace{City: "Rome"}},
	} {
		if _, err := w.people.Create(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	set := func(tenant, id, name string, to types.AttributeValue) {
		t.Helper()
		_, err := w.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: new("People"), UpdateExpression: new("SET #a = :v"),
			Key:                      map[string]types.AttributeValue{"Tenant": &types.AttributeValueMemberS{Value: tenant}, "ID": &types.AttributeValueMemberS{Value: id}},
			ExpressionAttributeNames: map[string]string{"#a": name}, ExpressionAttributeValues: map[string]types.AttributeValue{":v": to}})
		if err != nil {
			t.Fatal(err)
		}
	}
	ada, rome := w.byEmail.In(w.emails.Eq("ada")), w.byCity.In(w.cities.Within("acme").Eq("Rome"))
	first, err := w.people.Get(ctx, biKey.Of("acme", "1"))
	if err != nil {
		t.Fatal(err)
	}
	set("acme", "2", "ByEmail", &types.AttributeValueMemberB{Value: first.ByEmail})
	set("acme", "2", "ByCity", &types.AttributeValueMemberB{Value: first.ByCity})
	if d := cmp.Diff([]string{"acme/1"}, biFound(t, w.people, ada)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"acme/1"}, biFound(t, w.people, rome)); d != "" {
		t.Error(d)
	}
	set("acme", "2", "Email", &types.AttributeValueMemberS{Value: "ada"})
	var found int
	var failed []error
	for p, err := range w.people.Query(ctx, ada) {
		if err != nil {
			failed = append(failed, err)
		} else if found++; p.ID != "1" {
			t.Errorf("found %s", p.ID)
		}
	}
	if found != 1 || len(failed) != 1 || !errors.Is(failed[0], cipher.ErrNotEncrypted) {
		t.Errorf("%d found, errors %v", found, failed)
	}
}

// A key is rotated by a second index that is written as well, while readers search the first.
func TestBlindIndexRotation(t *testing.T) {
	w, ctx := newBiWorld(t), t.Context()
	old := biNew(t, w.client, w.protects(t), w.emails, w.byEmail)
	if _, err := old.Create(ctx, &biPerson{Tenant: "acme", ID: "1", Email: "ada"}); err != nil {
		t.Fatal(err)
	}
	byNext := biIndex("by-bytes", biByBytes) // an index that is there
	next := cipher.BlindIndex(w.source, 9, biEmail, biByBytes, cipher.TagFoldCase())
	both := biNew(t, w.client, w.protects(t), w.emails, next, w.byEmail, byNext)
	if _, err := both.Create(ctx, &biPerson{Tenant: "acme", ID: "2", Email: "ADA"}); err != nil {
		t.Fatal(err)
	}
	first, second := w.byEmail.In(w.emails.Eq("ada")), byNext.In(next.Eq("ada"))
	if got := [2]int{len(biFound(t, both, first)), len(biFound(t, both, second))}; got != [2]int{2, 1} {
		t.Errorf("before the migration %v are found", got)
	}
	for i, changed := range []int64{1, 0} {
		done, err := both.Migrate(ctx)
		if err != nil || done.Changed != changed {
			t.Errorf("migration %d has changed %d objects: %v", i, done.Changed, err)
		}
	}
	if got := [2]int{len(biFound(t, both, first)), len(biFound(t, both, second))}; got != [2]int{2, 2} {
		t.Errorf("after the migration %v are found", got)
	}
	rest := biNew(t, w.client, w.protects(t), next, byNext)
	w.source.lost = nil
	if got := biFound(t, rest, second); len(got) != 2 {
		t.Errorf("found %q", got)
	}
}

// Whom a destroyed key has erased is found no more once the fields are removed, which needs no
// key: the tag goes, and what was unique is free.
func TestBlindIndexOfTheErased(t *testing.T) {
	w, ctx := newBiWorld(t), context.Background()
	unique := shard.Unique(shard.To("Emails"), biEmail).HashedBy(biSecret("unique", 1))
	people := biNew(t, w.client, w.protects(t), w.emails, w.byEmail, unique)
	if err := people.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := people.Create(ctx, &biPerson{Tenant: "ada", ID: "1", Email: "ada@example.org"}); err != nil {
		t.Fatal(err)
	}
	w.source.lost = map[string]error{"ada": cipher.ErrKeyDestroyed}
	for _, err := range people.Query(ctx, w.byEmail.In(w.emails.Eq("ada@example.org"))) {
		if !errors.Is(err, cipher.ErrKeyDestroyed) {
			t.Errorf("found by a tag that is still there: %v", err)
		}
	}
	if err := people.Update(ctx, biKey.Of("ada", "1"), biEmail.Remove()); err != nil {
		t.Fatal(err)
	}
	if got := biFound(t, people, w.byEmail.In(w.emails.Eq("ada@example.org"))); got != nil {
		t.Errorf("found %q", got)
	}
	for table, want := range map[string]int{"People": 1, "Emails": 0} {
		out, err := w.client.Scan(ctx, &dynamodb.ScanInput{TableName: &table})
		if err != nil || len(out.Items) != want {
			t.Errorf("%s has %d items: %v", table, len(out.Items), err)
		}
		for _, it := range out.Items {
			if it["ByEmail"] != nil || it["Email"] != nil {
				t.Errorf("%s holds %v", table, it)
			}
		}
	}
	if _, err := people.Create(ctx, &biPerson{Tenant: "eve", ID: "1", Email: "ada@example.org"}); err != nil {
		t.Errorf("the address is not free: %v", err)
	}
}
