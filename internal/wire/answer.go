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

// Read takes an answer apart. The items keep body, which is not to be changed. The attribute
// record, unless it is "", is at hand afterwards.
func Read(body []byte, shape Shape, record string) (*Answer, error) {
	if len(body) > maxAnswer {
		return nil, &SyntaxError{"it is too long", maxAnswer}
	}
	c := cutter{scanner: scanner{b: body, end: len(body), record: record}, shape: shape, of: &answer{}}
	spare := spares.Get().(*answer)
	c.tokens = spare.tokens[:cap(spare.tokens)]
	if c.read() < 0 {
		return nil, c.err
	}
	*c.of = answer{c.b, c.tokens[:c.n], record}
	if shape != Page { // whose memory is given back
		spare.tokens, c.of.tokens = c.of.tokens, slices.Clone(c.of.tokens)
		spares.Put(spare)
	}
	return &c.out, nil
}

// cutter reads one answer.
type cutter struct {
	scanner
	shape Shape
	of    *answer
	out   Answer
}

func (c *cutter) read() int {
	i := c.object(0, c.member)
	if i < 0 {
		return i
	}
	if c.out.Rest != nil {
		c.out.Rest = append(c.out.Rest, '}')
	}
	if i, _ = c.peek(i); i != c.end {
		return c.fail(i, "something follows the answer")
	}
	return i
}

// member reads a member of the answer: it takes the items, and leaves the rest.
func (c *cutter) member(from, i int, name []byte) int {
	if _, null := c.null(i); !null && string(name) == c.shape.member() {
		if c.out.Found {
			return c.fail(i, "an object has a name twice")
		}
		c.out.Found = true
		return c.items(i)
	}
	if i = c.skip(i, 1); i < 0 {
		return i
	}
	sep := byte(',')
	if c.out.Rest == nil {
		sep = '{'
	}
	c.out.Rest = append(append(c.out.Rest, sep), c.b[from:i]...)
	return i
}

func (c *cutter) items(i int) int {
	switch c.shape {
	case One:
		return c.item(i, &c.out.Items)
	case Page:
		return c.list(i, L, func(i int) int { return c.item(i, &c.out.Items) })
	case Several:
		return c.list(i, L, c.response)
	}
	return c.object(i, func(_, i int, name []byte) int {
		c.out.Tables = append(c.out.Tables, Table{Name: string(name)})
		if to, null := c.null(i); null {
			return to // of a table that has given nothing
		}
		items := &c.out.Tables[len(c.out.Tables)-1].Items
		return c.list(i, L, func(i int) int { return c.item(i, items) })
	})
}

// response reads one response of a transaction.
func (c *cutter) response(i int) int {
	n := len(c.out.Items)
	i = c.object(i, func(_, i int, name []byte) int {
		if _, null := c.null(i); null || string(name) != "Item" {
			return c.skip(i, 1)
		}
		if len(c.out.Items) > n {
			return c.fail(i, "an object has a name twice")
		}
		return c.item(i, &c.out.Items)
	})
	if len(c.out.Items) == n {
		c.out.Items = append(c.out.Items, Item{})
	}
	return i
}

// item reads an item.
func (c *cutter) item(i int, into *[]Item) int {
	from := i
	self := c.n
	c.texts, c.found = 0, 0
	if i = c.members(i, 1); i < 0 {
		return i
	}
	if len(*into) == 0 && c.shape != One {
		c.makeRoom(from, i, self, into)
	}
	*into = append(*into, Item{of: c.of, self: int32(self), record: c.found, texts: c.texts})
	return i
}

// mostExpected is for how many items there is room at most before they have been seen.
const mostExpected = 4096

// makeRoom makes room for the rest of a list, of which one item was read: the others will be
// like it.
func (c *cutter) makeRoom(from, to, self int, into *[]Item) {
	n := min((c.end-from)/(to-from), mostExpected)
	*into = slices.Grow(*into, n)
	c.room(n * (c.n - self))
}
