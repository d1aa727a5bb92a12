// Package upgrade makes objects of earlier versions of a model objects of today's.
package upgrade

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/tables"
)

// attrs is an item, or a document.
type attrs = map[string]types.AttributeValue

// Document makes of the document of an object of an earlier version the one that a write
// would store today. snap is what is to be remembered, nil for nothing.
func Document(ctx context.Context, s *schema.Schema, former *schema.Former, key tables.Key, doc attrs, snap *snapshot.Snapshot) (attrs, error) {
	old := former.Old
	later := attrs{} // what another program has stored in advance
	for name, av := range doc {
		if old.Codec.Lookup(name) == nil && s.Codec.Lookup(name) != nil {
			later[name] = av
			delete(doc, name)
		}
	}
	if snap != nil {
		snap.Unknown = snapshot.Extract(old.Codec, doc, nil).Without(old.Codec, s.Codec)
		if old.Sealing.Policy != nil || s.Sealing.Policy != nil {
			snap.Sealed = "of an earlier version" // as no declaration says it: all parts are written
		}
	}
	if err := withKey(s, old, key, doc); err != nil {
		return nil, err
	}
	v := reflect.New(old.Typ)
	if err := codec.DecodeStruct(old.Codec, doc, v.Elem()); err != nil {
		return nil, schema.Undecoded(nil, old.Sealing.Explain(key.Parts, nil, &types.AttributeValueMemberM{Value: doc}, old.Codec, err))
	}
	v, err := former.Upgrade(v)
	if err != nil {
		return nil, err
	}
	next, err := codec.EncodeStruct(s.Codec, v.Elem())
	if err == nil {
		err = s.IndexForm(next)
	}
	if err == nil {
		err = addLater(ctx, s, key, next, later)
	}
	for name := range next { // what is absent is read from the key
		if s.IsKeyName(name) || s.Key.Joined.Has(attr.Names(name)) {
			delete(next, name)
		}
	}
	return next, err
}

// withKey gives the earlier type what it has of the key.
func withKey(s, old *schema.Schema, key tables.Key, doc attrs) (err error) {
	for i, a := range s.Keys {
		if old.Codec.Lookup(a.Name) != nil {
			doc[a.Name] = key.Parts[i]
		}
	}
	for _, f := range old.Codec.Fields() {
		path := attr.Names(f.Name)
		if !s.Key.Joined.Has(path) {
			continue
		}
		if doc[f.Name], err = s.Key.Joined.Value(key, path, doc[f.Name]); err != nil {
			return err
		}
	}
	return nil
}

// addLater adds attributes that only today's type has, where the steps have made none.
func addLater(ctx context.Context, s *schema.Schema, key tables.Key, doc, later attrs) error {
	if len(later) == 0 {
		return nil
	}
	sealed, err := s.Sealing.Of(key.Parts)
	if err != nil {
		return err
	}
	zero, err := codec.EncodeStruct(s.Codec, reflect.New(s.Typ).Elem())
	if err != nil {
		return err
	}
	for name, av := range later {
		if now := doc[name]; now == nil || zero[name] != nil && item.Equal(now, zero[name]) {
			if doc[name], err = sealed.OpenAt(ctx, attr.Names(name), av); err != nil {
				return err
			}
		}
	}
	return nil
}
