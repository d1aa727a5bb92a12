package grants_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// ward is an object of all models of these tests.
type (
	ward struct {
		ID    string      `dynamodbav:"id"`
		Room  string      `dynamodbav:"room"`
		Name  string      `dynamodbav:"name"`
		N     int         `dynamodbav:"n"`
		Until time.Time   `dynamodbav:"until,unixtime,omitempty"`
		At    time.Time   `dynamodbav:"at,omitempty"`
		Home  wardPlace   `dynamodbav:"home"`
		Opt   *wardPlace  `dynamodbav:"opt"`
		Past  []wardPlace `dynamodbav:"past"`
		Meta  meta.Record `dynamodbav:"-"`
	}
	former struct { // before it had At
		ID    string      `dynamodbav:"id"`
		Room  string      `dynamodbav:"room"`
		Name  string      `dynamodbav:"name"`
		N     int         `dynamodbav:"n"`
		Until time.Time   `dynamodbav:"until,unixtime,omitempty"`
		Home  wardPlace   `dynamodbav:"home"`
		Opt   *wardPlace  `dynamodbav:"opt"`
		Past  []wardPlace `dynamodbav:"past"`
	}
	wardPlace struct {
		City string   `dynamodbav:"city"`
		No   int      `dynamodbav:"no"`
		Text string   `dynamodbav:"text,omitempty"`
		More string   `dynamodbav:"more,omitempty"`
		Tags []string `dynamodbav:"tags"`
	}
)

var (
	wardKey   = repo.CompositeKeyOf(func(w *ward) *string { return &w.ID }, func(w *ward) *string { return &w.Room })
	wardID    = repo.KeyOf(func(w *ward) *string { return &w.ID })
	wardName  = lens.Of(func(w *ward) *string { return &w.Name })
	wardOwnID = lens.Of(func(w *ward) *string { return &w.ID })
	wardHome  = lens.Of(func(w *ward) *wardPlace { return &w.Home })
	placeCity = lens.Of(func(p *wardPlace) *string { return &p.City })
	wardN     = lens.Of(func(w *ward) *int { return &w.N })
	wardUntil = lens.Of(func(w *ward) *time.Time { return &w.Until })
	wardCity  = lens.Of(func(w *ward) *string { return &w.Home.City })
	wardText  = lens.Of(func(w *ward) *string { return &w.Home.Text })
	wardMore  = lens.Of(func(w *ward) *string { return &w.Home.More })
	wardNo    = lens.Of(func(w *ward) *int { return &w.Home.No })
	wardOpt   = lens.Of(func(w *ward) **wardPlace { return &w.Opt })
	wardOptNo = lens.Of(func(w *ward) *int { return &w.Opt.No })
	wardPast  = lens.Of(func(w *ward) *[]wardPlace { return &w.Past })
	wardBy    = repo.SimpleIndexOf("by-name", func(w *ward) *string { return &w.Name }, repo.KeysOnly())
	wardByN   = repo.SimpleIndexOf("by-n", func(w *ward) *int { return &w.N })
)

// kind is a model of these tests: of one type and one key attribute, so that all verbs
// can be tried with it.
type kind struct {
	name    string
	declare func(parts ...repo.Part[ward]) repo.Model[ward]
	placed  func(homes, past, cities shard.Placement, parts ...repo.Part[ward]) repo.Model[ward]
	opts    []repo.Option
	sorted  bool // there is a sort key
	divided bool // there are parts and claims
	keeps   bool // objects expire, and are kept when they are deleted
	plain   bool
	today   []repo.Part[ward] // the version of the model; none: it has no earlier one
}

// way is how the objects of a test are stored, and written.
type way struct {
	earlier bool // they are of an earlier version of the model
	staged  bool // all writes are staged
}

func (w way) String() string {
	var text string
	if w.earlier {
		text += ", of earlier objects,"
	}
	if w.staged {
		text += ", staged,"
	}
	return text
}

// ways are those in which verbs are tried with a model.
func (k *kind) ways() []way {
	all := []way{{}}
	if len(k.today) > 0 {
		all = append(all, way{earlier: true})
	}
	if k.divided {
		all = append(all, way{earlier: len(k.today) > 0, staged: true})
	}
	return all
}

// changing is the number of objects of which an upgrade changes much.
const changing = 99

var life = []repo.Part[ward]{repo.ExpiresAt(func(w *ward) *time.Time { return &w.Until }), repo.SoftDelete[ward]()}

var kinds = []*kind{
	{name: "divided", declare: wards, placed: declared, sorted: true, divided: true},
	{name: "kept", declare: func(parts ...repo.Part[ward]) repo.Model[ward] { return wards(append(parts, life...)...) }, placed: declared, sorted: true, divided: true, keeps: true},
	{name: "upgraded", declare: wards, placed: declared, sorted: true, divided: true, today: []repo.Part[ward]{repo.Schema[ward](2, repo.Upgrade(1, func(old *former) (*ward, error) {
		w := &ward{ID: old.ID, Room: old.Room, Name: old.Name, N: old.N, Until: old.Until, Home: old.Home, Opt: old.Opt, Past: old.Past}
		if old.N == changing {
			w.Name, w.Home.City, w.Until = "upgraded "+w.Name, "upgraded "+w.Home.City, future.Add(time.Hour)
		}
		return w, nil
	}))}},
	{name: "whole", declare: func(parts ...repo.Part[ward]) repo.Model[ward] {
		return repo.TableOf("Wards", wardID, append(parts, keep, wardByN)...)
	}},
	{name: "plain", opts: []repo.Option{repo.Plain()}, plain: true, declare: func(parts ...repo.Part[ward]) repo.Model[ward] {
		return repo.TableOf("Wards", wardID, append(parts, wardBy)...)
	}},
}

var keep = meta.Keep(func(w *ward) *meta.Record { return &w.Meta })

var opts = shard.Optional(shard.To("Opts", shard.KeyName("k")), func(w *ward) **wardPlace { return &w.Opt })

var newHomes, newPast = shard.To("Homes", shard.MovedFrom("OldHomes")), shard.To("Past", shard.MovedFrom("OldPast"))

func wards(parts ...repo.Part[ward]) repo.Model[ward] {
	return declared(newHomes, newPast, shard.To("Cities", shard.MovedFrom("OldCities")), parts...)
}

func declared(homes, past, cities shard.Placement, parts ...repo.Part[ward]) repo.Model[ward] {
	return repo.TableOf("Wards", wardKey, append(parts, keep, wardBy, wardByN,
		shard.New(homes, func(w *ward) *wardPlace { return &w.Home }),
		opts,
		shard.Each(past, func(w *ward) *[]wardPlace { return &w.Past }),
		shard.Unique(shard.To("Names"), wardName), shard.Unique(cities, wardCity))...)
}

// world is a repository whose requests are judged, and others of the same tables whose
// requests are not.
type world struct {
	*kind
	way
	opts    []repo.Option
	t       *testing.T
	g       *guard
	raw     *dynamodb.Client
	client  *dynamodb.Client // is judged
	r       *repo.Repo[ward]
	others  *repo.Repo[ward]
	mortals *repo.Repo[ward]                      // their objects expire and are kept
	elders  *repo.Repo[ward]                      // they put things into other tables
	former  map[*repo.Repo[ward]]*repo.Repo[ward] // what creates objects of an earlier version in place of these; nil: they do themselves
}

// unjudged is a table of another model.
const unjudged = "Logs"

var partitionKeys = map[string]string{unjudged: "id", "Wards": "id", "Homes": "_id", "OldHomes": "_id", "Opts": "k", "Past": "_id", "OldPast": "_id", "Names": "_id", "Cities": "_id", "OldCities": "_id"}

// newWorld has the tables, and objects a to d.
func newWorld(t *testing.T, k *kind, way way) *world {
	w := emptyWorld(t, k)
	w.way = way
	if way.staged {
		w.opts = append(slices.Clone(k.opts), repo.Staged())
	}
	if way.earlier {
		w.former = map[*repo.Repo[ward]]*repo.Repo[ward]{}
	}
	w.raw = embeddedClient(t)
	w.open()
	for _, r := range []*repo.Repo[ward]{w.mortals, w.others, w.elders} {
		kit.Must(t, r.CreateTables(t.Context()))
	}
	for _, id := range []string{"a", "b", "c", "d"} {
		w.create(w.others, aWard(id))
	}
	return w
}

func embeddedClient(t *testing.T) *dynamodb.Client {
	t.Helper()
	return embedded.New().Client()
}

func emptyWorld(t *testing.T, k *kind) *world {
	return &world{kind: k, opts: k.opts, t: t, g: &guard{t: t, keys: partitionKeys}}
}

// open makes the repositories.
func (w *world) open() {
	open := func(client *dynamodb.Client, declare func(parts ...repo.Part[ward]) repo.Model[ward], parts ...repo.Part[ward]) *repo.Repo[ward] {
		r, err := repo.New(client, declare(append(slices.Clone(w.today), parts...)...), w.opts...)
		kit.Must(w.t, err)
		if w.former != nil {
			w.former[r], err = repo.New(client, declare(parts...), w.opts...)
			kit.Must(w.t, err)
		}
		return r
	}
	w.client = dynamodb.New(w.raw.Options(), w.g.install)
	w.r = open(w.client, w.declare)
	w.others = open(w.raw, w.declare)
	w.mortals, w.elders = w.others, w.others
	switch {
	case w.plain:
		w.mortals = open(w.raw, w.declare, life[0])
	case !w.keeps:
		w.mortals = open(w.raw, w.declare, life...)
	}
	if w.divided {
		w.elders = open(w.raw, func(parts ...repo.Part[ward]) repo.Model[ward] {
			return w.placed(shard.To("OldHomes"), shard.To("OldPast"), shard.To("OldCities"), parts...)
		})
	}
}

func (w *world) create(r *repo.Repo[ward], v *ward) {
	w.t.Helper()
	if earlier := w.former[r]; earlier != nil {
		r = earlier
	}
	_, err := r.Create(context.Background(), v)
	kit.Must(w.t, err)
}

func aWard(id string) *ward {
	return &ward{ID: id, Room: "1", Name: "name " + id, N: 1, Home: wardPlace{City: "city " + id}, Opt: &wardPlace{City: "o"}, Past: []wardPlace{{City: "p"}}}
}

// bigWard is an object that no transaction writes: two parts are in pieces.
func bigWard(id string) *ward {
	v := aWard(id)
	v.Home.Text, v.Home.More = strings.Repeat("x", 250_000), strings.Repeat("y", 250_000)
	v.Opt.Text, v.Opt.More = v.Home.Text, v.Home.More
	v.Past = make([]wardPlace, 30)
	return v
}

// oneBig is bigWard of which one part is in pieces: the home, or the other.
func oneBig(home bool) *ward {
	v := bigWard("a")
	if home {
		v.Opt = nil
	} else {
		v.Home = wardPlace{City: v.Home.City}
	}
	return v
}

// pagedWard is an object whose manifest is on pages.
func pagedWard(id string) *ward {
	v := aWard(id)
	v.Past = make([]wardPlace, 300)
	return v
}

// store stores a value instead of what is stored, if it may have parts.
func (w *world) store(r *repo.Repo[ward], v *ward) {
	if w.divided {
		kit.Must(w.t, w.others.Delete(context.Background(), w.key(v.ID), repo.Permanently()))
		w.create(r, v)
	}
}

// paged stores a value with a manifest on n pages. Where a page ends is by chance.
func (w *world) paged(r *repo.Repo[ward], n int) {
	for w.divided {
		w.store(r, pagedWard("a"))
		pages, err := stored.PagesIn(w.root("a")["_meta"])
		kit.Must(w.t, err)
		if len(pages.List) == n {
			return
		}
	}
}

// root is a root item as it is stored.
func (w *world) root(id string) map[string]types.AttributeValue {
	found, err := w.raw.GetItem(context.Background(), &dynamodb.GetItemInput{TableName: new("Wards"), Key: w.rootKey(id)})
	kit.Must(w.t, err)
	return found.Item
}

func (w *world) rootKey(id string) map[string]types.AttributeValue {
	if w.sorted {
		return map[string]types.AttributeValue{"id": kit.Str(id), "room": kit.Str("1")}
	}
	return map[string]types.AttributeValue{"id": kit.Str(id)}
}

func (w *world) key(id string) repo.Key[ward] {
	if w.sorted {
		return wardKey.Of(id, "1")
	}
	return wardID.Of(id)
}

func (w *world) get(id string) *ward {
	w.t.Helper()
	v, err := w.others.Get(context.Background(), w.key(id))
	kit.Must(w.t, err)
	return v
}

// bare stores an item without a record.
func (w *world) bare(id string) { w.named(id, "name "+id) }

func (w *world) named(id, name string) {
	_, err := w.raw.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: new("Wards"), Item: map[string]types.AttributeValue{
		"id": kit.Str(id), "room": kit.Str("1"), "name": kit.Str(name), "home": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"city": kit.Str("x" + id)}}}})
	kit.Must(w.t, err)
}

// fine fails the test if there was an error that is not that of a request which was denied.
func (w *world) fine(err error) {
	w.t.Helper()
	if err != nil && len(w.g.denied) == 0 {
		w.t.Error(err)
	}
}

// is fails the test unless the error is want.
func (w *world) is(err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) && len(w.g.denied) == 0 {
		w.t.Errorf("%v, want %v", err, want)
	}
}

// restless lets others change the parts of all objects before and during each read of
// several items, after the parts and before the roots are read. So only a transaction
// reads them whole.
func (w *world) restless(run func() error) error {
	return w.changing(func() {
		for _, id := range []string{"a", "b", "c", "d"} {
			w.stir(id)
		}
	}, run)
}

func (w *world) stir(id string) {
	kit.Must(w.t, w.others.Update(context.Background(), w.key(id), lens.Add(wardNo, 1), wardOpt.Set(&wardPlace{}), wardPast.Set([]wardPlace{{}, {}})))
}

func (w *world) changing(change func(), run func() error) error {
	if !w.divided {
		return run()
	}
	w.g.change = change
	w.g.torn = func(out *dynamodb.BatchGetItemOutput) {
		ctx := context.Background()
		change()
		for i, root := range out.Responses["Wards"] {
			now, err := w.raw.GetItem(ctx, &dynamodb.GetItemInput{TableName: new("Wards"), Key: map[string]types.AttributeValue{"id": root["id"], "room": root["room"]}})
			kit.Must(w.t, err)
			out.Responses["Wards"][i] = now.Item
		}
	}
	defer func() { w.g.torn, w.g.change = nil, nil }()
	return run()
}

// unanswered lets the next write go unanswered, without effect, after which others do
// something.
func (w *world) unanswered(others func(), run func() error) error {
	w.g.never, w.g.after = true, others
	defer func() { w.g.never = false }()
	return run()
}

// newer makes the root of an object one of a later release.
func (w *world) newer(id string) func() {
	return func() {
		_, err := w.raw.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: new("Wards"), Item: map[string]types.AttributeValue{
			"id": kit.Str(id), "room": kit.Str("1"), "_meta": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"f": &types.AttributeValueMemberN{Value: "9"}}}}})
		kit.Must(w.t, err)
	}
}

// gone deletes object a for good.
func (w *world) gone() {
	opts := []repo.CallOption{}
	if !w.plain {
		opts = append(opts, repo.Permanently())
	}
	kit.Must(w.t, w.others.Delete(context.Background(), w.key("a"), opts...))
}

func second[V any](_ V, err error) error { return err }
