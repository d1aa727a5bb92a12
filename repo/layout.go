package repo

import "github.com/dystore/dystore/internal/layout"

// Layout describes a model as data: what is stored in which table, under which key, in
// which types, and what is encrypted. It prints as a tree, Mermaid draws it, and
// encoding/json writes it. It is made from the declaration; no request is sent.
//
// Paths are those of the String of a lens: past[].city is a field of the elements of a
// list, homes{}.city of the entries of a map. A name that has one of . [ ] { } " in it
// is quoted. Names of tables are as declared, without Prefix.
type Layout struct {
	Type    string `json:"type"`   // the Go type
	Entity  string `json:"entity"` // see [Entity]
	Prefix  string `json:"prefix,omitempty"`
	Table   string `json:"table"`             // of the roots
	Record  string `json:"record,omitempty"`  // the attribute of the stored record; empty under [Plain]
	Tracked bool   `json:"tracked,omitempty"` // the model has meta.Keep
	// Detached says that the key is no field of the type.
	Detached   bool   `json:"detached,omitempty"`
	Expires    string `json:"expires,omitempty"` // the attribute of [ExpiresAt]
	SoftDelete bool   `json:"softDelete,omitempty"`
	// Version is that of [Schema], and Oldest the earliest version whose objects are read:
	// there are steps from that one on. Both are 0 without a Schema.
	Version   int             `json:"version,omitempty"`
	Oldest    int             `json:"oldest,omitempty"`
	Key       []LayoutKey     `json:"key"` // the partition key, then the sort key if there is one
	Places    []LayoutPlace   `json:"places,omitempty"`
	Allowed   []string        `json:"allowed,omitempty"` // tables of earlier parts and claims: MovedFrom, AllowTables
	Indexes   []LayoutIndex   `json:"indexes,omitempty"`
	Uniques   []LayoutUnique  `json:"uniques,omitempty"`
	Counters  []LayoutCounter `json:"counters,omitempty"`
	Encrypted []string        `json:"encrypted,omitempty"` // paths
	// BoundAs says of encrypted paths what their values are bound to, under cipher.BindAs.
	BoundAs map[string]string `json:"boundAs,omitempty"`
	// AcceptsPlain and AcceptsErased are the encrypted paths of [AcceptPlain] and [AcceptErased],
	// AcceptsSealed those of cipher.Unprotect, which are not encrypted.
	AcceptsPlain  []string           `json:"acceptsPlain,omitempty"`
	AcceptsSealed []string           `json:"acceptsSealed,omitempty"`
	AcceptsErased []string           `json:"acceptsErased,omitempty"`
	BlindIndexes  []LayoutBlindIndex `json:"blindIndexes,omitempty"`
	Identities    []LayoutIdentity   `json:"identities,omitempty"`
	Attributes    []LayoutAttribute  `json:"attributes,omitempty"` // each before those inside it

	tree, picture string
}

// LayoutKey is an attribute of the key of root items.
type LayoutKey struct {
	Name      string `json:"name"`
	Type      string `json:"type"`  // S, N or B
	Value     string `json:"value"` // as in LayoutAttribute
	Generated bool   `json:"generated,omitempty"`
	// Components are those of a joined key.
	Components []LayoutComponent `json:"components,omitempty"`
}

// LayoutComponent is one component of a joined key: a word, or the field with an
// attribute name.
type LayoutComponent struct {
	Word  string `json:"word,omitempty"`
	Field string `json:"field,omitempty"`
	Form  string `json:"form,omitempty"` // of the field: text, time, integer, seconds or binary
}

// LayoutPlace is where a path has items of its own: a shard; or a list or map that stays
// and has shards inside, which has no table.
type LayoutPlace struct {
	Path string `json:"path"`
	// Kind is item, item per element, item per entry, list that stays or map that stays.
	Kind       string   `json:"kind"`
	Inside     string   `json:"inside,omitempty"` // the path of the place around it
	Table      string   `json:"table,omitempty"`
	KeyName    string   `json:"key,omitempty"` // the key attribute of the table, of type S
	Optional   bool     `json:"optional,omitempty"`
	WhenOver   int      `json:"whenOver,omitempty"` // bytes; smaller values stay in the item around them
	Compressed bool     `json:"compressed,omitempty"`
	MovedFrom  []string `json:"movedFrom,omitempty"`
}

// LayoutIndex is a secondary index of the roots' table.
type LayoutIndex struct {
	Name       string           `json:"name"`
	Local      bool             `json:"local,omitempty"`
	Partition  []LayoutIndexKey `json:"partition"`
	Sort       []LayoutIndexKey `json:"sort,omitempty"`
	Projection string           `json:"projection"` // ALL, KEYS_ONLY or INCLUDE
	Include    []string         `json:"include,omitempty"`
}

// LayoutIndexKey is an attribute of the key of an index.
type LayoutIndexKey struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// LayoutUnique is a value that only one object may have, and where it is claimed.
type LayoutUnique struct {
	Fields   []string `json:"fields"` // paths
	FoldCase []string `json:"foldCase,omitempty"`
	Table    string   `json:"table"`
	KeyName  string   `json:"key"` // the key attribute of the table, of type S
	Hashed   bool     `json:"hashed,omitempty"`
}

// LayoutBlindIndex is what the tags of an encrypted value depend on, under
// cipher.BlindIndex: objects are found by tags that were made alike.
type LayoutBlindIndex struct {
	Tag      string `json:"tag"`   // the attribute of the tags
	Path     string `json:"path"`  // of the value
	Key      uint32 `json:"keyID"` // the source of keys is not in a layout
	Bits     int    `json:"bits"`
	FoldCase bool   `json:"foldCase,omitempty"`
	Scope    string `json:"scope,omitempty"` // the attribute of the key by which keys are chosen
}

// LayoutCounter is a counter, and where its slots are.
type LayoutCounter struct {
	Name    string `json:"name"`
	Field   string `json:"field"` // of the Go type, which receives the sum
	Slots   int    `json:"slots"`
	Table   string `json:"table"`
	KeyName string `json:"key"` // the key attribute of the table, of type S
}

// LayoutIdentity is a list whose elements are known by a field, see [Identity].
type LayoutIdentity struct {
	List  string `json:"list"`
	Field string `json:"field"` // from an element
}

// LayoutAttribute is a value of the document of an object.
type LayoutAttribute struct {
	Path  string `json:"path"`
	Field string `json:"field"` // of the Go type
	// Type is that of DynamoDB: S, N, B, BOOL, SS, NS, BS, L or M; any for a field of
	// type any; custom for a type that marshals itself. An encrypted value is B, and has
	// this type inside.
	Type string `json:"type"`
	// Value is which values of the type are stored and read: int64, time as text, struct;
	// "one of these" for an interface, whose attributes are its variants.
	Value   string `json:"value"`
	Options string `json:"options,omitempty"` // omitempty or nullempty
	Rules   string `json:"rules,omitempty"`   // the validator's tag
}

// String returns the tree, one line per shard and encrypted path. A Layout that was
// read from JSON has none.
func (l Layout) String() string { return l.tree }

// Mermaid returns the layout as a flowchart in the language of Mermaid, which GitHub and
// others draw: the root, what is stored beside it, indexes and unique values. A Layout
// that was read from JSON has none.
func (l Layout) Mermaid() string { return l.picture }

// Layout returns the layout of the model.
func (r *Repo[T]) Layout() Layout {
	d := layout.Of(r.c.s)
	return Layout{
		Type: d.Type, Entity: d.Entity, Prefix: d.Prefix, Table: d.Table, Record: d.Record, Tracked: d.Tracked, Detached: d.Detached, Expires: d.Expires, SoftDelete: d.SoftDelete,
		Version: d.Version, Oldest: d.Oldest,
		Key: each(d.Key, func(k layout.Key) LayoutKey {
			components := each(k.Components, func(c layout.Component) LayoutComponent { return LayoutComponent(c) })
			return LayoutKey{k.Name, k.Type, k.Value, k.Generated, components}
		}),
		Places:  each(d.Places, func(p layout.Place) LayoutPlace { return LayoutPlace(p) }),
		Allowed: d.Allowed,
		Indexes: each(d.Indexes, func(x layout.Index) LayoutIndex {
			return LayoutIndex{x.Name, x.Local, each(x.Partition, indexKey), each(x.Sort, indexKey), x.Projection, x.Include}
		}),
		Uniques: each(d.Uniques, func(u layout.Unique) LayoutUnique { return LayoutUnique(u) }), Encrypted: d.Encrypted, BoundAs: d.BoundAs, AcceptsPlain: d.AcceptsPlain, AcceptsSealed: d.AcceptsSealed, AcceptsErased: d.AcceptsErased,
		BlindIndexes: each(d.BlindIndexes, func(x layout.BlindIndex) LayoutBlindIndex { return LayoutBlindIndex(x) }),
		Counters:     each(d.Counters, func(c layout.Counter) LayoutCounter { return LayoutCounter(c) }),
		Identities:   each(d.Identities, func(i layout.Identity) LayoutIdentity { return LayoutIdentity(i) }),
		Attributes:   each(d.Attributes, func(a layout.Attribute) LayoutAttribute { return LayoutAttribute(a) }),
		tree:         r.c.s.Text(), picture: d.Mermaid(),
	}
}

func indexKey(k layout.IndexKey) LayoutIndexKey { return LayoutIndexKey(k) }

// each converts the elements of a list.
func each[A, B any](all []A, convert func(A) B) (out []B) {
	for _, a := range all {
		out = append(out, convert(a))
	}
	return out
}
