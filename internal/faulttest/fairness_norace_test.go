//go:build !race

package faulttest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	hot struct {
		ID   string
		N    int
		Part hotPart
	}
	hotPart struct{ N int }
)

var (
	hotKey   = repo.KeyOf(func(h *hot) *string { return &h.ID })
	hotN     = lens.Of(func(h *hot) *int { return &h.N })
	hotPartN = lens.Of(func(h *hot) *int { return &h.Part.N })
)

// TestFairness: writers of one object make progress, and none of them starves, by
// transactions and staged. Each request takes 2 to 12 ms of a clock that runs by itself;
// what is measured is how many writes each writer gets done.
func TestFairness(t *testing.T) {
	const writers, during = 12, 20 * time.Second
	ways := map[string][]repo.Option{"transactions": nil, "staged": {repo.Staged()}}
	verbs := map[string]func(context.Context, *repo.Repo[hot]) error{
		"Update": func(ctx context.Context, r *repo.Repo[hot]) error {
			return r.Update(ctx, hotKey.Of("h"), lens.Add(hotN, 1), lens.Add(hotPartN, 1))
		},
		"Modify": func(ctx context.Context, r *repo.Repo[hot]) error {
			return r.Modify(ctx, hotKey.Of("h"), func(h *hot) error { h.N++; h.Part.N++; return nil })
		},
	}
	for way, opts := range ways {
		for verb, write := range verbs {
			t.Run(verb+" "+way, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := hotRepo(t, opts)
					done, contended := make([]int, writers), make([]int, writers)
					ends := time.Now().Add(during)
					var group sync.WaitGroup
					for i := range writers {
						group.Go(func() {
							for time.Now().Before(ends) {
								switch err := write(t.Context(), r); {
								case err == nil:
									done[i]++
								case errors.Is(err, repo.ErrContention):
									contended[i]++
								default:
									t.Error(err)
									return
								}
							}
						})
					}
					group.Wait()
					judgeFairness(t, r, done, contended)
				})
			})
		}
	}
}

// judgeFairness checks that each writer has got a share, and that no write is lost.
func judgeFairness(t *testing.T, r *repo.Repo[hot], done, contended []int) {
	sum, squares, least, lost := 0, 0, done[0], 0
	for i, n := range done {
		sum, squares, least, lost = sum+n, squares+n*n, min(least, n), lost+contended[i]
	}
	index := float64(sum*sum) / float64(len(done)*squares) // Jain and others 1984: 1 is the same share for all
	t.Logf("%d writes by %d writers, the least %d; fairness %.2f; %d given up (ErrContention)", sum, len(done), least, index, lost)
	if least == 0 || index < 0.7 { // one that starves among twelve makes it 0.92; three of four that do, 0.25
		t.Errorf("some starve: %v", done)
	}
	h, err := r.Get(t.Context(), hotKey.Of("h"))
	if err != nil || h.N != sum || h.Part.N != sum {
		t.Errorf("%d writes were done, and %+v is stored: %v", sum, h, err)
	}
}

// hotRepo has one object, over a network that takes its time.
func hotRepo(t *testing.T, opts []repo.Option) *repo.Repo[hot] {
	random, mu := rand.New(rand.NewPCG(1, 2)), sync.Mutex{}
	slow := fault.Custom("slow", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		mu.Lock()
		d := time.Duration(2+random.IntN(10)) * time.Millisecond
		mu.Unlock()
		time.Sleep(d)
		return next.Do(req)
	})
	client, _ := fault.Wrap(embedded.New().Client(), fault.Inject(slow))
	r, err := repo.New(client, repo.TableOf("Hot", hotKey, shard.New(shard.To("HotParts"), func(h *hot) *hotPart { return &h.Part })), opts...)
	if err == nil {
		err = r.CreateTables(t.Context())
	}
	if err == nil {
		_, err = r.Create(t.Context(), &hot{ID: "h"})
	}
	if err != nil {
		t.Fatal(fmt.Sprint(err))
	}
	return r
}
