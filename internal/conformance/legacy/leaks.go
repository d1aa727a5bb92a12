package legacy

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// typed has fields that texts may not fit.
type typed struct {
	ID    string
	Small int8
	Un    uint
	Ratio float32
	At    time.Time
	Unix  time.Time `dynamodbav:",unixtime"`
	UUID  uuid.UUID
	Addr  netip.Addr
	Flag  bool
	Bytes []byte
	Name  string      `validate:"max=3"`
	Meta  meta.Record `dynamodbav:"-"`
}

var leakChecks = []kit.Check{
	{Name: "errors say nothing of what was decrypted", Run: func(t *testing.T, x *kit.World) {
		id := repo.KeyOf(func(v *typed) *string { return &v.ID })
		into := kit.Open(t, x, repo.TableOf("Typed", id, meta.Keep(func(v *typed) *meta.Record { return &v.Meta })))
		for _, name := range []string{"Small", "Un", "Ratio", "At", "Unix", "UUID", "Addr", "Flag", "Bytes", "Name"} {
			s := peopleTables(t, x)(somekey(name))
			for _, secret := range []string{"13371337", "-13371337", "s3cr3t-13371337", "1.13371337e300", "b'13371337", "2020-13-37 13:37"} {
				simple(t, x, "o", kit.Row{name: sealed(secret)})
				_, err := dynamostore.Import(t.Context(), s, into, "o")
				if err == nil {
					kit.Must(t, into.Delete(t.Context(), id.Of("o")))
					continue
				}
				if !errors.Is(err, repo.ErrInvalid) && !errors.Is(err, repo.ErrOutcomeUnknown) || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "13371337") {
					t.Errorf("%s %s: %v", name, secret, err)
				}
			}
		}
	}},
}
