package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// singers is a repository of today's version over what the first version has stored.
func singers(ctx context.Context) *repo.Repo[Singer] {
	r, err := repo.New(oldSinger(ctx).Client(), repo.TableOf("Singers", singerID,
		meta.Keep(func(s *Singer) *meta.Record { return &s.Meta }),
		repo.Schema[Singer](2, repo.Upgrade(1, splitName))))
	if err != nil {
		panic(err)
	}
	return r
}

// A dry run says how many objects are not stored as today's program stores them. The
// migration writes them, and changes nothing if it is repeated.
func ExampleRepo_Migrate() {
	ctx := context.Background()
	r := singers(ctx)
	_, err := r.Create(ctx, &Singer{ID: "s2", First: "Billie", Last: "Holiday"})
	fmt.Println(err)

	for _, opts := range [][]repo.CallOption{{repo.DryRun()}, {repo.Rate(100, 50)}, {}} {
		done, err := r.Migrate(ctx, opts...)
		fmt.Println("seen", done.Seen, "changed", done.Changed, "failed", done.Failed, err)
	}
	// Output:
	// <nil>
	// seen 2 changed 1 failed 0 <nil>
	// seen 2 changed 1 failed 0 <nil>
	// seen 2 changed 0 failed 0 <nil>
}

// Rate keeps a migration from taking the capacity of others.
func ExampleRate() {
	ctx := context.Background()
	done, err := singers(ctx).Migrate(ctx, repo.Rate(500, 200), repo.OnProgress(func(p repo.Progress) {
		fmt.Println(p.Seen, "of about", p.Total)
	}))
	fmt.Println(done.Write, "units written", err)
	// Output:
	// 1 of about 1
	// 1 units written <nil>
}
