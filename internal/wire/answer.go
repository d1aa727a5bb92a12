package wire

import "slices"

// Shape is where an answer has its items.
type Shape int

// The shapes of answers.
const (
	One     Shape = iota // GetItem: Item
	Page                 // Query and Scan: Items
	Tables               // BatchGetItem: lists of items, by table, in Responses
	Several              // TransactGetItems: objects with an Item, or none, in Responses
)

func (s Shape) member() string {
	return [...]string{"Item", "Items", "Responses", "Responses"}[s]
}

// Answer is an answer, taken apart.
type Answer struct {
	Items  []Item  // those of One, Page and Several; of what there is not, none is Raw
	Tables []Table // those of Tables
	Found  bool    // the answer has the member that items are in
	Rest   []byte  // an object of what else there is; nil if there is nothing else
}

// Table are the items of a table.
type Table struct {
	Name  string
	Items []Item
}

// Read takes an answer apart. The items keep body, which is not to be changed. The members
// of the attribute record, unless it is "", are at hand afterwards.
func Read(body []byte, shape Shape, record string) (*Answer, error) {
	if len(body) > maxAnswer {
		return nil, &SyntaxError{"it is too long", maxAnswer}
	}
	c := cutter{scanner: scanner{b: body, end: len(body), record: record}, shape: shape, of: &answer{}}
	c.names = c.own[:0]
	if shape == Page {
		spare := spares.Get().(*answer)
		c.fields, c.records, c.sizes = spare.fields[:0], spare.records[:0], spare.sizes[:0]
	} else {
		c.fields, c.sizes = make([]field, 0, usualFields), make([]size, 0, usualFields)
	}
	if err := c.read(); err != nil {
		return nil, err
	}
	*c.of = answer{c.b, c.spaced, c.fields, c.records, record, c.sizes}
	return &c.out, nil
}

// cutter reads one answer.
type cutter struct {
	scanner
	shape Shape
	of    *answer
	out   Answer
	own   [2 * usualFields]span // for names
}

// usualFields is how many attributes most items have at most.
const usualFields = 12

func (c *cutter) read() error {
	if err := c.expect('{'); err != nil {
		return err
	}
	for first := true; ; first = false {
		more, err := c.more(first, '}')
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if err := c.member(); err != nil {
			return err
		}
	}
	if c.out.Rest != nil {
		c.out.Rest = append(c.out.Rest, '}')
	}
	if c.peek(); c.i != c.end {
		return c.fail("something follows the answer")
	}
	return nil
}

// member reads a member of the answer: it takes the items, and leaves the rest.
func (c *cutter) member() error {
	c.peek()
	from := c.i
	at, err := c.name()
	if err != nil {
		return err
	}
	if string(c.at(at)) == c.shape.member() && c.peek() != 'n' {
		if c.out.Found {
			return c.fail("an object has a name twice")
		}
		c.out.Found = true
		return c.items()
	}
	if err := c.skip(1); err != nil {
		return err
	}
	sep := byte(',')
	if c.out.Rest == nil {
		sep = '{'
	}
	c.out.Rest = append(append(c.out.Rest, sep), c.b[from:c.i]...)
	return nil
}

func (c *cutter) items() error {
	switch c.shape {
	case One:
		return c.item(&c.out.Items)
	case Page:
		return c.list(func() error { return c.item(&c.out.Items) })
	case Several:
		return c.list(c.response)
	}
	return c.object(func(name string) error {
		c.out.Tables = append(c.out.Tables, Table{Name: name})
		if c.peek() == 'n' {
			return c.null() // of a table that has given nothing
		}
		items := &c.out.Tables[len(c.out.Tables)-1].Items
		return c.list(func() error { return c.item(items) })
	})
}

// object steps over an object. The reader of a member stands before its value.
func (c *cutter) object(member func(name string) error) error {
	if err := c.expect('{'); err != nil {
		return err
	}
	for first := true; ; first = false {
		more, err := c.more(first, '}')
		if !more || err != nil {
			return err
		}
		at, err := c.name()
		if err == nil {
			err = member(string(c.at(at)))
		}
		if err != nil {
			return err
		}
	}
}

// response reads one response of a transaction.
func (c *cutter) response() error {
	n := len(c.out.Items)
	err := c.object(func(name string) error {
		switch {
		case name != "Item" || c.peek() == 'n':
			return c.skip(1)
		case len(c.out.Items) > n:
			return c.fail("an object has a name twice")
		}
		return c.item(&c.out.Items)
	})
	if len(c.out.Items) == n {
		c.out.Items = append(c.out.Items, Item{})
	}
	return err
}

// item reads an item.
func (c *cutter) item(into *[]Item) error {
	c.peek()
	it := Item{of: c.of, self: span{from: int32(c.i)}, fields: [2]int32{int32(len(c.fields))}, record: [2]int32{int32(len(c.records))}}
	c.texts = 0
	if err := c.members(1, &c.fields); err != nil {
		return err
	}
	it.self.to, it.fields[1], it.record[1], it.texts = int32(c.i), int32(len(c.fields)), int32(len(c.records)), c.texts
	if len(*into) == 0 {
		c.makeRoom(&it, into)
	}
	*into = append(*into, it)
	return nil
}

// mostExpected is for how many items there is room at most before they have been seen.
const mostExpected = 4096

// makeRoom makes room for the rest of a list, of which one item was read: the others will be
// like it.
func (c *cutter) makeRoom(first *Item, into *[]Item) {
	if c.shape == One {
		return
	}
	n := min((c.end-int(first.self.from))/int(first.self.to-first.self.from), mostExpected)
	*into = slices.Grow(*into, n)
	c.fields = slices.Grow(c.fields, n*int(first.fields[1]-first.fields[0]))
	c.records = slices.Grow(c.records, n*int(first.record[1]-first.record[0]))
	c.sizes = slices.Grow(c.sizes, n*(len(c.sizes)-1))
}
