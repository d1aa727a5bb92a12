//go:build !race

package bench_test

import (
	"testing"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/bench/codecs"
)

// slack is how far a count may exceed its bound: 2 % and 2 allocations. A map
// grows now and then when the order of its keys has changed, and versions of Go
// differ a little.
func slack(bound float64) float64 { return bound*0.02 + 2 }

// own is how often dystore itself allocates in each workload, as measured. If
// you reduce a number, write the lower one here.
var own = map[string]float64{
	"Put and Get/dystore, Plain":                                118,
	"Put and Get/dystore":                                       148,
	"Create/dystore, Plain":                                     108,
	"Create/dystore":                                            129,
	"Create/dystore, Relaxed":                                   122,
	"Update one path/dystore, Plain and Relaxed":                50,
	"Update one path/dystore":                                   99,
	"Two pages of 25 of an index/dystore, Plain":                331,
	"Two pages of 25 of an index/dystore":                       381,
	"Query 1,000 items/dystore, Plain":                          2032,
	"Query 1,000 items/dystore":                                 3032,
	"Scan 1,000 items/dystore, Plain":                           2018,
	"Scan 1,000 items/dystore":                                  3018,
	"Get 100 by key/dystore, Plain":                             453,
	"Get 100 by key/dystore":                                    553,
	"Transaction of 20 items/dystore":                           318,
	"Transact of 2 objects/dystore, Plain":                      120,
	"Transact of 2 objects/dystore":                             162,
	"Sharded: create/dystore, nothing encrypted":                180,
	"Sharded: create/dystore":                                   224,
	"Sharded: get/dystore, nothing encrypted":                   62,
	"Sharded: get/dystore":                                      99,
	"Sharded: update one path/dystore, nothing encrypted":       133,
	"Sharded: update one path/dystore":                          143,
	"Sharded: put, one part changed/dystore, nothing encrypted": 166,
	"Sharded: put, one part changed/dystore":                    211,
	"put one string of 300 KB/dystore":                          61,
	"get one string of 300 KB/dystore":                          20,
	"put 3,072 small maps, 300 KB/dystore":                      6284,
	"get 3,072 small maps, 300 KB/dystore":                      21,
}

func TestOwnAllocations(t *testing.T) {
	eachOurs(t, append(bench.OnEngine(), bench.Large()...), len(own), func(t *testing.T, name string, c bench.Contender) {
		op, tape, err := bench.Own(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		const runs = 20
		tape.Stock(runs + 1)
		allocs := testing.AllocsPerRun(runs, func() { err = op(t.Context()) })
		if err != nil {
			t.Fatal(err)
		}
		check(t, allocs, own[name])
	})
}

// check compares a count with its bound.
func check(t *testing.T, got, bound float64) {
	t.Helper()
	switch {
	case got > bound+slack(bound):
		t.Errorf("%v allocations; the bound is %v", got, bound)
	case got < bound-slack(bound):
		t.Logf("%v allocations; the bound of %v can be lowered", got, bound)
	}
}

// codecBounds is how often dystore's codec allocates: encoding and decoding.
var codecBounds = map[string][2]float64{
	"README person":          {42, 10},
	"75 fields":              {31, 11},
	"nested document, 60 KB": {1163, 376},
}

func TestCodecAllocations(t *testing.T) {
	for _, c := range codecs.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			least := [2]float64{}
			for _, x := range c.Contenders {
				it, err := x.Encode()
				if err != nil {
					t.Fatal(err)
				}
				got := [2]float64{
					testing.AllocsPerRun(20, func() { _, err = x.Encode() }),
					testing.AllocsPerRun(20, func() { _, err = x.Decode(it) }),
				}
				if err != nil {
					t.Fatal(err)
				}
				for i, direction := range []string{"encode", "decode"} {
					switch {
					case x.Name != codecs.Dystore:
						if least[i] == 0 || got[i] < least[i] {
							least[i] = got[i]
						}
					case got[i] >= least[i]:
						t.Errorf("%s: %v allocations, the best of the others has %v", direction, got[i], least[i])
					default:
						check(t, got[i], codecBounds[c.Name][i])
					}
				}
			}
		})
	}
}

// Between a value and the wire, dystore's codec allocates less than
// attributevalue.
func TestWireAllocations(t *testing.T) {
	cases, err := codecs.WireCases()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		var first [2]float64
		for i, x := range c.Contenders {
			got := [2]float64{
				testing.AllocsPerRun(20, func() { _, err = x.Encode() }),
				testing.AllocsPerRun(20, func() { _, err = x.Decode(c.Answer) }),
			}
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				first = got
			} else if got[0] >= first[0] || got[1] >= first[1] {
				t.Errorf("%s: %s allocates %v, %s %v", c.Name, x.Name, got, c.Contenders[0].Name, first)
			}
		}
	}
}

// An envelope costs AES, GCM and the result, to seal and to open.
func TestCipherAllocations(t *testing.T) {
	for _, w := range bench.Ciphers() {
		for _, c := range w.Contenders {
			op, err := c.Prepare(t.Context(), bench.Embedded())
			if err != nil {
				t.Fatal(err)
			}
			if n := testing.AllocsPerRun(100, func() { err = op(t.Context()) }); err != nil || n > 8 {
				t.Errorf("%s, %s: %v allocations, %v", w.Name, c.Name, n, err)
			}
		}
	}
}

// held is what one operation on 300 KB keeps in memory while its request is
// under way, in bytes: of a put the item and its JSON, of a get the JSON, with
// the buffer in which the engine has written it, if that is not gone yet.
var held = map[string]float64{
	"put one string of 300 KB":     330000,
	"get one string of 300 KB":     650000,
	"put 3,072 small maps, 300 KB": 1790000,
	"get 3,072 small maps, 300 KB": 870000,
}

func TestHeld(t *testing.T) {
	for _, w := range bench.Large() {
		for _, c := range w.Contenders {
			if !c.Ours() {
				continue
			}
			got, err := bench.Held(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			// The buffers in pools vary.
			if bound := held[w.Name]; float64(got) > bound*1.1 {
				t.Errorf("%s: %d bytes; the bound is %v", w.Name, got, bound)
			}
		}
	}
}
