package tables

import (
	"math"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/wire"
)

// An object that has expired, or is deleted but kept, is gone: it counts as absent.
// DynamoDB deletes what has expired when it comes to it, within days, and item by item.

// Skew is how far the clocks of programs and of DynamoDB may differ: a request whose
// signature is older than that is refused.
const Skew = 15 * time.Minute

// never is beyond all times.
const never = 1 << 60

// Expiry is when a root item expires, in seconds since 1970; 0 for never. m is its
// record, nil if it has none.
func (s *Tables) Expiry(root attrs, m *stored.Root) int64 {
	name := s.expiresBy(m)
	if name == "" {
		return 0
	}
	return Seconds(root[name])
}

// expiresBy is the attribute that says it, "" for none.
func (s *Tables) expiresBy(m *stored.Root) string {
	if m != nil && (s.TTL == "" || m.TTL != "" && s.Outdated(m)) { // in an earlier version it may have been another
		return m.TTL
	}
	return s.TTL
}

// Seconds is the expiry that an attribute says, 0 for none: what is no number, and times
// before 1970, as the zero time of Go is. DynamoDB disregards them as well.
func Seconds(av types.AttributeValue) int64 {
	n, ok := av.(*types.AttributeValueMemberN)
	if !ok {
		return 0
	}
	if at, err := strconv.ParseInt(n.Value, 10, 64); err == nil {
		return max(at, 0)
	}
	at, err := strconv.ParseFloat(n.Value, 64) // of another program
	if err != nil || at < 1 || at > never {
		return 0
	}
	return int64(math.Ceil(at))
}

// Ends is Expiry where the record is that of RootMeta, which has found it out.
func (s *Tables) Ends(root *wire.Item, m *stored.Root) int64 {
	switch {
	case m != nil:
		return m.Expires
	case s.TTL == "":
		return 0
	}
	return Seconds(root.Attr(s.TTL))
}

// Gone reports whether the object of a root item counts as absent. m is its record,
// nil if it has none.
func (s *Tables) Gone(root attrs, m *stored.Root) bool {
	return m.Kept() || Expired(s.Ends(wire.Decoded(root), m))
}

// Expired reports whether a time has come, 0 for never.
func Expired(at int64) bool { return at != 0 && at <= time.Now().Unix() }

// Expiring reports whether by the clock of DynamoDB an object may have expired.
func (s *Tables) Expiring(root *wire.Item, m *stored.Root) bool {
	at := s.Ends(root, m)
	return at != 0 && at <= time.Now().Add(Skew).Unix()
}

// Ended is Gone for a root item of which LifeDocs were read.
func (s *Tables) Ended(root attrs) bool {
	rec, ok := root[s.MetaAttr].(*types.AttributeValueMemberM)
	return ok && rec.Value["d"] != nil || Expired(s.Expiry(root, nil))
}

// LifeDocs are the attributes of a root item that say whether its object is gone.
func (s *Tables) LifeDocs(e *expr.Builder) (docs []string) {
	if s.TTL != "" {
		docs = append(docs, e.Name(s.TTL))
	}
	if !s.Plain {
		docs = append(docs, e.Path(s.MetaAttr, "d"))
	}
	return docs
}

// Counts is the condition that the object of a root item counts.
func (s *Tables) Counts(e *expr.Builder) string {
	var conds []string
	if !s.Plain {
		conds = append(conds, "attribute_not_exists("+e.Path(s.MetaAttr, "d")+")")
	}
	if s.TTL != "" {
		conds = append(conds, "NOT ("+Past(e, s.TTL)+")")
	}
	return expr.And(conds...)
}

// Past is the condition that the time in an attribute has come.
func Past(e *expr.Builder, attribute string) string {
	return e.Name(attribute) + " BETWEEN " + e.Value(item.Int(1)) + " AND " + e.Value(item.Int(time.Now().Unix()))
}
