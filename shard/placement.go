package shard

import (
	"fmt"
	"slices"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/stored"
)

// Limits of placements. DynamoDB sets them.
const (
	maxKeyName  = 255       // bytes of a key attribute's name
	maxItemSize = 400 << 10 // bytes of an item
)

// placed keeps the method that carries a placement to package repo out of the
// documentation.
type placed = model.PlacementHandle

// Placement says where the items of a shard are kept. [To] makes one; it is
// immutable and may serve several shards. The zero Placement is refused.
type Placement struct {
	placed
	table     string // as declared, after the region if it is in another one
	region    string
	keyName   string
	whenOver  int
	movedFrom []string
	packed    bool
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
//
// A table may be named by its ARN, as repo.TableOf says. What is stored is its name. A
// table in another region than the root's has [Region].
func To(table string, options ...Option) Placement {
	p := Placement{keyName: stored.DefaultID}
	switch why := arn.Bad(table); {
	case table == "":
		p.fault("the table has no name")
	case why != "":
		p.fault("%s", why)
	default:
		p.table = table
	}
	for _, o := range options {
		if o == nil {
			p.fault("a placement option is nil")
			continue
		}
		o.apply(&p)
	}
	p.apart()
	if slices.Contains(p.movedFrom, p.table) && p.table != "" {
		p.fault("table %q is where the shard is, it cannot have moved from there", p.table)
	}
	p.placed = model.HandlePlacement(&model.Placement{Table: p.table, KeyName: p.keyName, WhenOver: p.whenOver, MovedFrom: p.movedFrom, Packed: p.packed, Faults: p.faults})
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

// Compressed compresses the shard's parts of 4 KB or more by zstd (RFC 8878), with the
// limit that a part that is compressed has at most 256 MB. Smaller parts, and those that
// would not become smaller, are stored as they are.
//
// It saves write and read units, which DynamoDB counts by the size of items, and costs
// time. Encrypted values do not become smaller: what is compressed is what is stored, and
// ciphertext cannot be compressed. So the sizes of compressed items say nothing about
// secrets.
//
// An object with a compressed part is written by the staged protocol (see repo.Staged),
// and a change of a path inside the part reads and writes all of it. A Read of such a path
// reads all of it, too. Other programs see the attributes of the part no more. Objects that
// were stored before are compressed by the next Put that writes the part, or by Migrate.
func Compressed() Option { return option(func(p *Placement) { p.packed = true }) }

// Region says that the table is in another region than the root's, such as eu-west-1:
//
//	shard.To("Archive", shard.Region("eu-west-1"))
//
// The client of the region is given to the repository with repo.WithRegions. A write of
// such a part is staged, as repo.Staged describes it, because no transaction spans
// regions. A read of the part is one more request, to that region, after the one for the
// root. What does not concern the part is sent nothing there: an object can be read with
// repo.Skip, and changed in its other parts, while the region cannot be reached.
//
// [Unique] takes no Region, since values are claimed in one transaction with the root.
func Region(name string) Option {
	return option(func(p *Placement) {
		switch why := arn.BadRegion(name); {
		case why != "":
			p.fault("Region: %s", why)
		case p.region != "":
			p.fault("Region is said twice")
		default:
			p.region = name
		}
	})
}

// apart puts the region before the name of the table.
func (p *Placement) apart() {
	if p.region == "" || p.table == "" {
		return
	}
	place, _ := arn.Split(p.table)
	if at := arn.RegionOf(place); at != "" && at != p.region {
		p.fault("Region says %s, and the ARN of the table says %s", p.region, at)
	}
	p.table = arn.Apart(p.region, p.table)
}

// MovedFrom names tables that the shard's parts were written to by earlier
// versions of the declaration. They are read there until the next Put of the
// object moves them.
//
// A table in another region than the root's is named by both, as in
// MovedFrom("eu-west-1/Archive"), also if the shard has the [Region].
func MovedFrom(tables ...string) Option {
	return option(func(p *Placement) {
		if len(tables) == 0 {
			p.fault("MovedFrom names no table")
		}
		for _, t := range tables {
			region, there := arn.Region(t)
			if why := arn.Bad(there); why != "" {
				p.fault("MovedFrom: %s", why)
			}
			if why := arn.BadRegion(region); region != "" && why != "" {
				p.fault("MovedFrom: %s", why)
			}
			if slices.Contains(p.movedFrom, t) {
				p.fault("MovedFrom names table %q twice", t)
			}
			p.movedFrom = append(p.movedFrom, t)
		}
	})
}

func (p *Placement) fault(format string, args ...any) {
	p.faults = append(p.faults, fmt.Sprintf(format, args...))
}
