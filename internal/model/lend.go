package model

// Lender keeps what a repository lends to other packages of this module out of its
// documentation.
type Lender struct{ lent any }

// Lend makes a Lender of something.
func Lend(lent any) Lender { return Lender{lent} }

// Lent is what Lend was given, nil of a zero Lender.
func (l Lender) Lent() any { return l.lent }
