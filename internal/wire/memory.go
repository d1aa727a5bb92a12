package wire

import "sync"

// Memory is what a page is in: its body, and where its items are in it. Whoever is done
// with all items of an answer can give it back, for answers to come.
type Memory struct{ of *answer }

// MemoryOf is the memory of the items of one answer; of decoded ones there is none.
func MemoryOf(items []*Item) Memory {
	for _, it := range items {
		if it.Raw() {
			return Memory{it.of}
		}
	}
	return Memory{}
}

// Release gives the memory back. Items that are bytes still cannot be read any more.
func (m Memory) Release() {
	if m.of == nil || cap(m.of.b) > mostSpare {
		return
	}
	spare := *m.of
	*m.of = answer{} // a use that is too late is out of range, not in another answer
	spares.Put(&spare)
}

// mostSpare is how large a body is at most that is kept. Pages have 1 MB of items.
const mostSpare = 8 << 20

var spares = sync.Pool{New: func() any { return new(answer) }}

// Body returns memory for the body of an answer of n bytes. Only pages get that of others,
// since only they are given back.
func Body(n int, shape Shape) []byte {
	if shape != Page {
		return make([]byte, 0, n)
	}
	spare := spares.Get().(*answer)
	if cap(spare.b) >= n {
		b := spare.b[:0]
		spare.b = nil
		spares.Put(spare) // the rest is for Read
		return b
	}
	spares.Put(spare)
	return make([]byte, 0, n)
}

// Draft is memory in which JSON grows whose length nobody knows before.
type Draft struct{ b []byte }

// NewDraft returns a draft, to be given back by Done.
func NewDraft() *Draft { return drafts.Get().(*Draft) }

// Empty is the memory, without content.
func (d *Draft) Empty() []byte { return d.b[:0] }

// Done gives the draft back. Its memory is what it has become by appending; whoever wants the
// content has copied it.
func (d *Draft) Done(b []byte) {
	if cap(b) <= mostDraft {
		d.b = b
		drafts.Put(d)
	}
}

var drafts = sync.Pool{New: func() any { return new(Draft) }}

// mostDraft is how large a draft is at most that is kept: as an item.
const mostDraft = 400 << 10
