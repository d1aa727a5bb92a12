package repo_test

import (
	"time"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// Types with everything that can be declared wrongly.
type (
	wGeo  struct{ Lat, IDX string }
	wBase struct{ Inner wGeo }
	wLine struct {
		SKU string
		Geo wGeo
	}
	wDoc struct {
		ID   string    `dynamodbav:",omitempty"`
		At   time.Time `dynamodbav:",unixtime"`
		Name string    `dynamodbav:"name"`
		Flag bool
		Tags []string `dynamodbav:",stringset"`
		Geo  wGeo     `dynamodbav:"geo"`
		Opt  *wGeo
		Ptr  *wLine
		List []wLine
		Ptrs []*wLine
		Map  map[string]wLine
		Any  any
		Skip string `dynamodbav:"-"`
		wBase
	}
	wChan struct {
		ID   string
		Work struct{ C chan int }
		F    func()
	}
	wTwice struct {
		A string `dynamodbav:"x"`
		B string `dynamodbav:"x"`
	}
	wRecord struct {
		ID   string
		Meta meta.Record
	}
	wKept struct {
		ID   string
		Meta meta.Record `dynamodbav:"-"`
		Data meta.Record `dynamodbav:"-"`
	}
	wLong struct {
		ID string `dynamodbav:"IDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDIDID"`
	}
)

var (
	wID   = repo.KeyOf(func(d *wDoc) *string { return &d.ID })
	wPair = repo.CompositeKeyOf(func(d *wDoc) *string { return &d.ID }, func(d *wDoc) *string { return &d.Name })
	wName = lens.Of(func(d *wDoc) *string { return &d.Name })
	wGeoL = lens.Of(func(d *wDoc) *wGeo { return &d.Geo })
	wLat  = lens.Of(func(d *wDoc) *string { return &d.Geo.Lat })
	wList = lens.Of(func(d *wDoc) *[]wLine { return &d.List })
	wMap  = lens.Of(func(d *wDoc) *map[string]wLine { return &d.Map })
	wSKU  = lens.Of(func(l *wLine) *string { return &l.SKU })

	wKeptID = repo.KeyOf(func(k *wKept) *string { return &k.ID })
	wKeep   = meta.Keep(func(k *wKept) *meta.Record { return &k.Meta })
)

func wGeoField(d *wDoc) *wGeo { return &d.Geo }
