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
	"Put and Get/dystore, Plain":                                115,
	"Put and Get/dystore":                                       143,
	"Create/dystore, Plain":                                     105,
	"Create/dystore":                                            127,
	"Create/dystore, Relaxed":                                   120,
	"Update one path/dystore, Plain and Relaxed":                48,
	"Update one path/dystore":                                   97,
	"Two pages of 25 of an index/dystore, Plain":                331,
	"Two pages of 25 of an index/dystore":                       381,
	"Query 1,000 items/dystore, Plain":                          2032,
	"Query 1,000 items/dystore":                                 3032,
	"Scan 1,000 items/dystore, Plain":                           2018,
	"Scan 1,000 items/dystore":                                  3018,
	"Get 100 by key/dystore, Plain":                             453,
	"Get 100 by key/dystore":                                    553,
	"Transaction of 20 items/dystore":                           313,
	"Transact of 2 objects/dystore, Plain":                      114,
	"Transact of 2 objects/dystore":                             158,
	"Sharded: create/dystore, nothing encrypted":                170,
	"Sharded: create/dystore":                                   217,
	"Sharded: get/dystore, nothing encrypted":                   61,
	"Sharded: get/dystore":                                      99,
	"Sharded: update one path/dystore, nothing encrypted":       127,
	"Sharded: update one path/dystore":                          138,
	"Sharded: put, one part changed/dystore, nothing encrypted": 162,
	"Sharded: put, one part changed/dystore":                    203,
	"put one string of 300 KB/dystore":                          58,
	"get one string of 300 KB/dystore":                          19,
	"put 3,072 small maps, 300 KB/dystore":                      6274,
	"get 3,072 small maps, 300 KB/dystore":                      20,
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

// encryptedAllocs is how often dystore itself allocates to write and to read an
// object of ten fields. A batch needs AES and GCM once, and not for each value.
var encryptedAllocs = map[string][2]float64{
	bench.Unsealed:    {63, 15},
	bench.Dystore:     {102, 43},
	bench.WrappedKeys: {124, 53},
	bench.OneByOne:    {119, 60},
}

func TestEncryptedAllocations(t *testing.T) {
	for i, w := range bench.Encrypted() {
		for _, c := range w.Contenders {
			op, tape, err := bench.Own(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			const runs = 100
			tape.Stock(runs + 1)
			want := encryptedAllocs[c.Name][i]
			if n := testing.AllocsPerRun(runs, func() { err = op(t.Context()) }); err != nil || n != want {
				t.Errorf("%s, %s: %v allocations, %v, want %v", w.Name, c.Name, n, err, want)
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
