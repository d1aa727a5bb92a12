package parallel

import "sync"

// Panic is the first panic of several goroutines. A caller could not recover in theirs.
type Panic struct {
	once  sync.Once
	value any
}

// Keep, deferred in each of the goroutines, keeps a panic and ends the others.
func (p *Panic) Keep(end func()) {
	if v := recover(); v != nil {
		p.once.Do(func() { p.value = v })
		end()
	}
}

// Again panics with what was kept. The goroutines have ended.
func (p *Panic) Again() {
	if p.value != nil {
		panic(p.value)
	}
}
