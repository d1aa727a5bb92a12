package grants_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var (
	past   = time.Date(1999, 12, 31, 23, 0, 0, 0, time.UTC) // clocks of tests begin an hour later
	future = time.Unix(4_000_000_000, 0).UTC()
)

// creators are runs of a verb that writes whole objects.
func creators(write func(context.Context, *world, *ward, ...repo.CallOption) error) []run {
	return append(arrivals(write),
		taken(write),
		func(ctx context.Context, w *world) { // the answer is lost, and a read finds the write
			if !w.plain {
				w.g.lost = "PutItem"
				if w.divided {
					w.g.lost = "TransactWriteItems"
				}
				w.fine(write(ctx, w, aWard("new"), repo.Relaxed()))
				w.g.lost = ""
			}
		})
}

// arrivals are runs without an object, and over one that counts as absent.
func arrivals(write func(context.Context, *world, *ward, ...repo.CallOption) error) []run {
	other := func(ctx context.Context, w *world) error {
		return write(ctx, w, &ward{ID: "a", Room: "1", Name: "other", Home: wardPlace{City: "other"}})
	}
	over := func(dead func(w *world)) run {
		return func(ctx context.Context, w *world) {
			w.g.others(func() { w.gone(); dead(w) })
			w.fine(other(ctx, w))
		}
	}
	return []run{
		func(ctx context.Context, w *world) { w.fine(write(ctx, w, aWard("new"))) },
		having(func(w *world) {}, func(ctx context.Context, w *world) error { return write(ctx, w, bigWard("new")) }),
		having(func(w *world) { w.die(bigWard("a")) }, other), // whose pieces are counted
		having(func(w *world) { w.die(oneBig(true)) }, other),
		having(func(w *world) { w.die(oneBig(false)) }, other),
		over(func(w *world) {
			v := aWard("a")
			v.Until = past
			if !w.plain {
				w.create(w.mortals, v)
			}
		}),
		over(func(w *world) {
			if w.divided {
				w.die(aWard("a"))
			}
		}),
	}
}

// die stores an object that has expired, in other tables.
func (w *world) die(v *ward) {
	w.store(w.elders, v)
	kit.Must(w.t, w.mortals.Update(context.Background(), w.key("a"), wardUntil.Set(past)))
}

// taken is a run of a verb that finds a unique value taken. If it is staged there is a
// placeholder by then.
func taken(write func(context.Context, *world, *ward, ...repo.CallOption) error) run {
	return func(ctx context.Context, w *world) {
		if w.divided {
			v := aWard("b")
			v.Room = "2"
			w.is(write(ctx, w, v), repo.ErrDuplicate)
		}
	}
}

// replacers are runs of a verb that replaces objects.
func replacers(write func(context.Context, *world, *ward, ...repo.CallOption) error) []run {
	return []run{
		func(ctx context.Context, w *world) { // fewer parts, other claims
			w.fine(write(ctx, w, &ward{ID: "a", Room: "1", Name: "other", Home: wardPlace{City: "other"}}))
		},
		func(ctx context.Context, w *world) { // what is in other tables moves
			w.g.others(func() { w.gone(); w.create(w.elders, aWard("a")) })
			w.fine(write(ctx, w, aWard("a")))
		},
		having(func(w *world) { w.store(w.elders, bigWard("a")) }, func(ctx context.Context, w *world) error { return write(ctx, w, aWard("a")) }),
		having(func(w *world) {}, func(ctx context.Context, w *world) error { return write(ctx, w, bigWard("a")) }),
		having(func(w *world) { w.store(w.others, bigWard("a")) }, func(ctx context.Context, w *world) error { // another time
			var v *ward
			w.g.others(func() { v = w.get("a") })
			v.Until = future
			return write(ctx, w, v)
		}),
		func(ctx context.Context, w *world) {
			want := repo.ErrNotFound
			if w.staged || !w.divided && !w.plain {
				want = repo.ErrOutcomeUnknown
			}
			w.is(w.unanswered(w.gone, func() error { return write(ctx, w, aWard("a"), repo.MustExist()) }), want)
		},
		func(ctx context.Context, w *world) { // what got no answer is excluded before the refusal is told
			if !w.plain {
				w.is(w.unanswered(w.newer("new"), func() error { return write(ctx, w, aWard("new")) }), repo.ErrSchemaTooNew)
			}
		},
		func(ctx context.Context, w *world) { // of another program
			if w.keeps || w.plain {
				return
			}
			var v *ward
			w.g.others(func() {
				w.gone()
				expiring := aWard("a")
				expiring.Until = future
				w.create(w.mortals, expiring)
				v = w.get("a")
			})
			v.Until = future.Add(time.Hour)
			w.fine(write(ctx, w, v))
		},
		func(ctx context.Context, w *world) { // another time, and the same parts
			if w.plain {
				return
			}
			var v *ward
			w.g.others(func() { v = w.get("a") })
			v.Until = future
			w.fine(write(ctx, w, v))
		},
	}
}

// trackers are runs of a verb that takes values which were read.
func trackers(write func(context.Context, *world, *ward, ...repo.CallOption) error) []run {
	byHand := func(store func(w *world)) run {
		return func(ctx context.Context, w *world) {
			if w.plain {
				return
			}
			var v *ward
			w.g.others(func() { store(w); v = w.get("a") })
			v.Meta, v.N = meta.Record{Version: v.Meta.Version, WriteID: v.Meta.WriteID}, 7
			w.fine(write(ctx, w, v))
		}
	}
	return []run{
		byHand(func(*world) {}),
		byHand(func(w *world) { w.gone(); w.create(w.elders, aWard("a")) }),
		byHand(func(w *world) { w.store(w.elders, bigWard("a")) }),
		byHand(func(w *world) { w.gone(); w.create(w.older(shard.To("Homes"), shard.To("OldPast")), aWard("a")) }),
		byHand(func(w *world) {
			w.gone()
			v := aWard("a")
			v.Past = append(v.Past, wardPlace{City: "q"})
			w.create(w.elders, v)
		}),
		func(ctx context.Context, w *world) {
			if w.plain {
				return
			}
			var v *ward
			w.g.others(func() { v = w.get("a") })
			v.Meta = meta.Record{Version: v.Meta.Version, WriteID: v.Meta.WriteID}
			w.fine(w.restless(func() error { write(ctx, w, v); return nil }))
		},
		func(ctx context.Context, w *world) { // an item without a record is adopted
			if w.plain {
				return
			}
			var v *ward
			w.g.others(func() { w.bare("bare"); v = w.get("bare") })
			v.N = 7
			w.fine(write(ctx, w, v))
		},
	}
}

// removers are runs of a verb that removes objects.
func removers(remove func(context.Context, *world, ...repo.CallOption) error) []run {
	forGood := func(ctx context.Context, w *world) error { return remove(ctx, w, repo.Permanently()) }
	return []run{
		func(ctx context.Context, w *world) { w.fine(remove(ctx, w)) },
		func(ctx context.Context, w *world) {
			if w.keeps {
				w.fine(remove(ctx, w, repo.Permanently()))
			}
		},
		func(ctx context.Context, w *world) {
			w.g.others(func() { w.gone(); w.create(w.elders, aWard("a")) })
			opts := []repo.CallOption{}
			if w.keeps {
				opts = append(opts, repo.Permanently())
			}
			w.fine(remove(ctx, w, opts...))
		},
		having(func(w *world) { w.store(w.elders, bigWard("a")) }, forGood),
		having(func(w *world) { w.store(w.elders, oneBig(true)) }, forGood),
		having(func(w *world) { w.store(w.elders, oneBig(false)) }, forGood),
		having(func(w *world) { w.store(w.others, bigWard("a")) }, func(ctx context.Context, w *world) error { return remove(ctx, w) }),
		having(func(w *world) { w.store(w.others, pagedWard("a")) }, func(ctx context.Context, w *world) error {
			return remove(ctx, w, repo.Permanently(), repo.KeepShards())
		}),
		having(func(w *world) { w.store(w.elders, pagedWard("a")) }, func(ctx context.Context, w *world) error {
			return remove(ctx, w, repo.Permanently(), repo.KeepShards())
		}),
		func(ctx context.Context, w *world) { // an item without a record
			if w.plain {
				return
			}
			w.g.others(func() { w.gone(); w.bare("a") })
			w.is(w.unanswered(w.newer("a"), func() error { return remove(ctx, w) }), repo.ErrSchemaTooNew)
		},
	}
}

// damaged looks for what is left, in tables that may not be there either.
func damaged(remove func(context.Context, *world, ...repo.CallOption) error) []run {
	without := func(tables ...string) run {
		return func(ctx context.Context, w *world) {
			if !w.divided {
				return
			}
			w.g.others(func() {
				w.gone()
				w.create(w.elders, aWard("a"))
				for _, t := range tables {
					if t == "OldCities" && w.name == "tenants" {
						continue // which has none
					}
					_, err := w.raw.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &t})
					kit.Must(w.t, err)
				}
			})
			w.fine(remove(ctx, w, repo.Damaged()))
		}
	}
	return []run{without(), without("OldHomes"), without("OldCities"), without("OldPast"), without("OldHomes", "OldCities", "OldPast")}
}

// updaters are runs of a verb that changes paths.
func updaters(update func(context.Context, *world, ...lens.Change[ward]) error) []run {
	moved := func(w *world) {
		w.g.others(func() { w.gone(); w.create(w.elders, aWard("a")) })
	}
	grow := func(ctx context.Context, w *world) {
		w.fine(update(ctx, w, wardText.Set(strings.Repeat("x", 300_000))))
		if err := update(ctx, w, wardMore.Set(strings.Repeat("x", 300_000))); w.divided {
			w.fine(err)
		} else {
			w.is(err, repo.ErrTooLarge)
		}
	}
	shrink := func(ctx context.Context, w *world) error {
		w.fine(update(ctx, w, wardN.Set(2), repo.If(wardNo.Ge(0))))
		w.fine(update(ctx, w, wardNo.Set(2), wardName.Set("other"), wardCity.Set("other")))
		return update(ctx, w, wardHome.Set(wardPlace{City: "third"}), wardPast.Set(nil))
	}
	return []run{
		func(ctx context.Context, w *world) {
			w.fine(update(ctx, w, wardN.Set(2), repo.If(wardNo.Ge(0))))
			w.fine(update(ctx, w, wardNo.Set(2), wardOpt.Set(nil), wardPast.Set([]wardPlace{{No: 1}})))
			w.fine(update(ctx, w, wardOpt.Set(&wardPlace{No: 1}), wardPast.Set(nil)))
		},
		func(ctx context.Context, w *world) {
			w.fine(update(ctx, w, wardName.Set("other"), wardCity.Set("other")))
		},
		func(ctx context.Context, w *world) {
			moved(w)
			w.fine(update(ctx, w, wardN.Set(2), repo.If(wardNo.Ge(0))))
			w.fine(update(ctx, w, wardNo.Set(2), wardName.Set("other"), wardCity.Set("other")))
			w.fine(update(ctx, w, wardHome.Set(wardPlace{City: "third"}), wardPast.Set(nil)))
		},
		func(ctx context.Context, w *world) { // what DynamoDB rejects is explained
			moved(w)
			grow(ctx, w)
		},
		grow,
		having(func(w *world) { w.store(w.others, bigWard("a")) }, shrink),
		having(func(w *world) { w.store(w.elders, bigWard("a")) }, shrink),
		func(ctx context.Context, w *world) {
			want := repo.ErrNotFound
			if w.staged { // for a known version, so it may have been applied before
				want = repo.ErrOutcomeUnknown
			}
			w.is(w.unanswered(w.gone, func() error { return update(ctx, w, wardN.Set(2)) }), want)
		},
		func(ctx context.Context, w *world) { w.fine(update(ctx, w, wardUntil.Set(future))) },
	}
}

func join(all ...[]run) (runs []run) {
	for _, some := range all {
		runs = append(runs, some...)
	}
	return runs
}

func put(ctx context.Context, w *world, v *ward, opts ...repo.CallOption) error {
	return second(w.r.Put(ctx, v, opts...))
}

func putMany(ctx context.Context, w *world, v *ward, opts ...repo.CallOption) error {
	return second(w.r.PutMany(ctx, []*ward{v, aWard("second")}, opts...))
}

func putOne(ctx context.Context, w *world, v *ward, opts ...repo.CallOption) error {
	return second(w.r.PutMany(ctx, []*ward{v}, opts...))
}

func migrate(ctx context.Context, w *world) error { return second(w.r.Migrate(ctx)) }

func checks(ctx context.Context, w *world) error {
	return repo.Transact(ctx, []repo.Op{w.r.CheckOp(w.key("a"), wardN.Ge(0))})
}

// upgraded are runs of a verb that puts objects of an earlier version.
func upgraded(use func(ctx context.Context, w *world) error) []run {
	over := func(store func(w *world)) run {
		return func(ctx context.Context, w *world) {
			if len(w.today) == 0 {
				return
			}
			w.g.others(func() { w.gone(); store(w) })
			w.fine(use(ctx, w))
		}
	}
	return []run{
		over(func(w *world) { w.bare("a") }),
		over(func(w *world) { w.create(w.older(shard.To("Homes"), shard.To("OldPast")), aWard("a")) }),
		over(func(w *world) { w.create(w.older(shard.To("Opts", shard.KeyName("k")), shard.To("Past")), aWard("a")) }),
		over(func(w *world) {
			v := aWard("a")
			v.N, v.Until = changing, future
			w.create(w.mortals, v)
		}),
	}
}

// imported imports a value that is stored elsewhere.
func imported(ctx context.Context, w *world, v *ward, opts ...repo.CallOption) error {
	var text bytes.Buffer
	w.g.others(func() {
		y := emptyWorld(w.t, w.kind)
		y.raw = embeddedClient(w.t)
		y.open()
		kit.Must(w.t, y.others.CreateTables(ctx))
		y.create(y.others, v)
		key, err := y.others.Key(v)
		kit.Must(w.t, err)
		kit.Must(w.t, y.others.Export(ctx, &text, key))
	})
	return second(w.r.Import(ctx, &text, opts...))
}

// modify changes the object that a value has the key of into the value.
func modify(ctx context.Context, w *world, v *ward, opts ...repo.CallOption) error {
	return w.r.Modify(ctx, w.key(v.ID), func(old *ward) error {
		record := old.Meta
		*old = *v
		old.Meta = record
		return nil
	})
}

var writes = map[repo.Verb][]run{
	repo.VerbCreate: append(creators(func(ctx context.Context, w *world, v *ward, opts ...repo.CallOption) error {
		return second(w.r.Create(ctx, v, opts...))
	}), func(ctx context.Context, w *world) {
		w.is(w.unanswered(func() { w.create(w.others, aWard("new")) }, func() error { return second(w.r.Create(ctx, aWard("new"))) }), repo.ErrExists)
	}, func(ctx context.Context, w *world) { // another write had the id
		if !w.plain {
			id := repo.WithWriteID(meta.NewWriteID())
			w.fine(second(w.r.Create(ctx, aWard("new"), id)))
			w.fine(second(w.r.Create(ctx, aWard("new"), id)))
		}
	}),
	repo.VerbPut:     join(creators(put), replacers(put), trackers(put)),
	repo.VerbPutMany: join(creators(putMany), replacers(putMany), replacers(putOne), trackers(putMany)),
	repo.VerbModify: join(trackers(modify), readers(func(ctx context.Context, w *world) error { return modify(ctx, w, aWard("a")) }), []run{
		func(ctx context.Context, w *world) {
			w.fine(modify(ctx, w, &ward{ID: "a", Room: "1", Name: "other", Home: wardPlace{City: "other"}}))
			v := aWard("b")
			v.Until = future
			w.fine(modify(ctx, w, v))
		},
		func(ctx context.Context, w *world) {
			w.g.others(func() { w.gone(); w.bare("a") })
			w.is(w.unanswered(w.newer("a"), func() error { return modify(ctx, w, aWard("a")) }), repo.ErrSchemaTooNew)
		},
		func(ctx context.Context, w *world) { // of another program
			if w.keeps {
				return
			}
			v := aWard("new")
			v.Until = future
			w.g.others(func() { w.create(w.mortals, v) })
			w.fine(w.r.Modify(ctx, w.key("new"), func(w *ward) error { w.Until = future.Add(time.Hour); return nil }))
		},
	}),
	repo.VerbUpdate: updaters(func(ctx context.Context, w *world, c ...lens.Change[ward]) error {
		return w.r.Update(ctx, w.key("a"), c...)
	}),
	repo.VerbUpdateGet: join(updaters(func(ctx context.Context, w *world, c ...lens.Change[ward]) error {
		return second(repo.UpdateGet(ctx, w.r, w.key("a"), c...))
	}), readers(func(ctx context.Context, w *world) error {
		return second(repo.UpdateGet(ctx, w.r, w.key("a"), lens.Add(wardN, 1)))
	})),
	repo.VerbCheck: join(readers(checks), upgraded(checks), []run{
		func(ctx context.Context, w *world) {
			w.fine(repo.Transact(ctx, []repo.Op{w.r.CheckOp(w.key("a"), wardNo.Ge(0), wardN.Ge(0), wardOptNo.Ge(0), lens.Join(lens.At(wardPast, 0), placeCity).Ne(""))}))
		},
		func(ctx context.Context, w *world) {
			w.g.others(func() { w.gone(); w.create(w.elders, aWard("a")) })
			w.fine(repo.Transact(ctx, []repo.Op{w.r.CheckOp(w.key("a"), wardNo.Ge(0), lens.Join(lens.At(wardPast, 0), placeCity).Ne(""))}))
		},
		func(ctx context.Context, w *world) { // one part
			w.fine(repo.Transact(ctx, []repo.Op{w.r.CheckOp(w.key("a"), wardNo.Ge(0))}))
			w.g.others(func() { w.store(w.elders, aWard("a")) })
			w.fine(repo.Transact(ctx, []repo.Op{w.r.CheckOp(w.key("a"), wardNo.Ge(0))}))
		},
		func(ctx context.Context, w *world) {
			want := repo.ErrNotFound
			if w.earlier && w.staged {
				want = repo.ErrOutcomeUnknown // of the upgrade
			}
			w.is(w.unanswered(w.gone, func() error { return checks(ctx, w) }), want)
		},
		func(ctx context.Context, w *world) { // another write had the id
			if !w.plain {
				id, logs := repo.WithWriteID(meta.NewWriteID()), w.logs()
				for n := range 2 {
					w.fine(repo.Transact(ctx, []repo.Op{w.r.CheckOp(w.key("a"), wardN.Ge(0)), logs.CreateOp(&ward{ID: "log", N: n})}, id))
				}
			}
		},
	}),
	repo.VerbDelete: join(
		removers(func(ctx context.Context, w *world, opts ...repo.CallOption) error {
			return w.r.Delete(ctx, w.key("a"), opts...)
		}),
		damaged(func(ctx context.Context, w *world, opts ...repo.CallOption) error {
			return w.r.Delete(ctx, w.key("a"), opts...)
		}),
		[]run{func(ctx context.Context, w *world) {
			w.fine(repo.Transact(ctx, []repo.Op{w.r.DeleteOp(w.key("a")), w.r.DeleteOp(w.key("none"))}))
			w.is(w.unanswered(func() { kit.Must(w.t, w.others.Delete(ctx, w.key("b"))) }, func() error { return w.r.Delete(ctx, w.key("b"), repo.MustExist()) }), repo.ErrNotFound)
		}}),
	repo.VerbDeleteMany: join(
		removers(func(ctx context.Context, w *world, opts ...repo.CallOption) error {
			return w.r.DeleteMany(ctx, []repo.Key[ward]{w.key("a"), w.key("b")}, opts...)
		}),
		removers(func(ctx context.Context, w *world, opts ...repo.CallOption) error { // of two it is open which is deleted first
			return w.r.DeleteMany(ctx, []repo.Key[ward]{w.key("a")}, opts...)
		}),
		damaged(func(ctx context.Context, w *world, opts ...repo.CallOption) error {
			return w.r.DeleteMany(ctx, []repo.Key[ward]{w.key("a")}, opts...)
		}),
		[]run{func(ctx context.Context, w *world) {
			w.fine(w.r.DeleteMany(ctx, []repo.Key[ward]{w.key("a")}))
			w.fine(w.r.DeleteMany(ctx, []repo.Key[ward]{w.key("none")}))
			w.is(w.unanswered(func() { kit.Must(w.t, w.others.Delete(ctx, w.key("b"))) }, func() error { return w.r.DeleteMany(ctx, []repo.Key[ward]{w.key("b")}, repo.MustExist()) }), repo.ErrNotFound)
		}}),
	repo.VerbDeleteValue: append(removers(func(ctx context.Context, w *world, opts ...repo.CallOption) error {
		if w.plain {
			return nil
		}
		var v *ward
		w.g.others(func() { v = w.get("a") })
		return w.r.DeleteValue(ctx, v, opts...)
	}), func(ctx context.Context, w *world) {
		if w.plain {
			return
		}
		var v *ward
		w.g.others(func() { v = w.get("a") })
		v.Meta = meta.Record{Version: v.Meta.Version, WriteID: v.Meta.WriteID}
		w.fine(w.r.DeleteValue(ctx, v))
	}, func(ctx context.Context, w *world) {
		if w.plain {
			return
		}
		var v *ward
		w.g.others(func() { v = w.get("a") })
		w.is(w.unanswered(w.gone, func() error { return w.r.DeleteValue(ctx, v) }), repo.ErrConflict)
	}),
	repo.VerbImport: join(arrivals(imported), []run{
		taken(imported),
		func(ctx context.Context, w *world) { // fewer parts, other claims, and what is in other tables
			w.g.others(func() { w.gone(); w.create(w.elders, aWard("a")) })
			w.fine(imported(ctx, w, &ward{ID: "a", Room: "1", Name: "other", Home: wardPlace{City: "other"}}, repo.Overwrite()))
		},
		func(ctx context.Context, w *world) {
			w.fine(imported(ctx, w, &ward{ID: "b", Room: "1", Name: "other", Home: wardPlace{City: "other"}}, repo.Overwrite()))
		},
		func(ctx context.Context, w *world) { // what got no answer is excluded before the refusal is told
			w.is(w.unanswered(func() { w.create(w.others, aWard("new")) }, func() error { return imported(ctx, w, aWard("new")) }), repo.ErrExists)
		},
		func(ctx context.Context, w *world) { // another write had the id
			if !w.plain {
				id := repo.WithWriteID(meta.NewWriteID())
				w.fine(imported(ctx, w, aWard("new"), id))
				w.fine(imported(ctx, w, aWard("new"), id))
			}
		},
		func(ctx context.Context, w *world) { // what is in other tables stays there
			var text bytes.Buffer
			w.g.others(func() {
				w.gone()
				w.create(w.elders, aWard("a"))
				kit.Must(w.t, w.others.Export(ctx, &text, w.key("a")))
				w.gone()
			})
			w.fine(second(w.r.Import(ctx, &text)))
		},
	}),
	repo.VerbMigrate: join(readers(migrate), upgraded(migrate), []run{
		func(ctx context.Context, w *world) {
			w.g.others(func() { w.bare("bare") })
			w.fine(migrate(ctx, w))
		},
		func(ctx context.Context, w *world) { // what got no answer is excluded before the refusal is told
			w.g.others(func() { w.bare("bare") })
			_ = w.unanswered(w.newer("bare"), func() error { return migrate(ctx, w) })
		},
	}),
	repo.VerbRestore: {
		restored(func(w *world) { w.create(w.others, aWard("a")) }),
		restored(func(w *world) { w.create(w.elders, aWard("a")) }),
		restored(func(w *world) { w.create(w.older(shard.To("Homes"), shard.To("OldPast")), aWard("a")) }),
		restored(func(w *world) { w.create(w.older(shard.To("Opts", shard.KeyName("k")), shard.To("Past")), aWard("a")) }),
		restored(func(w *world) {
			v := aWard("a")
			v.Past = append(v.Past, wardPlace{})
			w.create(w.elders, v)
		}),
		restored(func(w *world) { // of a program that does not know about expiry
			v := aWard("a")
			v.Until = future
			if w.divided {
				w.create(w.timeless(), v)
			} else {
				w.create(w.others, v)
			}
		}),
		func(ctx context.Context, w *world) {
			w.g.others(func() { kit.Must(w.t, w.mortals.Delete(ctx, w.key("a"))) })
			w.fine(w.changing(func() {
				kit.Must(w.t, w.mortals.Restore(ctx, w.key("a")))
				w.stir("a")
				kit.Must(w.t, w.mortals.Delete(ctx, w.key("a")))
			}, func() error {
				if err := w.r.Restore(ctx, w.key("a")); !errors.Is(err, repo.ErrContention) {
					return err
				}
				return nil
			}))
		},
		func(ctx context.Context, w *world) { // others take what was unique
			if !w.divided {
				return
			}
			w.g.others(func() { kit.Must(w.t, w.mortals.Delete(ctx, w.key("a"))) })
			w.is(w.unanswered(func() {
				v := aWard("a")
				v.Room = "2"
				w.create(w.others, v)
			}, func() error { return w.r.Restore(ctx, w.key("a")) }), repo.ErrDuplicate)
		},
	},
}

// restored restores an object.
func restored(store func(w *world)) run {
	return func(ctx context.Context, w *world) {
		w.g.others(func() {
			w.gone()
			store(w)
			kit.Must(w.t, w.mortals.Delete(ctx, w.key("a")))
		})
		w.fine(w.r.Restore(ctx, w.key("a")))
	}
}

// older puts homes and the past into other tables.
func (w *world) older(homes, past shard.Placement) *repo.Repo[ward] {
	if !w.divided {
		return w.others
	}
	r, err := repo.New(w.raw, w.placed(homes, past, shard.To("Cities"), w.today...), w.opts...)
	kit.Must(w.t, err)
	if w.former != nil {
		w.former[r], err = repo.New(w.raw, w.placed(homes, past, shard.To("Cities")), w.opts...)
		kit.Must(w.t, err)
	}
	return r
}

// logs are objects of another model, whose requests are not judged.
func (w *world) logs() *repo.Repo[ward] {
	w.t.Helper()
	r, err := repo.New(w.client, repo.TableOf(unjudged, wardID, keep))
	kit.Must(w.t, err)
	w.g.others(func() { kit.Must(w.t, r.CreateTables(context.Background())) })
	return r
}

// timeless declares that objects are kept, and not that they expire.
func (w *world) timeless() *repo.Repo[ward] {
	r, err := repo.New(w.raw, w.placed(newHomes, newPast, shard.To("Cities"), append(slices.Clone(w.today), life[1])...), w.opts...)
	kit.Must(w.t, err)
	return r
}
