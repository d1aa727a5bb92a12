package cipher

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"reflect"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// Tag is what an encrypted value is found by: the id of the key, 4 bytes, and bits of a keyed
// hash of the value. See [BlindIndex].
type Tag []byte

// Searchable are the types of values that a [BlindIndex] may be of. Those of few values are
// not among them: a tag of a bool shows the bool.
type Searchable interface {
	~string | ~[]byte |
		~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Blind is a declaration that objects are found by an encrypted value: a part of a model of T.
// [BlindIndex] makes one. It is immutable; the zero value is refused.
type Blind[T any, V Searchable] struct {
	blindHandle[T]
	scope *string
}

// blindHandle keeps the methods that tie a Blind to its T out of the documentation.
type blindHandle[T any] = model.PartHandle[T]

// DefaultTagBits is how many bits of a hash a tag has without [TagBits].
const DefaultTagBits = 128

// BlindIndex lets objects be found by the value of an encrypted field. The repository keeps a
// tag of the value in another field, of which an index of the table is made:
//
//	emails  = cipher.BlindIndex(source, 1, email, emailTag)
//	byEmail = repo.MultiKeyIndexOf("by-email", repo.PartitionBy(emailTag), repo.SortBy[Person]())
//
//	people, err := repo.New(client, repo.TableOf("People", key, cipher.Protect(keys, email), emails, byEmail))
//	for p, err := range people.Query(ctx, byEmail.In(emails.Eq("ada@example.org"))) { … }
//
// A tag is HMAC-SHA-256 of the value under a key that HKDF derives from key id of the source,
// for the entity, the scope and the two fields. So tags of different fields have nothing in
// common. Every write that knows the value writes the tag, as well as an Update of the field;
// its caller may not. What is found is opened, and left out if it has another value: a tag of few
// bits is shared by several values. An object whose value cannot be opened is an error in its
// place, and ends a Count: nobody can tell whether it is one. So is one that was stored when the
// field was in a shard, until a Put.
//
// The field is exactly what [Protect] names. It is in the object itself, not in a shard, list,
// map or variant, and its type is stored as a string, number or binary. A value that is absent
// or empty has no tag, and is not found. The field of the tag is an attribute of the object
// itself, and not validated; its name is part of what tags are made of, and so are the entity
// and the path, as it is today (see [BindAs]).
//
// Who can read the table sees which objects have the same value, and how often; who also has
// the key can try values. [TagBits] makes that less certain. The key should be of its own, not
// one that [New] uses: it cannot be rotated with the others, and it cannot be one of a person,
// since who searches does not know the person yet.
//
// Programs that write the field have the declaration before any searches: one without it leaves
// the tag of the value before. Objects that were stored earlier are found when they were written
// whole, as by repo.Migrate. That is how a key is rotated, too: declare a second BlindIndex of
// the field with the new key, a field of its own and an index; migrate; search the new one; and
// remove the old one.
func BlindIndex[T any, V Searchable](source KeySource, id KeyID, of lens.Lens[T, V], tag lens.Lens[T, Tag], opts ...BlindOption) *Blind[T, V] {
	x := &blind{source: source, id: id, bits: DefaultTagBits}
	x.declared = model.Blind{Root: reflect.TypeFor[T](), Of: of.ModelLens(), Tag: tag.ModelLens(), Make: x.tag}
	switch {
	case model.IsNil(source):
		x.decline("the key source is nil")
	case id == 0:
		x.decline("0 is not a valid key id")
	}
	for _, l := range []*model.Lens{x.declared.Of, x.declared.Tag} {
		if l.Err != nil {
			x.declared.Errs = append(x.declared.Errs, l.Err)
		}
	}
	for i, o := range opts {
		if model.IsNil(o) {
			x.decline("option %d is nil", i+1)
			continue
		}
		o.search(x)
	}
	x.declared.Key, x.declared.Bits = uint32(id), x.bits
	if len(x.declared.Errs) == 0 {
		x.place = x.label()
	}
	return &Blind[T, V]{blindHandle: model.HandlePart[T](&x.declared)}
}

// BlindOption is an option of [BlindIndex].
type BlindOption interface{ search(*blind) }

type blindOption func(*blind)

func (o blindOption) search(x *blind) { o(x) }

// TagBits is how many bits of the hash a tag has, 8 to 256. With few bits several values have
// one tag, so that it says less: of D values that are possible, each shares its tag with D/2ⁿ
// others. A Query then reads the objects of those as well, and leaves them out.
func TagBits(n int) BlindOption {
	return blindOption(func(x *blind) {
		if n < 8 || n > 8*sha256.Size {
			x.decline("TagBits(%d): a tag has 8 to %d bits", n, 8*sha256.Size)
			return
		}
		x.bits = n
	})
}

// TagFoldCase compares text without regard to case: two texts have one tag if strings.EqualFold
// says that they are the same.
func TagFoldCase() BlindOption {
	return blindOption(func(x *blind) {
		if x.declared.Of.Value.Kind() != reflect.String {
			x.decline("TagFoldCase: %s is not text", x.declared.Of.Value)
		}
		x.declared.Fold = true
	})
}

// TagScope makes tags with keys of their own for each value of a field of the key, as [Scope]
// does: the source is asked with the text of the field, and [Blind.Within] says whose objects
// are searched. repo.New refuses a field that is not part of the key.
func TagScope[T, V any](of lens.Lens[T, V]) BlindOption {
	return blindOption(func(x *blind) {
		l := of.ModelLens()
		switch {
		case l.Err != nil:
			x.declared.Errs = append(x.declared.Errs, l.Err)
		case x.declared.Scope != nil:
			x.decline("TagScope is given twice")
		case l.Root != x.declared.Root:
			x.decline("TagScope: the scope is in a field of %s", l.Root)
		}
		x.declared.Scope = l
	})
}

// Within searches the objects of one scope, of a [BlindIndex] with [TagScope].
func (b *Blind[T, V]) Within(scope string) *Blind[T, V] {
	if b == nil {
		b = &Blind[T, V]{}
	}
	return &Blind[T, V]{b.blindHandle, &scope}
}

// Eq is the condition that the value is v. It is for the In of an index, repo.MultiKeyIndexOf,
// that has the tag in its key, and nowhere else: DynamoDB cannot compare what is encrypted.
func (b *Blind[T, V]) Eq(v V) lens.Condition[T] {
	refuse := func(reason string) error {
		return &lens.Error{Func: "cipher.Blind.Eq", Type: reflect.TypeFor[T]().String(), Reason: reason}
	}
	if b == nil {
		b = &Blind[T, V]{}
	}
	d, ok := b.ModelPart().(*model.Blind)
	if !ok {
		return model.HandleCond[T, lens.Error](&model.Cond{Err: refuse("a zero Blind finds nothing; make one with cipher.BlindIndex")})
	}
	return model.HandleCond[T, lens.Error](&model.Cond{Op: model.Eq, Lens: d.Tag,
		Sought: &model.Sought{Blind: d, Value: reflect.ValueOf(&v).Elem(), Scope: b.scope},
		Err:    refuse("an encrypted value is found by an index only: give the condition to the In of repo.MultiKeyIndexOf")})
}

// blind makes tags.
type blind struct {
	source   KeySource
	id       KeyID
	bits     int
	place    []byte // of the fields: part of what the key is derived for
	declared model.Blind
}

func (x *blind) decline(format string, args ...any) {
	x.declared.Errs = append(x.declared.Errs, &lens.Error{Func: "cipher.BlindIndex", Type: x.declared.Root.String(), Path: x.declared.Of.GoPath(), Reason: fmt.Sprintf(format, args...)})
}

// tagLabel begins what the key of tags is derived for. No header of an envelope begins so.
const tagLabel = "blind index v1"

// label is what tells the tags of these fields from others: the path of the value, and the
// attribute of the tag.
func (x *blind) label() []byte {
	of := x.declared.Of.Path
	place := binary.BigEndian.AppendUint64(nil, uint64(len(of)))
	for _, s := range of {
		place = appendText(place, s.Name)
	}
	return appendText(place, x.declared.Tag.Path.String())
}

// tag makes the tag of a content.
func (x *blind) tag(ctx context.Context, entity, scope string, content []byte) ([]byte, error) {
	key, err := checkKey(x.source.ByID(ctx, scope, x.id))
	if err == nil && key.id != x.id { // nothing else would notice
		err = fmt.Errorf("%w: it returned key %d", ErrKeySource, key.id)
	}
	if err != nil {
		return nil, &FieldError{Op: "tag", Entity: entity, Path: x.declared.Of.Path.String(), KeyID: x.id, Err: err}
	}
	info := append(appendText(appendText([]byte(tagLabel), entity), scope), x.place...)
	var okm [okmSize]byte
	key.derive(info, &okm)
	mac := hmac.New(sha256.New, okm[:sha256.Size])
	mac.Write(content)
	tag := mac.Sum(binary.BigEndian.AppendUint32(make([]byte, 0, 4+sha256.Size), uint32(x.id)))
	tag = tag[:4+(x.bits+7)/8]
	if spare := x.bits % 8; spare > 0 {
		tag[len(tag)-1] &= 0xff << (8 - spare)
	}
	return tag, nil
}
