package regions

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// tableChecks are about whole tables, and about what describes a model.
var tableChecks = []check{
	{"are created and compared in their regions", func(t *testing.T, w *world) {
		expires := repo.ExpiresAt(func(p *person) *time.Time { return &p.Until })
		ctx, r := t.Context(), open(t, w, people(expires), repo.TablePrefix("dev-"))
		var names, near, far []string
		for _, in := range r.Tables() {
			names = append(names, *in.TableName)
		}
		for _, in := range r.TimeToLive() {
			near = append(near, *in.TableName)
		}
		all := []string{"dev-Notes", "dev-People", ireland + "/dev-Past", ireland + "/dev-Photos"}
		kit.Equal(t, "tables", [][]string{names, near}, [][]string{all, all})
		out, err := w.near.raw.ListTables(ctx, &dynamodb.ListTablesInput{})
		kit.Must(t, err)
		near = out.TableNames
		out, err = w.far.raw.ListTables(ctx, &dynamodb.ListTablesInput{})
		kit.Must(t, err)
		far = out.TableNames
		kit.Equal(t, "created", [][]string{near, far}, [][]string{{"dev-Notes", "dev-People"}, {"dev-Past", "dev-Photos"}})
		kit.Must(t, r.CreateTables(ctx))
		kit.Must(t, r.Verify(ctx))

		_, err = w.far.raw.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: new("dev-Past")})
		kit.Must(t, err)
		var found *repo.VerifyError
		if err := r.Verify(ctx); !errors.As(err, &found) || len(found.Findings) != 1 || found.Findings[0].Table != ireland+"/dev-Past" {
			t.Errorf("Verify: %v", err)
		}
		w.outage(fault.SendError())
		unreachable(t, "Verify", r.Verify(within(t)))
		unreachable(t, "CreateTables", r.CreateTables(within(t)))
		w.reset()
	}},
	{"are swept, migrated and counted", func(t *testing.T, w *world) {
		ctx, r := t.Context(), open(t, w, people())
		key, err := r.Create(ctx, newPerson("a"))
		kit.Must(t, err)
		w.far.net.Reset(fault.Inject(fault.Crash(), fault.From(2))) // the copies are there, and what they replace
		kit.Must(t, r.Update(ctx, key, pFirst.Set("1")))
		w.reset()
		done, err := r.Sweep(ctx)
		kit.Must(t, err)
		kit.Equal(t, "swept", []int64{done.Changed, done.Failed}, []int64{1, 0})
		found, err := r.KeysInUse(ctx)
		kit.Must(t, err)
		kit.Equal(t, "items", found.Items, int64(5))

		back := open(t, w, peopleIn(shard.Optional(shard.To("Photos", shard.MovedFrom(ireland+"/Photos")), func(p *person) **leaf { return &p.Photo }), past))
		done, err = back.Migrate(ctx)
		kit.Must(t, err)
		kit.Equal(t, "migrated", []int64{done.Changed, done.Failed}, []int64{1, 0})
		w.counted(t, "of one person", map[string]int{"People": 1, "Notes": 1, "Photos": 1, ireland + "/Past": 2})
		w.outage(fault.SendError())
		for name, err := range map[string]error{"Sweep": second(r.Sweep(ctx)), "KeysInUse": second(r.KeysInUse(ctx)), "Migrate": second(back.Migrate(ctx))} {
			if lost := (*repo.RegionError)(nil); !errors.As(err, &lost) || lost.Region != ireland {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.reset()
	}},
	{"are where an object moves to", func(t *testing.T, w *world) {
		ctx := t.Context()
		home := open(t, w, peopleIn(shard.Optional(shard.To("Photos"), func(p *person) **leaf { return &p.Photo }), shard.Each(shard.To("Past"), func(p *person) *[]leaf { return &p.Past })))
		p := newPerson("a")
		key, err := home.Create(ctx, p)
		kit.Must(t, err)
		away := open(t, w, peopleIn(
			shard.Optional(shard.To("Photos", shard.Region(ireland), shard.MovedFrom("Photos")), func(p *person) **leaf { return &p.Photo }),
			shard.Each(shard.To("Past", shard.MovedFrom("Past"), shard.Region(ireland)), func(p *person) *[]leaf { return &p.Past })))
		got := kit.Has(t, away, key, "before it moves", *p)
		kit.Must(t, second(away.Put(ctx, got)))
		w.counted(t, "away", map[string]int{"People": 1, "Notes": 1, ireland + "/Photos": 1, ireland + "/Past": 2})
		_, err = home.Get(ctx, key)
		kit.WantErr(t, "a program that does not know the region", err, repo.ErrCorrupt, ireland+"/P")
		got, err = away.Get(ctx, key)
		kit.Must(t, err)
		again := open(t, w, peopleIn(
			shard.Optional(shard.To("Photos", shard.MovedFrom(ireland+"/Photos")), func(p *person) **leaf { return &p.Photo }),
			shard.Each(shard.To("Past"), func(p *person) *[]leaf { return &p.Past })), repo.AllowTables(ireland+"/Past"))
		kit.Has(t, again, key, "before it moves back", *got)
		kit.Must(t, again.Modify(ctx, key, func(p *person) error { p.Name = "Eve"; return nil }))
		w.counted(t, "home", map[string]int{"People": 1, "Notes": 1, "Photos": 1, "Past": 2})
	}},
	{"are in documents", func(t *testing.T, w *world) {
		ctx, r := t.Context(), open(t, w, people())
		p := newPerson("a")
		key, err := r.Create(ctx, p)
		kit.Must(t, err)
		var doc bytes.Buffer
		kit.Must(t, r.Export(ctx, &doc, key))
		kit.Must(t, r.Delete(ctx, key))
		w.counted(t, "left", map[string]int{})
		kit.Must(t, second(r.Import(ctx, bytes.NewReader(doc.Bytes()))))
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "imported", []string{got.Name, got.Note.Text, got.Photo.Text, texts(got.Past)}, []string{"Ada", "note", "photo", "[one two]"})
		kit.Must(t, second(r.Import(ctx, bytes.NewReader(doc.Bytes()), repo.Overwrite())))
		w.counted(t, "of one person", map[string]int{"People": 1, "Notes": 1, ireland + "/Photos": 1, ireland + "/Past": 2})
	}},
	{"are read without the model", func(t *testing.T, w *world) {
		ctx, r := t.Context(), open(t, w, people())
		kit.Must(t, second(r.Create(ctx, newPerson("a"))))
		allowed := repo.AllowTables("Notes", ireland+"/Photos", ireland+"/Past")
		s, err := repo.Open(w.near.client, "People", "id", w.others(), allowed)
		kit.Must(t, err)
		doc, err := s.Get(ctx, "a")
		kit.Must(t, err)
		kit.Equal(t, "read", doc["photo"].(map[string]any)["text"], any("photo"))
		w.outage(fault.SendError())
		unreachable(t, "Get", second(s.Get(within(t), "a")), "past", "photo")
		w.reset()
		kit.Must(t, s.Delete(ctx, "a"))
		w.counted(t, "left", map[string]int{})
		_, err = repo.Open(w.near.client, "People", "id", allowed)
		if !errors.Is(err, repo.ErrInvalid) || !strings.Contains(err.Error(), "repo.AllowTables: region "+ireland+" has no client; see repo.WithRegions") {
			t.Errorf("Open: %v", err)
		}
	}},
	{"are told of", func(t *testing.T, w *world) {
		ctx, r := t.Context(), open(t, w, people(), repo.TablePrefix("dev-"))
		key, err := r.Create(ctx, newPerson("a"))
		kit.Must(t, err)
		layout, in := r.Layout(), map[string]string{}
		for _, p := range layout.Places {
			in[p.Path] = p.Table
		}
		kit.Equal(t, "layout", in, map[string]string{"note": "Notes", "past": ireland + "/Past", "photo": ireland + "/Photos"})
		if drawn := layout.Mermaid(); !strings.Contains(drawn, "table "+ireland+"/dev-Photos") {
			t.Errorf("drawn: %s", drawn)
		}
		policy, err := r.Policy(repo.PolicyFor(repo.VerbGet), repo.PolicyIn(tokyo, "123456789012"))
		kit.Must(t, err)
		kit.Equal(t, "resources", policy.Statement[1].Resource, []string{"arn:aws:dynamodb:" + tokyo + ":123456789012:table/dev-Notes",
			"arn:aws:dynamodb:" + ireland + ":123456789012:table/dev-Past", "arn:aws:dynamodb:" + ireland + ":123456789012:table/dev-Photos"})
		_, err = r.Policy(repo.PolicyFor(repo.VerbPut))
		kit.WantErr(t, "a policy for writes", err, repo.ErrInvalid, "writes of its parts are staged")

		w.reset()
		plan, err := r.Plan(ctx, r.CreateOp(newPerson("b")))
		kit.Must(t, err)
		w.sent(t, "Plan", "", "")
		var ops []string
		for _, request := range plan.Requests {
			ops = append(ops, request.Operation)
			for _, a := range request.Actions {
				ops = append(ops, a.Table)
			}
		}
		kit.Equal(t, "planned", ops, []string{"TransactWriteItems", "dev-People", "BatchWriteItem", "dev-Notes",
			"BatchWriteItem", ireland + "/dev-Past", ireland + "/dev-Past", ireland + "/dev-Photos", "PutItem", "dev-People"})
		kit.Must(t, second(r.With(repo.ReadFirst()).Plan(ctx, r.UpdateOp(key, lens.Append(pPast, leaf{Text: "three"})))))
		w.sent(t, "Plan that reads", "GetItem", "")
		kit.Must(t, r.Delete(ctx, key))
	}},
}
