package lens_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"slices"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type (
	Spot struct {
		City    string `dynamodbav:"city"`
		Country string `dynamodbav:"country"`
	}
	Track struct {
		ID     string              `dynamodbav:"id"`
		Title  string              `dynamodbav:"title"`
		Plays  int                 `dynamodbav:"plays"`
		Queue  []string            `dynamodbav:"queue"`
		Genres []string            `dynamodbav:"genres,stringset"`
		Fans   map[string]struct{} `dynamodbav:"fans,stringset"`
		Studio Spot                `dynamodbav:"studio"`
	}
)

var (
	trackID     = repo.KeyOf(func(t *Track) *string { return &t.ID })
	trackTitle  = lens.Of(func(t *Track) *string { return &t.Title })
	trackPlays  = lens.Of(func(t *Track) *int { return &t.Plays })
	trackQueue  = lens.Of(func(t *Track) *[]string { return &t.Queue })
	trackGenres = lens.Of(func(t *Track) *[]string { return &t.Genres })
	trackFans   = lens.Of(func(t *Track) *map[string]struct{} { return &t.Fans })
	trackStudio = lens.Of(func(t *Track) *Spot { return &t.Studio })
)

// aTrack is a repository over an engine of its own that holds one track.
func aTrack(ctx context.Context) (*repo.Repo[Track], repo.Key[Track]) {
	r, err := repo.New(embedded.New().Client(), repo.TableOf("Tracks", trackID))
	if err == nil {
		err = r.CreateTables(ctx)
	}
	if err != nil {
		log.Fatal(err)
	}
	key, err := r.Create(ctx, &Track{ID: "t1", Title: "Blue in Green", Queue: []string{"next"}, Genres: []string{"jazz", "modal"},
		Fans: map[string]struct{}{"ann": {}}, Studio: Spot{City: "New York", Country: "US"}})
	if err != nil {
		log.Fatal(err)
	}
	return r, key
}

// holds prints which conditions hold for the track.
func holds(conds ...lens.Condition[Track]) {
	ctx := context.Background()
	r, key := aTrack(ctx)
	for _, c := range conds {
		err := r.Update(ctx, key, lens.Add(trackPlays, 1), repo.If(c))
		if err != nil && !errors.Is(err, repo.ErrCondition) {
			log.Fatal(err)
		}
		fmt.Print(err == nil, " ")
	}
	fmt.Println()
}

// changed prints what becomes of the track.
func changed(changes ...lens.Change[Track]) {
	ctx := context.Background()
	r, key := aTrack(ctx)
	t, err := repo.UpdateGet(ctx, r, key, changes...)
	if err != nil {
		log.Fatal(err)
	}
	slices.Sort(t.Genres) // a set has no order
	fmt.Println(t.Queue, t.Genres, t.Fans, t.Studio)
}

func ExampleHasPrefix() {
	holds(lens.HasPrefix(trackTitle, "Blue"), lens.HasPrefix(trackTitle, "Green"))
	// Output: true false
}

func ExampleContainsText() {
	holds(lens.ContainsText(trackTitle, "in"), lens.ContainsText(trackTitle, "IN"))
	// Output: true false
}

// Of a list or a set, an element is found whole.
func ExampleContains() {
	holds(lens.Contains(trackGenres, "jazz"), lens.Contains(trackQueue, "next"), lens.Contains(trackQueue, "ne"))
	// Output: true true false
}

// A set that is kept in a map has keys.
func ExampleContainsKey() {
	holds(lens.ContainsKey(trackFans, "ann"), lens.Not(lens.ContainsKey(trackFans, "bob")))
	// Output: true true
}

// A list that has less than so many elements may grow.
func ExampleLens_Size() {
	holds(trackQueue.Size().Lt(10), trackTitle.Size().Gt(100))
	// Output: true false
}

// Every comparison of a size.
func ExampleLength() {
	n := trackGenres.Size() // 2
	holds(n.Eq(2), n.Ne(2), n.Lt(2), n.Le(2), n.Gt(2), n.Ge(2), n.Between(1, 3))
	// Output: true false false true false true true
}

// The stored type may be another than the field's, if another program has written
// the value.
func ExampleLens_HasType() {
	holds(trackPlays.HasType(lens.TypeNumber), trackPlays.HasType(lens.TypeNull))
	// Output: true false
}

// What is prepended keeps its order.
func ExamplePrepend() {
	changed(lens.Prepend(trackQueue, "first", "second"))
	// Output: [first second next] [jazz modal] map[ann:{}] {New York US}
}

// What is in a set already is in it once.
func ExampleAddToSet() {
	changed(lens.AddToSet(trackGenres, "jazz", "cool"))
	// Output: [next] [cool jazz modal] map[ann:{}] {New York US}
}

func ExampleDeleteFromSet() {
	changed(lens.DeleteFromSet(trackGenres, "modal", "rock"))
	// Output: [next] [jazz] map[ann:{}] {New York US}
}

func ExampleAddKeys() {
	changed(lens.AddKeys(trackFans, "bob"))
	// Output: [next] [jazz modal] map[ann:{} bob:{}] {New York US}
}

// With the last key the attribute goes, and the map is nil.
func ExampleDeleteKeys() {
	changed(lens.DeleteKeys(trackFans, "ann"))
	// Output: [next] [jazz modal] map[] {New York US}
}

// Merge leaves alone what is zero in the value that it is given.
func ExampleMerge() {
	changed(lens.Merge(trackStudio, Spot{City: "Hackensack"}))
	// Output: [next] [jazz modal] map[ann:{}] {Hackensack US}
}
