package protocol

// A readerRule is what the reader does with a child that is not the one of the
// root that it has read.
type readerRule struct {
	trusts     bool // it does not compare stamps
	givesUp    bool // it does not read the root again
	guesses    bool // it reads the children at home, where they may be, before the root
	eventually bool // a read of a child may miss it
	twice      bool // a child that was missed is read once more, strongly and after the root
}

// A reader reads the object once.
type reader struct {
	at     readerStage
	part   uint8
	saw    root
	stamps [parts]id // of the children that were read, if it does not compare them at once
	result verdict
	whole  bool
}

type readerStage uint8

const (
	atRoot readerStage = iota
	guessed
	atChild
	atChildAgain
	atRootAgain
	readerEnded
)

func (p *protocol) readOn(s state, yield func(step, state)) {
	r := &s.reader
	switch r.at {
	case atRoot:
		p.guess(s, yield)
	case guessed:
		p.confirm(s, yield)
	case atChild:
		p.readChild(s, yield)
	case atChildAgain:
		c := child{r.part, r.saw.refs[r.part]}
		if r.at = atRootAgain; s.has(c) {
			r.passes(c)
		}
		yield(step{theReader, request{verb: readChild, child: c}, "strongly"}, s)
	case atRootAgain:
		if r.saw.version == s.root.version {
			*r = reader{at: readerEnded, result: corrupt}
			yield(step{theReader, request{verb: readRoot}, "unchanged"}, s)
			return
		}
		p.readRoot(s, yield)
	}
}

// guess reads the next child at home, where the reader takes it to be.
func (p *protocol) guess(s state, yield func(step, state)) {
	if !p.reader.guesses {
		p.readRoot(s, yield)
		return
	}
	r := &s.reader
	c := child{r.part, ref{home, s.stamps[r.part][home]}}
	r.stamps[r.part] = c.stamp
	if r.part++; r.part == parts {
		r.at, r.part = guessed, 0
	}
	yield(step{theReader, request{verb: readChild, child: c}, "a guess"}, s)
}

// confirm reads the root, and compares what was guessed.
func (p *protocol) confirm(s state, yield func(step, state)) {
	stamps := s.reader.stamps
	r := reader{at: atChild, saw: s.root}
	if s.root.kind != record {
		r = reader{at: readerEnded}
	}
	for r.at == atChild {
		c := child{r.part, r.saw.refs[r.part]}
		if c.ref != (ref{home, stamps[r.part]}) {
			break // it reads on from there
		}
		r.passes(c)
	}
	if r.at == atChild && !p.reader.twice {
		r.at = atRootAgain
	}
	s.reader = r
	yield(step{theReader, request{verb: readRoot}, s.root.String()}, s)
}

// readRoot begins with the root that there is.
func (p *protocol) readRoot(s state, yield func(step, state)) {
	s.reader = reader{at: atChild, saw: s.root}
	if s.root.kind != record {
		s.reader = reader{at: readerEnded}
	}
	yield(step{theReader, request{verb: readRoot}, s.root.String()}, s)
}

func (p *protocol) readChild(s state, yield func(step, state)) {
	r := &s.reader
	c := child{r.part, r.saw.refs[r.part]}
	q := request{verb: readChild, child: c}
	if p.reader.eventually {
		missed := s
		missed.reader.at = atRootAgain
		if p.reader.twice {
			missed.reader.at = atChildAgain
		}
		yield(step{theReader, q, "not seen"}, missed)
	}
	stamp := s.stamps[c.part][c.key]
	switch {
	case p.reader.trusts && r.part == 0:
		r.part, r.stamps[0] = 1, stamp
	case p.reader.trusts && stamp != r.stamps[0]:
		*r = reader{at: readerEnded, result: torn}
	case p.reader.trusts || s.has(c):
		r.passes(c)
	case p.reader.givesUp && stamp != nobody:
		*r = reader{at: readerEnded} // it has noticed, and says so
	case p.reader.givesUp:
		*r = reader{at: readerEnded, result: missing}
	default:
		r.at = atRootAgain
	}
	yield(step{theReader, q, "finds stamp " + stamp.String()}, s)
}

// passes goes on behind c.
func (r *reader) passes(c child) {
	r.at, r.part = atChild, c.part+1
	if r.part == parts {
		*r = reader{at: readerEnded, whole: true}
	}
}
