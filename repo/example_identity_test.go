package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// Colleague is today's type, OldColleague the one of a program that was not updated
// yet and does not know what people earn.
type Colleague struct {
	Name   string `dynamodbav:"name"`
	Desk   string `dynamodbav:"desk"`
	Salary int    `dynamodbav:"salary"`
}

type OldColleague struct {
	Name string `dynamodbav:"name"`
	Desk string `dynamodbav:"desk"`
}

type Team struct {
	ID    string      `dynamodbav:"id"`
	Staff []Colleague `dynamodbav:"staff"`
	Meta  meta.Record `dynamodbav:"-"`
}

type OldTeam struct {
	ID    string         `dynamodbav:"id"`
	Staff []OldColleague `dynamodbav:"staff"`
	Meta  meta.Record    `dynamodbav:"-"`
}

// What an old program does not know of an element stays with the element that
// has the same name, however else it was changed and wherever it went.
func ExampleIdentity() {
	ctx, client := context.Background(), embedded.New().Client()
	officeID := repo.KeyOf(func(o *Team) *string { return &o.ID })
	offices, err := repo.New(client, repo.TableOf("Offices", officeID,
		meta.Keep(func(o *Team) *meta.Record { return &o.Meta })))
	if err != nil {
		panic(err)
	}
	oldID := repo.KeyOf(func(o *OldTeam) *string { return &o.ID })
	staff := lens.Of(func(o *OldTeam) *[]OldColleague { return &o.Staff })
	old, err := repo.New(client, repo.TableOf("Offices", oldID,
		meta.Keep(func(o *OldTeam) *meta.Record { return &o.Meta }),
		repo.Identity(lens.Each(staff, lens.Of(func(w *OldColleague) *string { return &w.Name })))))
	if err != nil {
		panic(err)
	}
	if err := offices.CreateTables(ctx); err != nil {
		panic(err)
	}
	if _, err := offices.Create(ctx, &Team{ID: "o1", Staff: []Colleague{{"alice", "1", 100}, {"bob", "2", 200}}}); err != nil {
		panic(err)
	}

	err = old.Modify(ctx, oldID.Of("o1"), func(o *OldTeam) error {
		o.Staff = []OldColleague{{"bob", "7"}, {"carol", "1"}} // bob moves, carol comes, alice leaves
		return nil
	})
	if err != nil {
		panic(err)
	}
	got, err := offices.Get(ctx, officeID.Of("o1"))
	fmt.Println(got.Staff, err)
	// Output: [{bob 7 200} {carol 1 0}] <nil>
}
