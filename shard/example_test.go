package shard_test

import (
	"fmt"

	"github.com/dystore/dystore/shard"
)

func ExampleNew() {
	place := shard.New(shard.To("Places", shard.KeyName("IDX")), func(p *Person) *Location { return &p.Location },
		shard.New(shard.To("Geo"), func(l *Location) *Geo { return &l.Geo }))
	fmt.Println(place.Err())
	// Output: <nil>
}

// A declaration that cannot work says why; repo.New reports it.
func ExampleShard_Err() {
	past := shard.New(shard.To("Past"), func(p *Person) *[]Location { return &p.Past })
	fmt.Println(past.Err())
	// Output: shard.New(shard_test.Person, Past): it is a []shard_test.Location, a list; use shard.Each, or shard.Within for what is inside the elements
}
