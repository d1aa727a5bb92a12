package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Thread struct {
	ID     string   `dynamodbav:"id"`
	Title  string   `dynamodbav:"title"`
	Views  int      `dynamodbav:"views"`
	Labels []string `dynamodbav:"labels"`
	Closed bool     `dynamodbav:"closed"`
}

var (
	threadID     = repo.KeyOf(func(t *Thread) *string { return &t.ID })
	threadTitle  = lens.Of(func(t *Thread) *string { return &t.Title })
	threadViews  = lens.Of(func(t *Thread) *int { return &t.Views })
	threadLabels = lens.Of(func(t *Thread) *[]string { return &t.Labels })
	threadClosed = lens.Of(func(t *Thread) *bool { return &t.Closed })
)

// Update changes single paths without reading the object.
func ExampleRepo_Update() {
	ctx := context.Background()
	threads := engineRepo(repo.TableOf("Threads", threadID))
	key, err := threads.Create(ctx, &Thread{ID: "t1", Title: "Helo"})
	fmt.Println(err)

	err = threads.Update(ctx, key, threadTitle.Set("Hello"), lens.Add(threadViews, 3), lens.Append(threadLabels, "new", "greeting"))
	fmt.Println(err)

	// One path is read the same way.
	labels, err := repo.Read(ctx, threads, key, threadLabels)
	fmt.Println(labels, err)

	// All conditions must hold, or nothing is written.
	err = threads.Update(ctx, key, threadClosed.Set(true), repo.If(threadViews.Ge(100)))
	fmt.Println(err)
	err = threads.Update(ctx, key, threadClosed.Set(true), repo.If(lens.Or(threadViews.Ge(100), threadTitle.Eq("Hello"))))
	fmt.Println(err)

	got, err := threads.Get(ctx, key)
	fmt.Printf("%+v %v\n", *got, err)
	// Output:
	// <nil>
	// <nil>
	// [new greeting] <nil>
	// repo: Update Threads "t1": condition does not hold
	// <nil>
	// {ID:t1 Title:Hello Views:3 Labels:[new greeting] Closed:true} <nil>
}
