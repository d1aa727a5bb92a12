package parts

import (
	"crypto/sha256"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/canonical"
	"github.com/dystore/dystore/internal/snapshot"
)

// digester makes the digests that snapshot.Digester makes of encoded values.
type digester struct {
	form canonical.Form
	null bool // there was a NULL inside a part
}

// usualBytes is what the form of most parts needs.
const usualBytes = 256

func newDigester() *digester {
	return &digester{form: canonical.Form{Bytes: make([]byte, 0, usualBytes)}}
}

// of is the digest of a value; it is not there if the value is absent.
func (d *digester) of(p *canonical.Plan, v reflect.Value, level int) (out snapshot.Digest, there bool, err error) {
	d.form.Reset()
	if there, err = p.Append(&d.form, v, level); err == nil && there {
		out = sha256.Sum256(d.form.Bytes)
	}
	return out, there, err
}

// null is the digest of an element that is nil.
var null = func() snapshot.Digest {
	var d snapshot.Digester
	return d.Of(&types.AttributeValueMemberNULL{Value: true})
}()
