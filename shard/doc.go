// Package shard declares which parts of an object live in separate tables.
//
//	people, err := repo.New(client, repo.TableOf("Root", personID,
//		shard.Optional(shard.To("Births"), func(p *Person) **Birth { return &p.Birth }),
//		shard.New(shard.To("Places", shard.KeyName("IDX")), func(p *Person) *Location { return &p.Location },
//			shard.New(shard.To("Geo"), func(l *Location) *Geo { return &l.Geo })),
//		shard.Each(shard.To("Past"), func(p *Person) *[]Location { return &p.Past }),
//		shard.EachValue(shard.To("Homes", shard.WhenOver(64<<10)), func(p *Person) *map[string]Location { return &p.Homes }),
//	))
//
// An object is still read and written as a whole, in one committed state. What
// is declared here is only where its parts are kept: because an item ends at
// 400 KB, because a part changes at another pace, or because it belongs to
// another table.
//
// # Which constructor
//
//	field               constructor       items
//	S                   New               one
//	*S                  Optional          one, none for nil
//	[]S                 Each              one per element
//	[]*S                EachPtr           one per element that is not nil
//	map[K]S             EachValue         one per value
//	[]S, stays          Within            those of the shards inside its elements
//	map[K]S, stays      WithinValues      those of the shards inside its values
//
// S must be a struct that is stored field by field, not one that marshals
// itself such as time.Time. Shards nest: what is inside S is declared by
// arguments of its constructor, never beside it.
//
// # Keys
//
// The items of a shard have a partition key, a string, and nothing else that
// the table must know; its name is _id unless [KeyName] says otherwise. The
// repository makes the keys. One table may hold the shards of several models;
// it may not be the table of a root.
//
// # Errors
//
// Constructors do not fail, so that a model can be declared in one expression.
// What is wrong with a shard shows in Err, and repo.New returns it together
// with all other mistakes of the model.
package shard
