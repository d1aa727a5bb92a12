package soak

import (
	"fmt"

	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// journal is the object of the test. Each write adds one to N, so that N tells how many there
// were; each whole write gives all parts one generation. In some generations a part is in
// pieces, and in some the manifest is on pages. Reads is a counter.
type (
	entry struct {
		Text string `dynamodbav:"text"`
		Gen  int    `dynamodbav:"gen"`
		Scan []byte `dynamodbav:"scan"`
	}
	journal struct {
		ID      string      `dynamodbav:"id"`
		N       int         `dynamodbav:"n"`
		Gen     int         `dynamodbav:"gen"`
		Email   string      `dynamodbav:"email"`
		Cover   entry       `dynamodbav:"cover"`
		Entries []entry     `dynamodbav:"entries"`
		Reads   int64       `dynamodbav:"-"`
		Meta    meta.Record `dynamodbav:"-"`
	}
)

var (
	journalID = repo.KeyOf(func(j *journal) *string { return &j.ID }, keygen.UUIDv7)
	jN        = lens.Of(func(j *journal) *int { return &j.N })
	jEmail    = lens.Of(func(j *journal) *string { return &j.Email })
	jReads    = lens.Counter("reads", func(j *journal) *int64 { return &j.Reads })
	jText     = lens.Of(func(j *journal) *string { return &j.Cover.Text })

	journals = repo.TableOf("Journals", journalID,
		shard.New(shard.To("Covers"), func(j *journal) *entry { return &j.Cover }),
		shard.Each(shard.To("Entries"), func(j *journal) *[]entry { return &j.Entries }),
		shard.Unique(shard.To("Emails"), jEmail),
		shard.Spread(shard.To("Reads"), 4, jReads),
		meta.Keep(func(j *journal) *meta.Record { return &j.Meta }))
)

// The hot objects exist all the time, and every write of them is counted. The cold ones
// come and go.
const hot, cold = 6, 6

func hotID(i int) string { return fmt.Sprint("hot/", i) }

// countOf is what a program calls the counter of an object.
func countOf(id string) string { return "count/" + id }

func coldID(i int) string { return fmt.Sprint("cold/", i) }

// become is a whole write.
func (j *journal) become(gen int) {
	j.N++
	j.Gen, j.Cover.Gen, j.Cover.Scan, j.Entries = gen, gen, make([]byte, scanned(gen)), nil
	for i := range entries(gen) {
		j.Entries = append(j.Entries, entry{Text: fmt.Sprint("entry ", i), Gen: gen})
	}
}

// entries is how many parts the list has: the manifest of 300 is on pages.
func entries(gen int) int {
	if gen%100 == 7 {
		return 300
	}
	return 1 + gen%6
}

// scanned is how many bytes the cover has: one of 500,000 is in pieces.
func scanned(gen int) int {
	if gen%100 == 9 {
		return 500_000
	}
	return 0
}

func newJournal(id, email string) *journal {
	j := &journal{ID: id, Email: email}
	j.become(0)
	j.N = 0
	return j
}

// whole returns an error unless all parts are of one generation, and the version is the one
// that so many writes make.
func (j *journal) whole() error {
	bad := j.Cover.Gen != j.Gen || len(j.Cover.Scan) != scanned(j.Gen) || len(j.Entries) != entries(j.Gen) || j.Meta.Version != int64(j.N)+1
	for _, e := range j.Entries {
		bad = bad || e.Gen != j.Gen
	}
	if bad {
		return fmt.Errorf("%s is not whole: version %d after %d writes, generation %d, cover %d of %d bytes, %d entries", j.ID, j.Meta.Version, j.N, j.Gen, j.Cover.Gen, len(j.Cover.Scan), len(j.Entries))
	}
	return nil
}
