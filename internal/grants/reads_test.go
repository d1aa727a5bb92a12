package grants_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// run is one way to use a verb. What it does is judged.
type run func(ctx context.Context, w *world)

// readers are runs of a verb that reads: as it is, while the objects are changing, and
// where a list has one part and where parts are in other tables.
func readers(read func(ctx context.Context, w *world) error) []run {
	return []run{
		func(ctx context.Context, w *world) { w.fine(read(ctx, w)) },
		func(ctx context.Context, w *world) { w.fine(w.restless(func() error { return read(ctx, w) })) },
		func(ctx context.Context, w *world) {
			w.g.others(func() {
				w.gone()
				v := aWard("a")
				v.Past = append(v.Past, wardPlace{City: "q"})
				w.create(w.elders, v)
			})
			w.fine(read(ctx, w))
		},
		func(ctx context.Context, w *world) {
			if !w.divided {
				return
			}
			w.g.others(func() { w.gone(); w.create(w.elders, aWard("a")) })
			w.fine(w.restless(func() error { return read(ctx, w) }))
		},
		having(func(w *world) { w.store(w.others, bigWard("a")) }, read),
		having(func(w *world) { w.store(w.elders, bigWard("a")) }, read),
	}
}

// having is a run over an object that one transaction does not write. Where all writes are
// staged it would be one more of the same.
func having(store func(w *world), use func(ctx context.Context, w *world) error) run {
	return func(ctx context.Context, w *world) {
		if w.divided && !w.staged {
			w.g.others(func() { store(w) })
			w.fine(use(ctx, w))
		}
	}
}

// leafing are runs of a verb that reads roots with manifests on pages, in any table of parts,
// and no parts. Pages may change between the roots and them.
func leafing(read func(ctx context.Context, w *world) error) []run {
	paged := func(by func(w *world) *repo.Repo[ward], pages int) run {
		return having(func(w *world) { w.paged(by(w), pages) }, read)
	}
	others, elders := func(w *world) *repo.Repo[ward] { return w.others }, func(w *world) *repo.Repo[ward] { return w.elders }
	changing := func(ids ...string) run {
		return having(func(w *world) {
			w.paged(w.others, 2)
			w.store(w.others, pagedWard("b"))
		}, func(ctx context.Context, w *world) error {
			return w.changing(func() {
				for _, id := range ids {
					w.stir(id)
				}
			}, func() error { return read(ctx, w) })
		})
	}
	return []run{
		paged(others, 1), paged(others, 2), paged(elders, 1), paged(elders, 2),
		paged(listing(shard.To("Past")), 1), paged(listing(shard.To("OldPast")), 1), paged(listing(shard.To("Past"), opts), 1),
		changing("a"), changing("a", "b"),
	}
}

// listing is a program that declares only the list, and more.
func listing(past shard.Placement, more ...repo.Part[ward]) func(w *world) *repo.Repo[ward] {
	return func(w *world) *repo.Repo[ward] {
		r, err := repo.New(w.raw, repo.TableOf("Wards", wardKey, append(more, keep, shard.Each(past, func(w *ward) *[]wardPlace { return &w.Past }))...))
		kit.Must(w.t, err)
		return r
	}
}

func drain[V any](seq iter.Seq2[V, error]) error {
	for _, err := range seq {
		if err != nil {
			return err
		}
	}
	return nil
}

// ranges are one of each kind.
func (w *world) ranges() (all []repo.Range[ward]) {
	if w.sorted {
		all = append(all, wardKey.In("a"))
	}
	if !w.plain {
		all = append(all, wardByN.In(1))
	}
	if w.divided || w.plain {
		all = append(all, wardBy.In("name a"))
	}
	return all
}

// ranged are the ranges that a verb reads.
func ranged(read func(ctx context.Context, w *world, of repo.Range[ward]) error) []run {
	return append(readers(func(ctx context.Context, w *world) error {
		var errs []error
		for _, of := range w.ranges() {
			errs = append(errs, read(ctx, w, of))
		}
		return errors.Join(errs...)
	}), func(ctx context.Context, w *world) { // several roots after the entries of an index
		w.g.others(func() { w.named("other", "name a") })
		for _, of := range w.ranges() {
			w.fine(read(ctx, w, of))
		}
	})
}

func keysInUse(ctx context.Context, w *world) error { return second(w.r.KeysInUse(ctx)) }

var reads = map[repo.Verb][]run{
	repo.VerbGet: append(readers(func(ctx context.Context, w *world) error { return second(w.r.Get(ctx, w.key("a"))) }),
		func(ctx context.Context, w *world) {
			if !w.plain {
				w.fine(second(w.r.Get(ctx, w.key("a"), repo.RootOnly())))
			}
		}),
	repo.VerbRead: readers(func(ctx context.Context, w *world) error {
		return errors.Join(second(repo.Read(ctx, w.r, w.key("a"), wardN)), second(repo.Read(ctx, w.r, w.key("a"), wardNo)), second(repo.Read(ctx, w.r, w.key("a"), wardOpt)), second(repo.Read(ctx, w.r, w.key("a"), wardPast)))
	}),
	repo.VerbReadAll: append(readers(func(ctx context.Context, w *world) error {
		return errors.Join(second(repo.ReadAll(ctx, w.r, w.key("a"), lens.Each(wardPast, placeCity))), second(repo.ReadAll(ctx, w.r, w.key("a"), lens.Elems(lens.Of(func(w *ward) *[]string { return &w.Home.Tags })))))
	}), func(ctx context.Context, w *world) {
		w.fine(second(repo.ReadAll(ctx, w.r, w.key("a"), lens.Elems(lens.Of(func(w *ward) *[]string { return &w.Opt.Tags })))))
	}),
	repo.VerbExists: {func(ctx context.Context, w *world) { w.fine(second(w.r.Exists(ctx, w.key("a")))) }},
	repo.VerbGetMany: append(readers(func(ctx context.Context, w *world) error {
		return second(w.r.GetMany(ctx, []repo.Key[ward]{w.key("a"), w.key("b")}))
	}), func(ctx context.Context, w *world) {
		w.fine(second(w.r.GetMany(ctx, []repo.Key[ward]{w.key("a")})))
	}),
	repo.VerbTransactGet: {
		func(ctx context.Context, w *world) {
			var v *ward
			w.fine(repo.TransactGet(ctx, w.r.GetOp(w.key("a"), &v)))
		},
		func(ctx context.Context, w *world) {
			var v *ward
			w.g.others(func() { w.gone(); w.create(w.elders, aWard("a")) })
			w.fine(repo.TransactGet(ctx, w.r.GetOp(w.key("a"), &v)))
		},
		func(ctx context.Context, w *world) { // more than DynamoDB reads at one moment
			w.g.others(func() {
				w.gone()
				if w.divided {
					v := aWard("a")
					v.Past[0].Text = strings.Repeat("x", 370_000)
					w.create(w.elders, v)
				}
			})
			values := make([]*ward, 12)
			var ops []repo.ReadOp
			for i := range values {
				v := aWard("big" + string(rune('a'+i)))
				v.Past[0].Text, v.Name, v.Home.City = strings.Repeat("x", 370_000), v.ID, v.ID
				w.g.others(func() { w.create(w.others, v) })
				ops = append(ops, w.r.GetOp(w.key(v.ID), &values[i]))
			}
			var moved *ward
			w.is(repo.TransactGet(ctx, append(ops, w.r.GetOp(w.key("a"), &moved))...), repo.ErrTooLarge)
		},
	},
	repo.VerbExport: append(readers(func(ctx context.Context, w *world) error { return w.r.Export(ctx, io.Discard, w.key("a")) }),
		func(ctx context.Context, w *world) {
			w.g.others(func() { w.bare("bare") })
			w.fine(w.r.Export(ctx, io.Discard, w.key("bare")))
		}),
	repo.VerbScan:  readers(func(ctx context.Context, w *world) error { return drain(w.r.Scan(ctx)) }),
	repo.VerbQuery: ranged(func(ctx context.Context, w *world, of repo.Range[ward]) error { return drain(w.r.Query(ctx, of)) }),
	repo.VerbPage:  ranged(func(ctx context.Context, w *world, of repo.Range[ward]) error { return second(w.r.Page(ctx, of)) }),
	repo.VerbUnion: ranged(func(ctx context.Context, w *world, of repo.Range[ward]) error {
		return drain(repo.Union(ctx, of, []repo.Member{w.r}))
	}),
	repo.VerbCount: append(append(readers(count), leafing(func(ctx context.Context, w *world) error {
		return second(w.r.Count(ctx, wardByN.In(1).Where(wardName.Ge(""))))
	})...), func(ctx context.Context, w *world) { // of an object with one part
		if !w.sorted {
			return
		}
		for _, r := range []*repo.Repo[ward]{w.others, w.elders} {
			w.g.others(func() {
				w.gone()
				w.create(r, &ward{ID: "a", Room: "1", Name: "name a", Home: wardPlace{City: "city a"}})
			})
			w.fine(second(w.r.Count(ctx, wardKey.In("a").Where(wardN.Ge(0)))))
		}
	}, func(ctx context.Context, w *world) {
		w.g.others(func() { w.named("other", "name a") })
		for _, of := range w.ranges() {
			w.fine(second(w.r.Count(ctx, of)))
		}
		if w.divided || w.plain {
			for _, name := range []string{"name a", "name b"} {
				w.fine(second(w.r.Count(ctx, wardBy.In(name).Where(wardOwnID.Ge("")))))
			}
		}
	}),
	repo.VerbDecode: readers(func(ctx context.Context, w *world) error {
		found, err := w.raw.Scan(ctx, &dynamodb.ScanInput{TableName: new("Wards")})
		kit.Must(w.t, err)
		return drain(w.r.Decode(ctx, found.Items))
	}),
	repo.VerbKeysInUse: join(readers(keysInUse), leafing(keysInUse)),
	repo.VerbVerify:    {func(ctx context.Context, w *world) { w.fine(unfound(w.r.Verify(ctx))) }},
	repo.VerbCreateTables: {
		func(ctx context.Context, w *world) { w.fine(w.r.CreateTables(ctx)) },
		func(ctx context.Context, w *world) { // of a release without indexes and expiry
			fresh := emptyWorld(w.t, w.kind)
			fresh.g, fresh.raw = w.g, embeddedClient(w.t)
			fresh.open()
			w.g.others(func() {
				older, err := repo.New(fresh.raw, repo.TableOf("Wards", wardKey, keep))
				if !w.sorted {
					older, err = repo.New(fresh.raw, repo.TableOf("Wards", wardID, keep))
				}
				kit.Must(w.t, err)
				kit.Must(w.t, older.CreateTables(ctx))
			})
			w.fine(fresh.r.CreateTables(ctx))
		},
	},
}

func count(ctx context.Context, w *world) error {
	if !w.sorted {
		return nil
	}
	return second(w.r.Count(ctx, wardKey.In("a").Where(wardN.Ge(0))))
}

// unfound is an error that is not about findings.
func unfound(err error) error {
	if found := (*repo.VerifyError)(nil); errors.As(err, &found) {
		return nil
	}
	return err
}
