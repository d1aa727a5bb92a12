package api_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/embedded"
)

// TestMovementsKeepTheSum moves pieces between three warehouses from many clients
// at once, on an engine with conflicts and throttling. Each client repeats a
// movement until it is answered, and some once more. Pieces neither come nor go.
func TestMovementsKeepTheSum(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, embedded.WithConflicts(0.2), embedded.WithThrottling(0.1), embedded.WithSeed(1))
		warehouses := []string{"north", "south", "west"}
		for _, w := range warehouses {
			s.must(http.StatusOK, "PUT", "/stock/"+w+"/tea", `{"count": 20}`)
		}
		var moved, refused atomic.Int64
		var clients sync.WaitGroup
		for client := range 8 {
			clients.Go(func() {
				for i := range 20 {
					from, to := warehouses[(client+i)%3], warehouses[(client+i+1+i%2)%3]
					body := fmt.Sprintf(`{"sku": "tea", "from": %q, "to": %q, "count": %d}`, from, to, 1+i%7)
					switch code := s.move(body, fmt.Sprint(client, "-", i)); code {
					case http.StatusCreated:
						moved.Add(1)
					case http.StatusConflict:
						refused.Add(1)
					default:
						t.Errorf("%s: %d", body, code)
					}
				}
			})
		}
		clients.Wait()
		sum := 0
		for _, w := range warehouses {
			n := s.count(w)
			if n < 0 {
				t.Errorf("%s has %d pieces", w, n)
			}
			sum += n
		}
		if sum != 60 {
			t.Errorf("%d pieces, want 60", sum)
		}
		records := 0
		for _, err := range s.store.Movements.Scan(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			records++
		}
		if records != int(moved.Load()) || moved.Load()+refused.Load() != 160 {
			t.Errorf("%d movements are recorded; %d were answered, %d refused", records, moved.Load(), refused.Load())
		}
	})
}

// move repeats a movement until it is done or refused. What is done is repeated
// once more, with the same answer.
func (s *service) move(body, key string) int {
	for {
		w := s.send("POST", "/movements", body, "Idempotency-Key", key)
		if w.Code < http.StatusInternalServerError {
			if w.Code == http.StatusCreated {
				w = s.send("POST", "/movements", body, "Idempotency-Key", key)
			}
			if w.Code < http.StatusInternalServerError {
				return w.Code
			}
		}
	}
}
