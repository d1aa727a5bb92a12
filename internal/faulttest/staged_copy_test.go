package faulttest

import (
	"bytes"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
)

// The request that has written copies comes a second time, when another write has changed
// the parts.
func TestCopyIsWrittenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inStages.world(t)
		var copies []fault.Request
		w.net.Reset()
		w.must(errOf(w.docs.faulty.Create(background, fDocValue().clone())))
		for _, r := range w.net.Requests() {
			if tableOf(r) != "FDocs" {
				copies = append(copies, r)
			}
		}
		w.must(w.inTransactionsOver(t).Update(background, fDocKey, fGeoLat.Set("1"), lens.Add(fHomeN, 1)))
		if len(copies) == 0 {
			t.Fatal("no request has written copies")
		}
		for _, r := range copies {
			w.again(r)
		}
		if s := w.rest(t); s.Doc == nil || s.Doc.Home.Geo.Lat != "1" || s.Doc.Home.N != 2 {
			t.Errorf("%+v", s.Doc)
		}
	})
}

// again sends a request a second time.
func (w *fWorld) again(r fault.Request) {
	req, err := http.NewRequest(http.MethodPost, "http://localhost", bytes.NewReader(r.Body))
	w.must(err)
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810."+r.Operation)
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	res, err := w.db.Transport().Do(req)
	w.must(err)
	res.Body.Close()
}
