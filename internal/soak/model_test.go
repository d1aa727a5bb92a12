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
// were; each whole write gives all parts one generation.
type (
	entry struct {
		Text string `dynamodbav:"text"`
		Gen  int    `dynamodbav:"gen"`
	}
	journal struct {
		ID      string      `dynamodbav:"id"`
		N       int         `dynamodbav:"n"`
		Gen     int         `dynamodbav:"gen"`
		Email   string      `dynamodbav:"email"`
		Cover   entry       `dynamodbav:"cover"`
		Entries []entry     `dynamodbav:"entries"`
		Meta    meta.Record `dynamodbav:"-"`
	}
)

var (
	journalID = repo.KeyOf(func(j *journal) *string { return &j.ID }, keygen.UUIDv7)
	jN        = lens.Of(func(j *journal) *int { return &j.N })
	jEmail    = lens.Of(func(j *journal) *string { return &j.Email })
	jText     = lens.Of(func(j *journal) *string { return &j.Cover.Text })

	journals = repo.TableOf("Journals", journalID,
		shard.New(shard.To("Covers"), func(j *journal) *entry { return &j.Cover }),
		shard.Each(shard.To("Entries"), func(j *journal) *[]entry { return &j.Entries }),
		shard.Unique(shard.To("Emails"), jEmail),
		meta.Keep(func(j *journal) *meta.Record { return &j.Meta }))
)

// The hot objects exist all the time, and every write of them is counted. The cold ones
// come and go.
const hot, cold = 6, 6

func hotID(i int) string { return fmt.Sprint("hot/", i) }

func coldID(i int) string { return fmt.Sprint("cold/", i) }

// become is a whole write.
func (j *journal) become(gen int) {
	j.N++
	j.Gen, j.Cover.Gen, j.Entries = gen, gen, nil
	for i := range 1 + gen%6 {
		j.Entries = append(j.Entries, entry{fmt.Sprint("entry ", i), gen})
	}
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
	n := 1 + j.Gen%6
	bad := j.Cover.Gen != j.Gen || len(j.Entries) != n || j.Meta.Version != int64(j.N)+1
	for _, e := range j.Entries {
		bad = bad || e.Gen != j.Gen
	}
	if bad {
		return fmt.Errorf("%s is not whole: version %d, %+v", j.ID, j.Meta.Version, *j)
	}
	return nil
}
