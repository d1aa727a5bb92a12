package recipes_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Report struct {
		ID    string      `dynamodbav:"id"`
		Title string      `dynamodbav:"title"`
		Body  Body        `dynamodbav:"body"`
		Meta  meta.Record `dynamodbav:"-"`
	}
	Body struct {
		Text string `dynamodbav:"text"`
	}
)

var (
	reportID   = repo.KeyOf(func(r *Report) *string { return &r.ID })
	reportText = lens.Of(func(r *Report) *string { return &r.Body.Text })
	keepReport = meta.Keep(func(r *Report) *meta.Record { return &r.Meta })
)

// reports is the present model: one item for each report.
func reports() repo.Model[Report] { return repo.TableOf("Reports", reportID, keepReport) }

// divided is the new model: the body is an item in another table.
func divided() repo.Model[Report] {
	return repo.TableOf("Reports", reportID, keepReport,
		shard.New(shard.To("Bodies"), func(r *Report) *Body { return &r.Body }))
}

func Example_newShard() {
	ctx := context.Background()
	client := embedded.New().Client()
	today := over(client, reports())
	for _, id := range []string{"r1", "r2"} {
		if _, err := today.Create(ctx, &Report{ID: id, Title: "On Go", Body: Body{"Once upon a time."}}); err != nil {
			log.Fatal(err)
		}
	}

	// First deploy: the table exists, and every program may read there. Writes
	// do not change yet.
	ready := over(client, reports(), repo.AllowTables("Bodies"))
	archive, err := repo.Open(client, "Reports", "id", repo.AllowTables("Bodies"))
	if err != nil {
		log.Fatal(err)
	}

	// Second deploy, one program after the other: the model with the shard. It
	// reads the stored objects, and an Update does not move the body.
	next := over(client, divided())
	err = next.Update(ctx, reportID.Of("r1"), reportText.Set("Twice upon a time."))
	r, err2 := next.Get(ctx, reportID.Of("r1"))
	fmt.Println(r.Body.Text, r.Meta.References(), err, err2)

	// A Put moves the body. Put the objects that change anyway, or all of them.
	// After a conflict, another Put has moved it, or an Update came in between:
	// then put it in another round.
	for r, err := range next.Scan(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		if _, err := next.Put(ctx, r); errors.Is(err, repo.ErrConflict) {
			continue
		} else if err != nil {
			log.Fatal(err)
		}
		fmt.Println("now in", r.Meta.References()[0].Table)
	}

	// Programs of the first deploy read it. Programs from before do not.
	r, err = ready.Get(ctx, reportID.Of("r1"))
	fmt.Println(r.Body.Text, err)
	doc, err := archive.Get(ctx, "r2")
	fmt.Println(doc["body"], err)
	_, err = today.Get(ctx, reportID.Of("r1"))
	fmt.Println(errors.Is(err, repo.ErrCorrupt))

	// A Put by a program without the shard takes the body back.
	_, err = ready.Put(ctx, r)
	fmt.Println(len(r.Meta.References()), "parts", err)
	// Output:
	// Twice upon a time. [] <nil> <nil>
	// now in Bodies
	// now in Bodies
	// Twice upon a time. <nil>
	// map[text:Once upon a time.] <nil>
	// true
	// 0 parts <nil>
}
