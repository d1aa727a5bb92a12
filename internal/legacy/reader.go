package legacy

import (
	"context"
	"errors"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/tables"
)

// Reader reads the objects of one table.
type Reader struct {
	Fetch   fetch.Reader
	Regions map[string]fetch.Reader // of other regions than that of the root items
	Table   string                  // as the stored data names it
	Prefix  string                  // of all tables
	KeyName string
	Allowed map[string]bool // tables that references may lead into, besides Table

	Passphrase func(path string) string // nil: nothing is decrypted
	Plaintext  bool                     // what has a passphrase may be plain
	Omit       []attr.Path              // what is left out of documents

	ignored *regexp.Regexp // paths that dynamo-store never encrypts
	limit   int            // maxBytes, less in tests
}

// Init completes a Reader. The library searches the name of the key, as a regular
// expression, in the path of a value before it encrypts the value.
func (r *Reader) Init() {
	ignored, err := regexp.Compile(r.KeyName)
	if err != nil {
		ignored = regexp.MustCompile(regexp.QuoteMeta(r.KeyName))
	}
	r.ignored, r.limit = ignored, maxBytes
}

// RootTable is the real name of the table of the root items.
func (r *Reader) RootTable() string { return r.Prefix + r.Table }

// Object is one object on its way in.
type Object struct {
	Key   types.AttributeValue
	Value map[string]types.AttributeValue // the document, when it was read; it has Text in it
	Err   error

	root    *hole
	region  string
	pending []*hole // items that are to be read
	parts   int
	bytes   int
	putOff  bool // it is too large to be read beside others
}

// Get reads one object. References are followed that a writer may be about to
// replace: if an item is gone, the object is read once more.
func (r *Reader) Get(ctx context.Context, key types.AttributeValue) (*Object, error) {
	for again := false; ; again = true {
		item, err := r.Fetch.One(ctx, fetch.Item{Table: r.RootTable(), Key: attrs{r.KeyName: key}}, true, nil)
		if err != nil {
			return nil, err
		}
		o, err := r.begin(key, item)
		if err != nil {
			return nil, err
		}
		r.complete(ctx, []*Object{o})
		if o.Err == nil || again || !errors.Is(o.Err, ErrMissing) {
			return o, o.Err
		}
	}
}

// begin starts to read the object that has a root item.
func (r *Reader) begin(key types.AttributeValue, item attrs) (*Object, error) {
	if item == nil {
		return nil, fail.ErrNotFound
	}
	if key == nil {
		return nil, fail.Withf(fail.ErrInvalid, "the items of the table have no attribute %q, which is to be the key", r.KeyName)
	}
	l, err := layoutIn(item)
	switch {
	case err != nil:
		return nil, err
	case l == nil:
		return nil, corrupt("the item has no %s, so dynamo-store has not written it", metadata)
	case !l.root:
		return nil, fail.Withf(fail.ErrNotFound, "the item is a part of another object")
	}
	o := &Object{Key: key, region: l.region}
	o.root = &hole{node: &node{id: itemID{table: r.Table, key: KeyText(key)}, shards: l.shards}}
	r.fill(o, o.root, item, r.KeyName)
	return o, nil
}

// Page reads the objects of a page of the table. Next is where the next one begins,
// nil after the last one. Items that are no root items are passed over, and so are
// objects that are gone when their parts are read. A page ends before an object that is
// too large to be in memory beside those before it. The error is that of the scan.
func (r *Reader) Page(ctx context.Context, start map[string]types.AttributeValue, limit int32) (objects []*Object, next map[string]types.AttributeValue, err error) {
	scan := &dynamodb.ScanInput{TableName: new(r.RootTable()), ConsistentRead: new(true), Limit: &limit}
	page, err := r.Fetch.Scan(scan)(ctx, start)
	if err != nil {
		return nil, nil, err
	}
	var sound []*Object
	for _, item := range page.Attrs() {
		if l, err := layoutIn(item); err == nil && (l == nil || !l.root) {
			continue
		}
		o, err := r.begin(item[r.KeyName], item)
		if err != nil {
			o = &Object{Key: item[r.KeyName], Err: err}
		} else {
			sound = append(sound, o)
		}
		objects = append(objects, o)
	}
	r.complete(ctx, sound)
	next = page.Next
	if at := slices.IndexFunc(objects, func(o *Object) bool { return o.putOff }); at > 0 {
		objects, next = objects[:at], attrs{r.KeyName: objects[at-1].Key}
	}
	found := objects[:0]
	for _, o := range objects {
		if errors.Is(o.Err, ErrMissing) { // a writer may have replaced it since
			again, err := r.Get(ctx, o.Key)
			if errors.Is(err, fail.ErrNotFound) {
				continue
			}
			if again == nil {
				again = &Object{Key: o.Key}
			}
			again.Err = err
			o = again
		}
		found = append(found, o)
	}
	return found, next, nil
}

// KeyText is a key as text that no other key of its table has.
func KeyText(av types.AttributeValue) string {
	return tables.Key{Parts: []types.AttributeValue{av}}.Text()
}
