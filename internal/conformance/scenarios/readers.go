package scenarios

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// Writers between the requests of a reader.
var readers = []scenario{
	// Before some request of a reader, another program replaces the object and deletes what it
	// consisted of, or deletes it, or makes it anew: the reader finds one version, whole.
	{"F27", "a write in the middle of a read", allWays, func(w *world) {
		for name, read := range w.finds() {
			for what, act := range w.acts() {
				w.meanwhile(name, what, read, act)
			}
		}
	}},

	// Another program writes before every request: the reader gives up after some rounds, or
	// finds one version, whole.
	{"F28", "writes without end", allWays, func(w *world) {
		for name, read := range w.finds() {
			w.wipe()
			kit.Must(w.T, errOf(w.clean.Create(background, value(1))))
			generation := 1
			w.Net.Reset(w.before(-1, func() {
				generation++
				kit.Must(w.T, errOf(w.clean.Put(background, value(generation), repo.Overwrite())))
			}))
			ctx, cancel := w.patience(background)
			w.runs++
			n, err := read(ctx)
			cancel()
			w.wants(name, err, "nil", "busy")
			if err == nil && n != nil {
				if _, err := n.content().whole(); err != nil {
					w.Errorf("%s: %v", name, err)
				}
			}
			if w.Net.Count() > 60 {
				w.Errorf("%s: %d requests", name, w.Net.Count())
			}
		}
	}},

	// A replica has the root item and not yet the parts: an eventual read asks for them once
	// more, strongly. It reports no damage.
	{"F29", "a replica lacks the parts", allWays, func(w *world) {
		for _, s := range []*save{&create, &putAll, &putOne, &update} {
			kit.Must(w.T, w.try(s))
			w.Net.Reset(fault.Inject(lagging(), fault.Op("BatchGetItem")))
			w.runs++
			n, err := w.faulty.Get(background, theNote, repo.Eventually())
			if err != nil || n.content().String() != s.after().String() {
				w.Errorf("%s: %v, %v", s.name, n.content(), err)
			}
			found := 0
			for n, err := range w.faulty.Scan(background, repo.Eventually()) {
				if found++; err != nil || n.content().String() != s.after().String() {
					w.Errorf("%s, by Scan: %v, %v", s.name, n.content(), err)
				}
			}
			if found != 1 {
				w.Errorf("%s: Scan finds %d", s.name, found)
			}
		}
	}},
}

// before lets another program act before a request of the first, or before each.
func (w *world) before(i int, act func()) fault.Rule {
	var where []fault.Where
	if i >= 0 {
		where = append(where, fault.At(i))
	}
	return fault.Inject(fault.Custom("another program acts", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		act()
		return next.Do(req)
	}), where...)
}

// finds are ways to read the note.
func (w *world) finds() map[string]find {
	return map[string]find{
		"Get":             func(ctx context.Context) (*note, error) { return w.faulty.Get(ctx, theNote) },
		"Get, eventually": func(ctx context.Context) (*note, error) { return w.faulty.Get(ctx, theNote, repo.Eventually()) },
		"GetMany": func(ctx context.Context) (*note, error) {
			n, err := w.faulty.GetMany(ctx, []repo.Key[note]{theNote})
			if err != nil {
				return nil, errors.Unwrap(err)
			}
			return n[0], nil
		},
		"Scan": func(ctx context.Context) (*note, error) {
			for n, err := range w.faulty.Scan(ctx) {
				return n, err
			}
			return nil, nil
		},
	}
}

// acts are what another program does to the note, and its content afterwards.
func (w *world) acts() map[string]func() *content {
	return map[string]func() *content{
		"puts all": func() *content {
			kit.Must(w.T, errOf(w.clean.Put(background, value(2), repo.Overwrite())))
			return value(2).content()
		},
		"deletes": func() *content {
			kit.Must(w.T, w.clean.Delete(background, theNote))
			return nil
		},
		"deletes and creates": func() *content {
			kit.Must(w.T, w.clean.Delete(background, theNote))
			kit.Must(w.T, errOf(w.clean.Create(background, value(3))))
			return value(3).content()
		},
	}
}

// meanwhile lets another program act before each request of a reader.
func (w *world) meanwhile(name, what string, read find, act func() *content) {
	w.Helper()
	for i := 0; ; i++ {
		w.wipe()
		kit.Must(w.T, errOf(w.clean.Create(background, value(1))))
		var after *content
		acted := false
		w.Net.Reset(w.before(i, func() { after, acted = act(), true }))
		w.runs++
		n, err := read(background)
		if !acted {
			return
		}
		got := n.content()
		if errors.Is(err, repo.ErrNotFound) {
			err = nil
		}
		if err != nil || got.String() != after.String() && got.String() != value(1).content().String() {
			w.Errorf("%s, another program %s before request %d: %v, %v; want %v", name, what, i, got, err, after)
		}
	}
}

// lagging answers eventual reads without the items of parts.
func lagging() fault.Fault {
	return fault.Custom("a replica that lags", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		asked, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(bytes.NewReader(asked))
		res, err := next.Do(req)
		if err != nil || strings.Contains(string(asked), `"ConsistentRead":true`) {
			return res, err
		}
		defer res.Body.Close()
		out := map[string]json.RawMessage{}
		rows := map[string][]json.RawMessage{}
		if err := errors.Join(json.NewDecoder(res.Body).Decode(&out), json.Unmarshal(out["Responses"], &rows)); err != nil {
			return nil, fmt.Errorf("the answer of a batch: %w", err)
		}
		for table := range rows {
			if !strings.HasSuffix(table, "Notes") {
				rows[table] = []json.RawMessage{}
			}
		}
		if out["Responses"], err = json.Marshal(rows); err != nil {
			return nil, err
		}
		text, err := json.Marshal(out)
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(bytes.NewReader(text))}, err
	})
}

// find reads the note; without an error and a note there is none.
type find = func(context.Context) (*note, error)
