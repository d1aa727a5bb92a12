package migrate

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/seal"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/tables"
)

// outdated reports whether an encrypted value of an object, or its list of encrypted paths,
// would be made otherwise today. The error is also that of a value that was changed: it is
// never taken for one under an old key.
func (m *Migration) outdated(ctx context.Context, key tables.Key, snap *snapshot.Snapshot) (bool, error) {
	s := m.Writer.Schema
	today, err := s.Sealing.Of(key.Parts)
	if err != nil {
		return false, err
	}
	forms := seal.Forms{}
	unknown, err := snap.Unknown.Replaced(func(path attr.Path, av types.AttributeValue) (types.AttributeValue, error) {
		return today.Renew(ctx, forms, path, av, true)
	})
	if err != nil {
		return false, err
	}
	sealing := &s.Sealing
	if former, err := schema.FormerOf(s, snap.Root); former != nil { // the ciphers of its version have opened its values
		sealing = &former.Old.Sealing
	} else if err != nil {
		return false, err
	}
	sealed, err := sealing.Of(key.Parts)
	if err != nil {
		return false, err
	}
	forms = seal.Forms{}
	if !snap.Bare() { // there is no list without a record
		current, err := forms.ListCurrent(ctx, &sealed, snap.Root.Policy)
		if !current || err != nil {
			return true, err
		}
	}
	for _, envelopes := range snap.Envelopes {
		if current, err := forms.Current(ctx, &sealed, envelopes); !current || err != nil {
			return true, err
		}
	}
	return sealing.Encoded != s.Sealing.Encoded || !unknown.Equal(snap.Unknown), nil
}

// closed reports whether a key source refuses a key: it has not failed.
func closed(err error) bool {
	for _, verdict := range []error{cipher.ErrUnknownKey, cipher.ErrKeyDisabled, cipher.ErrKeyDestroyed} {
		if errors.Is(err, verdict) {
			return !errors.Is(err, cipher.ErrKeySource) && !fail.EndOfContext(err)
		}
	}
	return false
}

// classes are the errors of package cipher by their names. An error that has several is of
// the first of them.
var classes = []struct {
	name string
	err  error
}{
	{"cipher.ErrAuth", cipher.ErrAuth},
	{"cipher.ErrWrongKey", cipher.ErrWrongKey},
	{"cipher.ErrUnknownKey", cipher.ErrUnknownKey},
	{"cipher.ErrKeyDisabled", cipher.ErrKeyDisabled},
	{"cipher.ErrKeyDestroyed", cipher.ErrKeyDestroyed},
	{"cipher.ErrNotEncrypted", cipher.ErrNotEncrypted},
	{"cipher.ErrUnexpectedEnvelope", cipher.ErrUnexpectedEnvelope},
	{"cipher.ErrMalformed", cipher.ErrMalformed},
	{"cipher.ErrVersion", cipher.ErrVersion},
	{"cipher.ErrSuite", cipher.ErrSuite},
	{"cipher.ErrType", cipher.ErrType},
	{"cipher.ErrScope", cipher.ErrScope},
	{"cipher.ErrNoSealer", cipher.ErrNoSealer},
	{"cipher.ErrNoOpener", cipher.ErrNoOpener},
}

// kind is the name that an error of an object is counted by.
func (m *Migration) kind(err error) string {
	if m.Sealed {
		for _, c := range classes {
			if errors.Is(err, c.err) {
				return c.name
			}
		}
	}
	return fail.KindName(err)
}
