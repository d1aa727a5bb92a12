package repo

import (
	"context"
	"fmt"
	"strings"

	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/verify"
)

// Verify compares the tables of the model with those that there are, and changes
// nothing: their existence, keys, indexes, projections and time to live with what the
// model needs; billing mode, point-in-time recovery and its period, deletion
// protection, encryption and replicas of the tables with each other, since an object
// that lies in several tables is as safe as the least of them. Classes and amounts of
// capacity may differ. Without [WithoutTransactions] it also asks whether the engine has
// transactions, by one that reads nothing.
//
// It returns nil if everything was compared and fits. Otherwise errors.As finds a
// *VerifyError, whose findings explain themselves:
//
//	err := people.Verify(ctx)
//	var v *repo.VerifyError
//	if errors.As(err, &v) && !errors.Is(err, repo.ErrInvalid) {
//		log.Print(v) // only warnings, or what could not be checked
//	}
//
// errors.Is says ErrInvalid if one of them is an error. What the client cannot ask
// (DescribeTimeToLive and DescribeContinuousBackups are optional methods of it), or
// DynamoDB does not answer to this program, is a finding as well. Any other error says
// that Verify could not go on.
//
// It sends up to three requests for each table, one after the other, and one more. It needs
// the permissions dynamodb:DescribeTable, dynamodb:DescribeTimeToLive and
// dynamodb:DescribeContinuousBackups on them, and dynamodb:GetItem on the root's.
func (r *Repo[T]) Verify(ctx context.Context) (err error) {
	ctx, verb := r.c.reads(ctx, "Verify", 0)
	defer verb.End(&err)
	var found []verify.Finding
	if err = begin(ctx, call{}); err == nil {
		found, err = verify.Tables(ctx, func(region string) verify.Describer { return r.c.admin(region) }, r.c.s.RootTable(), r.c.s.Wanted())
	}
	if err == nil && !r.c.alone {
		root := r.c.s.RootTable()
		found, err = verify.Transactions(ctx, r.c.admin(""), root, r.c.s.Wanted()[root], found)
	}
	if err == nil && len(found) > 0 {
		e := &VerifyError{}
		for _, f := range found {
			e.Findings = append(e.Findings, &TableFinding{f.Table, f.Index, f.Subject, TableSeverity(f.Severity), f.Found, f.Wanted, f.Why, f.Mend})
		}
		err = e
	}
	return r.c.fail("Verify", tables.Key{}, [16]byte{}, err)
}

// TableSeverity says what a finding means for the objects of a model.
type TableSeverity string

// The severities of findings.
const (
	// TableWrong: verbs fail, or objects get lost.
	TableWrong TableSeverity = "error"
	// TableWarning: verbs work; but the tables of an object may part, or the table
	// costs more than it needs.
	TableWarning TableSeverity = "warning"
	// TableUnchecked: the client cannot ask, or DynamoDB does not answer.
	TableUnchecked TableSeverity = "not checked"
)

// TableFinding is where a table differs from what the model needs, or from the other
// tables of the model. With [TableWrong] it satisfies errors.Is(err, ErrInvalid).
type TableFinding struct {
	Table string // its full name
	Index string // the index concerned, if one is
	// Subject is what was compared: table, key, index, projection, time to live,
	// billing mode, point-in-time recovery, deletion protection, encryption or
	// replicas; or transactions, of the engine.
	Subject  string
	Severity TableSeverity
	Found    string // what is there
	Wanted   string // what is wanted
	Why      string // what the difference leads to; of what was not checked, why not
	Mend     string // what to do
}

// Error is the finding as a sentence.
func (f *TableFinding) Error() string {
	of := f.Table
	if f.Index != "" {
		of += ", index " + f.Index
	}
	return fmt.Sprintf("%s: table %s, %s: found %s, wanted %s: %s; %s", f.Severity, of, f.Subject, f.Found, f.Wanted, f.Why, f.Mend)
}

// Unwrap returns ErrInvalid for what is wrong, and nil otherwise.
func (f *TableFinding) Unwrap() error {
	if f.Severity == TableWrong {
		return ErrInvalid
	}
	return nil
}

// VerifyError is what [Repo.Verify] found.
type VerifyError struct {
	Findings []*TableFinding // the worst first; at least one
}

// Error has a line for each finding.
func (e *VerifyError) Error() string {
	lines := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the findings.
func (e *VerifyError) Unwrap() []error {
	all := make([]error, len(e.Findings))
	for i, f := range e.Findings {
		all[i] = f
	}
	return all
}
