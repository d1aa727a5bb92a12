package web

import (
	"net/http/httptest"
	"testing"

	"github.com/dystore/dystore/meta"
)

func TestETag(t *testing.T) {
	rec := meta.Record{Version: 7, WriteID: meta.NewWriteID()}
	r := httptest.NewRequest("PUT", "/", nil)
	r.Header.Set("If-Match", ETag(rec))
	got, err := IfMatch(r)
	if err != nil || got.Version != 7 || got.WriteID != rec.WriteID {
		t.Errorf("got %+v, %v; want %+v", got, err, rec)
	}
	for header, status := range map[string]int{
		"": 428, "*": 412, `"0.AAAAAAAAAAAAAAAAAAAAAA"`: 412, `"7"`: 412, `"7.short"`: 412, `"-1.AAAAAAAAAAAAAAAAAAAAAA"`: 412, `W/` + ETag(rec): 412,
	} {
		r.Header.Set("If-Match", header)
		if _, err := IfMatch(r); err == nil || ProblemOf(err).Status != status {
			t.Errorf("If-Match: %s: got %v, want %d", header, err, status)
		}
	}
}

// TestOnce: the id follows from method, path and key, the write from the body too.
func TestOnce(t *testing.T) {
	once := func(path, key, body string) Once {
		r := httptest.NewRequest("POST", path, nil)
		r.Header.Set("Idempotency-Key", key)
		o, err := OnceOf(r, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	first := once("/customers", "k", "a")
	if again := once("/customers", "k", "a"); again != first {
		t.Errorf("got %+v, want %+v", again, first)
	}
	if other := once("/customers", "k", "b"); other.ID != first.ID || other.Write == first.Write {
		t.Errorf("another body: got %+v beside %+v", other, first)
	}
	for _, other := range []Once{once("/customers", "l", "a"), once("/movements", "k", "a")} {
		if other.ID == first.ID || other.Write == first.Write {
			t.Errorf("another request: got %+v beside %+v", other, first)
		}
	}
}
