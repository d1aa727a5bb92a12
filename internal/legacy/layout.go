package legacy

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// metadata is the attribute of each item that says where it and its shards are.
const metadata = "__dystore_meta__"

// layout is the metadata of an item, or of a shard in it.
type layout struct {
	table, region, keyName string
	root                   bool    // it is an object, and no part of one
	path                   pattern // of a shard: where it is in the item
	shards                 []*layout
}

type attrs = map[string]types.AttributeValue

// layoutIn reads the metadata of an item, nil if it has none.
func layoutIn(item attrs) (*layout, error) {
	av, ok := item[metadata]
	if !ok {
		return nil, nil
	}
	return parseLayout(av, 0)
}

// maxNested is how deep DynamoDB nests values.
const maxNested = 32

func parseLayout(av types.AttributeValue, depth int) (*layout, error) {
	m, ok := av.(*types.AttributeValueMemberM)
	if !ok || depth > maxNested {
		return nil, corrupt("%s is no layout", metadata)
	}
	l := &layout{}
	for name, to := range map[string]*string{"table_name": &l.table, "region_name": &l.region, "primary_key_name": &l.keyName} {
		if *to, ok = text(m.Value[name]); !ok || *to == "" {
			return nil, corrupt("%s has no %s", metadata, name)
		}
	}
	switch path := m.Value["path"].(type) {
	case *types.AttributeValueMemberNULL:
		l.root = true
	case *types.AttributeValueMemberS:
		var err error
		if l.path, err = parsePattern(path.Value); err != nil {
			return nil, corrupt("%s: %w", metadata, err)
		}
	default:
		return nil, corrupt("%s has no path", metadata)
	}
	shards, ok := m.Value["shards"].(*types.AttributeValueMemberL)
	if !ok {
		return nil, corrupt("%s has no shards", metadata)
	}
	for _, av := range shards.Value {
		s, err := parseLayout(av, depth+1)
		if err == nil && s.root {
			err = corrupt("%s: a shard has no path", metadata)
		}
		if err != nil {
			return nil, err
		}
		l.shards = append(l.shards, s)
	}
	return l, nil
}

func text(av types.AttributeValue) (string, bool) {
	s, ok := av.(*types.AttributeValueMemberS)
	if !ok {
		return "", false
	}
	return s.Value, true
}

// reference is what is left in an item of a part that has an item of its own.
type reference struct {
	table, region string
	key           types.AttributeValue
}

// The attributes of a reference. The colons are in the stored names.
const (
	refKey    = "primary_key"
	refTable  = "table_name:"
	refRegion = "region_name:"
	refTime   = "modified_utc"
)

// referenceIn reports whether a map has the form of a reference. Only one at the
// place of a shard is one: a map of the caller's data may have the form as well.
func referenceIn(m attrs) (ref reference, ok bool) {
	n := 3
	if _, timed := m[refTime]; timed {
		n = 4
	}
	if len(m) != n {
		return ref, false
	}
	ref.key = m[refKey]
	table, named := text(m[refTable])
	region, placed := text(m[refRegion])
	ref.table, ref.region = table, region
	return ref, named && placed && ref.key != nil
}
