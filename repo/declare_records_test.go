package repo_test

import (
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// Types with a meta.Record in each place where a field can be.
type (
	rcBase struct{ Rev meta.Record }
	rcBare struct {
		Rev meta.Record `dynamodbav:"-"`
	}
	rcTwo struct {
		ID   string
		Meta meta.Record  `dynamodbav:"-"`
		Data *meta.Record `dynamodbav:"-,omitempty"`
	}
	rcEmbeds struct {
		ID string
		rcBare
	}
	rcIs struct {
		ID string
		meta.Record
	}
	rcLoop   *rcLoop
	rcHidden struct {
		ID  string
		rec meta.Record
		own rcLoop
	}
	rcLine struct {
		SKU string
		Rev *meta.Record
	}
	rcDeep struct {
		ID    string
		Meta  meta.Record `dynamodbav:"-"`
		Old   meta.Record
		Lines []rcLine
		Map   map[string][]rcBase
		Again *rcDeep
		All   []meta.Record
		In    struct{ rcBase }
		Is    struct{ meta.Record }
	}
	rcOrder struct {
		ID       string
		Meta     meta.Record `dynamodbav:"-"`
		Seen     meta.Record `dynamodbav:"-"`
		Customer rcBare
		Carried  rcDeep `dynamodbav:"-"`
	}
	rcNote struct {
		ID       string
		Customer rcBare
		Lines    []rcBare
	}
)

const (
	unkept     = "nothing keeps this meta.Record, so that every Put would replace whatever is stored; name it with meta.Keep"
	unstorable = `a meta.Record is no attribute: an object has one, which meta.Keep names; tag it dynamodbav:"-", or store its Version and WriteID`
)

// TestRefusedRecords: a meta.Record that was meant for meta.Keep and is not
// kept, or that would be stored, wherever it stands.
func TestRefusedRecords(t *testing.T) {
	refused(t, []declaration{
		wrong("forgotten", repo.TableOf("Root", repo.KeyOf(func(r *rcTwo) *string { return &r.ID })),
			"repo.TableOf(repo_test.rcTwo, Meta): "+unkept+"\nrepo.TableOf(repo_test.rcTwo, Data): "+unkept),
		wrong("stored, Plain", repo.TableOf("Root", repo.KeyOf(func(r *wRecord) *string { return &r.ID })), "repo.TableOf(repo_test.wRecord, Meta): "+unstorable, repo.Plain()),
		wrong("forgotten in what is embedded", repo.TableOf("Root", repo.KeyOf(func(r *rcEmbeds) *string { return &r.ID })),
			"repo.TableOf(repo_test.rcEmbeds, rcBare.Rev): "+unkept),
		wrong("embedded itself", repo.TableOf("Root", repo.KeyOf(func(r *rcIs) *string { return &r.ID })),
			`repo.TableOf(repo_test.rcIs, Record): a meta.Record is no attribute of the object; tag it dynamodbav:"-" and name it with meta.Keep`),
		wrong("unexported", repo.TableOf("Root", repo.KeyOf(func(r *rcHidden) *string { r.rec, r.own = meta.Record{}, nil; return &r.ID })),
			"repo.TableOf(repo_test.rcHidden, rec): "+unkept),
		wrong("stored beside the one that is kept, and deeper", repo.TableOf("Root", repo.KeyOf(func(r *rcDeep) *string { return &r.ID }),
			meta.Keep(func(r *rcDeep) *meta.Record { return &r.Meta })),
			"repo.TableOf(repo_test.rcDeep, Old): "+unstorable+"\nrepo.TableOf(repo_test.rcDeep, Lines[].Rev): "+unstorable+
				"\nrepo.TableOf(repo_test.rcDeep, Map[][].Rev): "+unstorable+"\nrepo.TableOf(repo_test.rcDeep, All[]): "+unstorable+
				"\nrepo.TableOf(repo_test.rcDeep, In.rcBase.Rev): "+unstorable+"\nrepo.TableOf(repo_test.rcDeep, Is.Record): "+unstorable),
	})
}

// TestRecordsOfOthers: a record that is kept may have others beside it, as long
// as they are not stored, and so may what is of another model. With Plain it is
// said that there is none.
func TestRecordsOfOthers(t *testing.T) {
	client := embedded.New().Client()
	_, err := repo.New(client, repo.TableOf("Root", repo.KeyOf(func(r *rcOrder) *string { return &r.ID }), meta.Keep(func(r *rcOrder) *meta.Record { return &r.Meta })))
	if err != nil {
		t.Error(err)
	}
	_, err = repo.New(client, repo.TableOf("Root", repo.KeyOf(func(r *rcNote) *string { return &r.ID })))
	if err != nil {
		t.Error(err)
	}
	_, err = repo.New(client, repo.TableOf("Root", repo.KeyOf(func(r *rcTwo) *string { return &r.ID })), repo.Plain())
	if err != nil {
		t.Error(err)
	}
}
