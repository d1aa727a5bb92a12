package schematest_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/schematest"
)

type member struct {
	Club  string     `dynamodbav:"club"`
	ID    string     `dynamodbav:"id"`
	Email string     `dynamodbav:"email"`
	Phone string     `dynamodbav:"phone"`
	Tag   cipher.Tag `dynamodbav:"tag"`
	Next  cipher.Tag `dynamodbav:"next"`
}

// Objects are found by tags that were made alike: whatever they depend on is judged, and means
// what the verdict says.
func TestBlindIndexes(t *testing.T) {
	var entries []cipher.KeysetEntry
	for id := range cipher.KeyID(2) {
		key, err := cipher.NewKey(id+1, bytes.Repeat([]byte{byte(id + 1)}, 32))
		must(t, err)
		if id == 0 {
			entries = append(entries, cipher.Primary(key))
		} else {
			entries = append(entries, cipher.Enabled(key))
		}
	}
	ring, err := cipher.NewKeyset(entries...)
	must(t, err)
	aes, err := cipher.New(ring)
	must(t, err)
	email, phone := lens.Of(func(m *member) *string { return &m.Email }), lens.Of(func(m *member) *string { return &m.Phone })
	tag, next := lens.Of(func(m *member) *cipher.Tag { return &m.Tag }), lens.Of(func(m *member) *cipher.Tag { return &m.Next })
	key := repo.CompositeKeyOf(func(m *member) *string { return &m.Club }, func(m *member) *string { return &m.ID })
	club := lens.Of(func(m *member) *string { return &m.Club })
	byTag := repo.MultiKeyIndexOf("by-tag", repo.PartitionBy(tag), repo.SortBy[member]())
	c := embedded.New().Client()
	model := func(parts ...repo.Part[member]) *repo.Repo[member] {
		return open(t, c, repo.TableOf("Members", key, append(parts, cipher.Protect(aes, email, phone), byTag)...))
	}
	blind := func(id cipher.KeyID, of lens.Lens[member, string], opts ...cipher.BlindOption) *cipher.Blind[member, string] {
		return cipher.BlindIndex[member](ring, id, of, tag, opts...)
	}
	was := blind(1, email)
	old := model(was)
	judged(t, old, model(blind(1, email)))
	must(t, old.CreateTables(t.Context()))
	_, err = old.Create(t.Context(), &member{Club: "a", ID: "1", Email: "ada", Phone: "ada"})
	must(t, err)
	found := func(r *repo.Repo[member], by *cipher.Blind[member, string]) (n int) {
		for _, err := range r.Query(t.Context(), byTag.In(by.Eq("ada"))) {
			must(t, err)
			n++
		}
		return n
	}
	if n := found(old, was); n != 1 {
		t.Errorf("found %d", n)
	}
	for want, is := range map[string]*cipher.Blind[member, string]{
		"was 128 bits of email under key 1, is 128 bits of email under key 2": blind(2, email), "is 128 bits of phone under key 1": blind(1, phone), "is 96 bits of email under key 1": blind(1, email, cipher.TagBits(96)),
		"is 128 bits of email under key 1, without regard to case": blind(1, email, cipher.TagFoldCase()), "is 128 bits of email under key 1 of each club": blind(1, email, cipher.TagScope(club)),
	} {
		changed := model(is)
		judged(t, old, changed, schematest.BreaksStoredData)
		changes := schematest.Compare(old.Layout(), changed.Layout())
		if len(changes) != 1 || !strings.Contains(changes[0].String(), want) || changes[0].Path != "tag" {
			t.Errorf("%s: %v", want, changes)
		}
		if strings.Contains(want, "each club") {
			is = is.Within("a")
		}
		if n := found(changed, is); n != 0 {
			t.Errorf("%s: found %d", want, n)
		}
	}
	second := model(was, cipher.BlindIndex[member](ring, 2, email, next))
	judged(t, old, second, schematest.BreaksOldReaders, schematest.NeedsUpgrade)
	judged(t, second, old, schematest.BreaksOldReaders)
	// The program without it leaves the tag of the value before.
	without := model()
	judged(t, old, without, schematest.BreaksOldReaders)
	must(t, without.Update(t.Context(), key.Of("a", "1"), email.Set("eve")))
	if n := found(old, was); n != 0 { // its tag leads to it, and its value is another
		t.Errorf("found %d", n)
	}
}
