// Package verify compares the tables that a model needs with those that there are, and
// explains where they differ. It changes nothing.
package verify

import "fmt"

// Severity says what a finding means for the objects of the model.
type Severity string

// The severities, the worst first.
const (
	Wrong     Severity = "error"       // verbs fail, or objects get lost
	Warning   Severity = "warning"     // verbs work today; the tables of an object may part, or cost more than they need
	Unchecked Severity = "not checked" // the client or DynamoDB does not say
)

// Finding is one difference.
type Finding struct {
	Table, Index  string // full names; Index is "" where none is concerned
	Subject       string // what was compared
	Severity      Severity
	Found, Wanted string
	Why, Mend     string
}

// order sorts the worst first. It is stable.
func (f Finding) order(g Finding) int { return f.Severity.rank() - g.Severity.rank() }

func (s Severity) rank() int {
	switch s {
	case Wrong:
		return 0
	case Warning:
		return 1
	}
	return 2
}

// list collects the findings about one table.
type list struct {
	table    string
	findings *[]Finding
}

func (l list) add(f Finding) {
	f.Table = l.table
	*l.findings = append(*l.findings, f)
}

// unchecked is the finding that something could not be compared.
func (l list) unchecked(subject, wanted, reason, operation string) {
	l.add(Finding{Subject: subject, Severity: Unchecked, Found: "unknown", Wanted: wanted, Why: reason,
		Mend: fmt.Sprintf("use a client with %s, and allow it", operation)})
}
