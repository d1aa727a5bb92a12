package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

type Lease struct {
	Host  string      `dynamodbav:"host"`
	Hours int         `dynamodbav:"hours"`
	Meta  meta.Record `dynamodbav:"-"`
}

var (
	leaseHost  = repo.KeyOf(func(l *Lease) *string { return &l.Host })
	leaseHours = lens.Of(func(l *Lease) *int { return &l.Hours })
)

// DeleteValue removes the version that was read, so a lease that somebody has
// prolonged since then stays.
func ExampleRepo_DeleteValue() {
	ctx := context.Background()
	leases := engineRepo(repo.TableOf("Leases", leaseHost, meta.Keep(func(l *Lease) *meta.Record { return &l.Meta })))
	key, err := leases.Create(ctx, &Lease{Host: "h1", Hours: 1})
	fmt.Println(err)

	seen, err := leases.Get(ctx, key)
	fmt.Println(seen.Hours, err)
	fmt.Println(leases.Update(ctx, key, lens.Add(leaseHours, 5))) // another program
	fmt.Println(errors.Is(leases.DeleteValue(ctx, seen), repo.ErrConflict))

	seen, err = leases.Get(ctx, key)
	fmt.Println(seen.Hours, err)
	fmt.Println(leases.DeleteValue(ctx, seen))
	// Output:
	// <nil>
	// 1 <nil>
	// <nil>
	// true
	// 6 <nil>
	// <nil>
}
