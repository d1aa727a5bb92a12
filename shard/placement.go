package shard

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/dystore/dystore/internal/stored"
)

// Limits of placements. DynamoDB sets them.
const (
	maxKeyName  = 255       // bytes of a key attribute's name
	maxItemSize = 400 << 10 // bytes of an item
)

var tableName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

// Placement says where the items of a shard are kept. [To] makes one; it is
// immutable and may serve several shards. The zero Placement is refused.
type Placement struct {
	table     string
	keyName   string
	whenOver  int
	movedFrom []string
	faults    []string
}

// Option is a property of a [Placement]. It affects only the shards declared
// with that placement, not the shards nested in them.
type Option interface{ apply(*Placement) }

type option func(*Placement)

func (o option) apply(p *Placement) { o(p) }

// To places a shard in a table, named as repo.TableOf names the root's: the
// prefix of repo.TablePrefix, if any, is put before it. A table name has 3 to
// 255 of the characters a-z, A-Z, 0-9, _, - and a full stop.
func To(table string, options ...Option) Placement {
	p := Placement{table: table, keyName: stored.DefaultID}
	switch {
	case table == "":
		p.fault("the table has no name")
	case !tableName.MatchString(table):
		p.fault("table name %q is not valid: it has 3 to 255 of the characters a-z, A-Z, 0-9, _, - and .", table)
	}
	for _, o := range options {
		if o == nil {
			p.fault("a placement option is nil")
			continue
		}
		o.apply(&p)
	}
	if slices.Contains(p.movedFrom, table) && table != "" {
		p.fault("table %q is where the shard is, it cannot have moved from there", table)
	}
	return p
}

// KeyName names the attribute that is the table's partition key, a string, in
// 1 to 255 bytes. Without it the name is _id. No field of the shard's struct
// may be stored under that name.
func KeyName(attribute string) Option {
	return option(func(p *Placement) {
		p.keyName = attribute
		if attribute == "" || len(attribute) > maxKeyName {
			p.fault("a key attribute name has 1 to %d bytes, not %d", maxKeyName, len(attribute))
		}
	})
}

// WhenOver moves a part to the shard's table only if its item takes more than
// this number of bytes, at most 400 KB. A smaller part stays in its parent's
// item. Encryption makes values longer; that does not count. The sizes are
// compared when an object is put, never when it is updated. Without it, or with
// 0, every part goes to the table.
//
// A list or map decides for each of its elements.
func WhenOver(bytes int) Option {
	return option(func(p *Placement) {
		p.whenOver = bytes
		if bytes < 0 || bytes > maxItemSize {
			p.fault("WhenOver takes 0 to %d bytes, the size of an item, not %d", maxItemSize, bytes)
		}
	})
}

// MovedFrom names tables that the shard's parts were written to by earlier
// versions of the declaration. They are read there until the next Put of the
// object moves them.
func MovedFrom(tables ...string) Option {
	return option(func(p *Placement) {
		if len(tables) == 0 {
			p.fault("MovedFrom names no table")
		}
		for _, t := range tables {
			switch {
			case !tableName.MatchString(t):
				p.fault("table name %q in MovedFrom is not valid: it has 3 to 255 of the characters a-z, A-Z, 0-9, _, - and .", t)
			case slices.Contains(p.movedFrom, t):
				p.fault("MovedFrom names table %q twice", t)
			}
			p.movedFrom = append(p.movedFrom, t)
		}
	})
}

func (p *Placement) fault(format string, args ...any) {
	p.faults = append(p.faults, fmt.Sprintf(format, args...))
}
