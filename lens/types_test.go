package lens_test

import (
	"errors"
	"net/netip"
	"sync"
	"time"

	"github.com/google/uuid"
)

type Geo struct{ Lat, Lon string }

type Location struct {
	City    string `dynamodbav:"city"`
	Country string `dynamodbav:"country"`
	Geo     Geo    `dynamodbav:"geolocation"`
}

type Birth struct {
	Hospital string `dynamodbav:"hospital"`
	DOB      string `dynamodbav:"dob"`
	Place    *Geo   `dynamodbav:"place"`
}

type Record struct{ Version int64 }

type Person struct {
	ID        string              `dynamodbav:"ID"`
	FirstName string              `dynamodbav:"firstname"`
	LastName  string              `dynamodbav:"lastname"`
	Visits    int                 `dynamodbav:"visits"`
	Tags      []string            `dynamodbav:"tags"`
	Location  Location            `dynamodbav:"location"`
	Birth     *Birth              `dynamodbav:"birth_details"`
	Past      []Location          `dynamodbav:"past"`
	Homes     map[string]Location `dynamodbav:"homes"`
	Meta      Record              `dynamodbav:"-"`
}

type (
	Name   string
	Count  int32
	Names  []Name
	Labels map[Name]Count
	Point  struct{ X, Y int }
	Places []*Location
)

// Base and its relatives are for embedding.
type (
	Base struct {
		BaseID string
		Note   string `dynamodbav:"note"`
	}
	Outer struct {
		Base
		Own string
	}
	hidden    struct{ Seen string }
	Mixed     struct{ hidden }
	ByPointer struct{ *Base }
	Named     struct {
		Base `dynamodbav:"base"`
	}
	Deep       struct{ Outer }
	BadPointer struct {
		*hidden
		Own string
	}
	EmbedsTime struct {
		time.Time
		Own string
	}
)

// Wide has a field of every kind that lenses treat differently.
type Wide struct {
	Flag    bool
	Small   int8
	Big     uint64
	Ratio   float64
	Alias   Name
	Count   Count
	Point   Point
	Twin    Point
	One     struct{ Only struct{ Value string } }
	Grid    [2][3]int
	Slots   [3]Location
	Ptrs    [2]*Location
	Raw     []byte
	Digest  [32]byte
	ID      uuid.UUID
	At      time.Time
	Unix    time.Time `dynamodbav:"unix,unixtime"`
	Addr    netip.Addr
	Any     any
	Text    *string
	Deep    **Birth
	Names   Names
	Labels  Labels
	Set     []string            `dynamodbav:",stringset"`
	SetMap  map[string]struct{} `dynamodbav:",stringset"`
	SetArr  [2]string           `dynamodbav:",stringset"`
	AsText  int                 `dynamodbav:",string"`
	Opt     string              `dynamodbav:"opt,omitempty"`
	Numbers map[int]string
	Nested  [][]Location
	Places  Places
	ByName  map[string]*Location
	Fn      func() *string `dynamodbav:"-"`
	Empty   struct{}
	mu      sync.Mutex
	secret  string
	inner   *Point
	list    []Point
}

// Node is recursive by itself, Tree through a slice and a map.
type (
	Node struct {
		Value string
		Next  *Node
	}
	Tree struct {
		Value string
		Kids  []Tree
		Named map[string]*Tree
	}
	Wild struct {
		Value                  string
		A, B, C, D, E, F, G, H *Wild
		I, J, K, L, M, N       *Wild
	}
)

// Chan cannot be stored.
type Chan struct {
	C  chan int
	OK string
}

// Faulty has two faults of its own.
type Faulty struct {
	time.Time
	C chan int
}

// Padded has bytes that belong to no field.
type Padded struct {
	A bool
	B int64
}

// BadKey has no text.
type BadKey struct{ N int }

func (BadKey) MarshalText() ([]byte, error) { return nil, errors.New("no text") }
func (*BadKey) UnmarshalText([]byte) error  { return nil }

type Keyed struct{ Map map[BadKey]int }

type (
	Clash struct {
		A string `dynamodbav:"same"`
		B string `dynamodbav:"same"`
	}
	Generic[E any] struct{ Item E }
	Self           struct{ P *Self }
)

// Marked marshals itself as text, so its fields have no path.
type Marked struct{ Part string }

func (m Marked) MarshalText() ([]byte, error)     { return []byte(m.Part), nil }
func (m *Marked) UnmarshalText(text []byte) error { m.Part = string(text); return nil }

type HoldsMarked struct {
	Mark    Marked
	Pointer *Marked
}

func (p *Person) cityField() *string { return &p.Location.City }

func (w *Wide) lockedRatio() *float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return &w.Ratio
}
