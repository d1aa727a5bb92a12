package regions

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

const (
	ireland = "eu-west-1"
	tokyo   = "ap-northeast-1"
)

type leaf = trees.Leaf

// person has parts in the region of the root, and in another one.
type person struct {
	ID    string      `dynamodbav:"id"`
	Name  string      `dynamodbav:"name"`
	Until time.Time   `dynamodbav:"until,unixtime,omitempty"`
	Note  leaf        `dynamodbav:"note"`
	Photo *leaf       `dynamodbav:"photo"`
	Past  []leaf      `dynamodbav:"past"`
	Meta  meta.Record `dynamodbav:"-"`
}

var (
	pID    = repo.KeyOf(func(p *person) *string { return &p.ID })
	pName  = lens.Of(func(p *person) *string { return &p.Name })
	pNote  = lens.Of(func(p *person) *string { return &p.Note.Text })
	pPhoto = lens.Of(func(p *person) **leaf { return &p.Photo })
	pPast  = lens.Of(func(p *person) *[]leaf { return &p.Past })
	text   = lens.Of(func(l *leaf) *string { return &l.Text })
	pFirst = lens.Join(lens.At(pPast, 0), text)
	pShot  = lens.Of(func(p *person) *string { return &p.Photo.Text })

	note  = shard.New(shard.To("Notes"), func(p *person) *leaf { return &p.Note })
	photo = shard.Optional(shard.To("Photos", shard.Region(ireland)), func(p *person) **leaf { return &p.Photo })
	past  = shard.Each(shard.To("Past", shard.Region(ireland)), func(p *person) *[]leaf { return &p.Past })
)

// people declares a person, with more parts.
func people(more ...repo.Part[person]) repo.Model[person] {
	return peopleIn(photo, past, more...)
}

func peopleIn(photo, past repo.Part[person], more ...repo.Part[person]) repo.Model[person] {
	return repo.TableOf("People", pID, append(more, note, photo, past, meta.Keep(func(p *person) *meta.Record { return &p.Meta }))...)
}

func newPerson(id string) *person {
	return &person{ID: id, Name: "Ada", Note: leaf{Text: "note"}, Photo: &leaf{Text: "photo"}, Past: []leaf{{Text: "one"}, {Text: "two"}}}
}

// region is an engine that stands for a region, and what is sent there.
type region struct {
	client, raw *dynamodb.Client
	net         *fault.Transport
}

// world is a root's region and another one. At the end, a manifest must account for every
// item in both.
type world struct {
	near, far region
	tampered  bool // the check leaves items that no manifest names
}

func newWorld(t *testing.T, newEngine func(*testing.T) kit.Engine) *world {
	w := &world{}
	for _, r := range []*region{&w.near, &w.far} {
		r.raw = newEngine(t).Client
		r.client, r.net = fault.Wrap(r.raw)
	}
	return w
}

// others are the clients of other regions.
func (w *world) others() repo.Option {
	return repo.WithRegions(map[string]repo.Client{ireland: w.far.client})
}

// open makes a repository and its tables.
func open[T any](t *testing.T, w *world, m repo.Model[T], opts ...repo.Option) *repo.Repo[T] {
	t.Helper()
	r, err := repo.New(w.near.client, m, append([]repo.Option{w.others()}, opts...)...)
	kit.Must(t, err)
	kit.Must(t, r.CreateTables(t.Context()))
	w.reset()
	return r
}

// reset forgets what was sent, and ends an outage.
func (w *world) reset() {
	w.near.net.Reset()
	w.far.net.Reset()
}

// outage lets every request to the other region fail.
func (w *world) outage(f fault.Fault) {
	w.near.net.Reset()
	w.far.net.Reset(fault.Inject(f))
}

// sent fails t unless these requests were sent since the last call: first those to the
// root's region, in the order of their beginning, then those to the other one.
func (w *world) sent(t *testing.T, what, near, far string) {
	t.Helper()
	ops := func(r region) string {
		all := r.net.Operations()
		r.net.Reset()
		return strings.Join(all, " ")
	}
	kit.Equal(t, "requests of "+what, []string{ops(w.near), ops(w.far)}, []string{near, far})
}

// dump is what is stored, in the root's region and in the other one.
func (w *world) dump(t *testing.T) *kit.Dump {
	t.Helper()
	d, err := kit.DumpTables(t.Context(), w.near.raw, "")
	kit.Must(t, err)
	far, err := kit.DumpTables(t.Context(), w.far.raw, "")
	kit.Must(t, err)
	for _, table := range far.Tables {
		table.Name = ireland + "/" + table.Name
		d.Tables = append(d.Tables, table)
	}
	slices.SortFunc(d.Tables, func(a, b kit.DumpTable) int { return cmp.Compare(a.Name, b.Name) })
	return d
}

// counted fails t unless each table holds that many items. Empty tables are left out.
func (w *world) counted(t *testing.T, what string, want map[string]int) {
	t.Helper()
	kit.Equal(t, "items "+what, w.dump(t).Count(), want)
}

// unreachable fails t unless err says that the other region could not be reached for these
// paths.
func unreachable(t *testing.T, what string, err error, paths ...string) {
	t.Helper()
	var lost *repo.RegionError
	var in *repo.Error
	switch {
	case !errors.As(err, &lost) || !errors.As(err, &in):
		t.Errorf("%s: %v, which is no RegionError in an Error", what, err)
	case lost.Region != ireland || !slices.Equal(lost.Paths, paths):
		t.Errorf("%s: region %q, paths %q; want %q", what, lost.Region, lost.Paths, paths)
	case !strings.Contains(err.Error(), "region "+ireland):
		t.Errorf("%s: %q does not name the region", what, err)
	}
}

func second[A any](_ A, err error) error { return err }

// texts are those of leaves.
func texts(all []leaf) string {
	var out []string
	for _, l := range all {
		out = append(out, l.Text)
	}
	return fmt.Sprint(out)
}
