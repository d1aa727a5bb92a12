package repo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The types of the calls that are refused.
type (
	iSub struct {
		A string
		N int
	}
	iDoc struct {
		ID    string
		Name  string         `validate:"required,max=5"`
		Low   int            `validate:"ltefield=High"`
		High  int            `validate:"gtefield=Low"`
		List  []string       `validate:"max=3,dive,min=2"`
		Nums  map[string]int `validate:"dive,gte=0"`
		Count int            `validate:"gte=0"`
		Kind  string         `validate:"required_if=High 1"`
		Set   []string       `dynamodbav:",stringset"`
		Opt   string         `dynamodbav:",omitempty"`
		Rate  float64        `dynamodbav:",omitempty"`
		Blob  iSub           // encrypted whole
		Plain iSub
		At    time.Time
		Tags  []string
		Attrs map[string]string
		Anon  struct {
			X string `validate:"required"`
		}
		Geo  Geo         // a shard
		Many []Geo       // a shard for each
		Meta meta.Record `dynamodbav:"-"`
	}
	iOrder struct {
		Customer string
		At       time.Time
		Total    int
	}
	iLoose struct{ Text string }
)

var (
	iID    = repo.KeyOf(func(d *iDoc) *string { return &d.ID })
	iName  = lens.Of(func(d *iDoc) *string { return &d.Name })
	iLow   = lens.Of(func(d *iDoc) *int { return &d.Low })
	iHigh  = lens.Of(func(d *iDoc) *int { return &d.High })
	iList  = lens.Of(func(d *iDoc) *[]string { return &d.List })
	iNums  = lens.Of(func(d *iDoc) *map[string]int { return &d.Nums })
	iCount = lens.Of(func(d *iDoc) *int { return &d.Count })
	iKind  = lens.Of(func(d *iDoc) *string { return &d.Kind })
	iSet   = lens.Of(func(d *iDoc) *[]string { return &d.Set })
	iOpt   = lens.Of(func(d *iDoc) *string { return &d.Opt })
	iRate  = lens.Of(func(d *iDoc) *float64 { return &d.Rate })
	iBlob  = lens.Of(func(d *iDoc) *iSub { return &d.Blob })
	iBlobA = lens.Of(func(d *iDoc) *string { return &d.Blob.A })
	iBlobN = lens.Of(func(d *iDoc) *int { return &d.Blob.N })
	iPlain = lens.Of(func(d *iDoc) *iSub { return &d.Plain })
	iInN   = lens.Of(func(d *iDoc) *int { return &d.Plain.N })
	iAt    = lens.Of(func(d *iDoc) *time.Time { return &d.At })
	iTags  = lens.Of(func(d *iDoc) *[]string { return &d.Tags })
	iAttrs = lens.Of(func(d *iDoc) *map[string]string { return &d.Attrs })
	iX     = lens.Of(func(d *iDoc) *string { return &d.Anon.X })
	iGeo   = lens.Of(func(d *iDoc) *Geo { return &d.Geo })
	iLat   = lens.Of(func(d *iDoc) *string { return &d.Geo.Lat })
	iMany  = lens.Of(func(d *iDoc) *[]Geo { return &d.Many })

	iOrderKey = repo.CompositeKeyOf(func(o *iOrder) *string { return &o.Customer }, func(o *iOrder) *time.Time { return &o.At })
	iTotal    = lens.Of(func(o *iOrder) *int { return &o.Total })
	iLooseKey = repo.DetachedKey[iLoose, string]("ID")
)

// repos are repositories over one engine whose requests are recorded.
type repos struct {
	client   *dynamodb.Client
	requests *fault.Transport
	docs     *repo.Repo[iDoc]
	orders   *repo.Repo[iOrder]
	plain    *repo.Repo[iOrder]
	loose    *repo.Repo[iLoose]
	stored   *repo.Stored
}

func newRepos(t *testing.T) *repos {
	t.Helper()
	r := &repos{}
	r.client, r.requests = fault.Wrap(embedded.New().Client())
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	r.docs, err = repo.New(r.client, repo.TableOf("Docs", iID,
		shard.New(shard.To("Geos"), func(d *iDoc) *Geo { return &d.Geo }),
		shard.Each(shard.To("Many"), func(d *iDoc) *[]Geo { return &d.Many }),
		cipher.Protect[iDoc](testKeys(t), iBlob),
		meta.Keep(func(d *iDoc) *meta.Record { return &d.Meta })))
	check(err)
	r.orders, err = repo.New(r.client, repo.TableOf("Orders", iOrderKey))
	check(err)
	r.plain, err = repo.New(r.client, repo.TableOf("Plain", iOrderKey), repo.Plain())
	check(err)
	r.loose, err = repo.New(r.client, repo.TableOf("Loose", iLooseKey))
	check(err)
	r.stored, err = repo.Open(r.client, "Docs", "ID")
	check(err)
	ctx := context.Background()
	check(errors.Join(r.docs.CreateTables(ctx), r.orders.CreateTables(ctx), r.plain.CreateTables(ctx), r.loose.CreateTables(ctx)))
	r.requests.Reset()
	return r
}

// goodDoc passes validation.
func goodDoc() iDoc {
	return iDoc{ID: "1", Name: "n", Anon: struct {
		X string `validate:"required"`
	}{"x"}}
}

// call is a call that must be refused, with this text, before any request.
type call struct {
	name string
	do   func() error
	text string
}

func refusedCalls(t *testing.T, r *repos, calls []call) {
	t.Helper()
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			r.requests.Reset()
			err := c.do()
			if err == nil {
				t.Fatal("the call is accepted")
			}
			if got := err.Error(); got != c.text {
				t.Errorf("text\n%s\nwant\n%s", got, c.text)
			}
			var e *repo.Error
			if !errors.Is(err, repo.ErrInvalid) || !errors.As(err, &e) {
				t.Errorf("%T is no *repo.Error, or not ErrInvalid", err)
			}
			if sent := r.requests.Operations(); len(sent) > 0 {
				t.Errorf("sent %v", sent)
			}
		})
	}
}
