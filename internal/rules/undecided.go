package rules

import (
	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/internal/model"
)

// Undecided is a rule of which the changes alone do not tell whether the
// changed object would satisfy it.
type Undecided struct {
	Type   string                     // the struct that has the rule
	Field  string                     // its field; empty for a function of the struct
	Rule   string                     // as in the tag; empty for a function of the struct
	Why    string                     // what Update does not know
	Change *model.Change              // the change that touches the rule; nil if any would
	Failed validator.ValidationErrors // what failed in one of the forms that the object may have
}

// What Update does not know, and what to do about it.
const (
	whyRest     = "which does not know the rest of the object; use Modify"
	whyEmpty    = "which does not know whether there is a value yet, and would fail in a new one; use Modify"
	whyFar      = "which goes no farther than position 4095 of a list; use Modify"
	whyType     = "because the validator looks at another value in its place; use Modify"
	whyBlind    = "because dystore does not know the functions of this version of the validator; use Modify"
	whyFunction = "because a registered function may look at any field; name it in repo.FieldRules if it looks at its value alone, or use Modify"
	whyStruct   = "because a registered function may look at any field; name the struct in repo.StructRules if it looks at nothing else, or use Modify"
)

func (u *Undecided) Error() string {
	if len(u.Failed) > 0 {
		return u.what() + " cannot be checked by Update, " + u.Why + ": " + u.Failed.Error()
	}
	return u.what() + " cannot be checked by Update, " + u.Why
}

func (u *Undecided) what() string {
	switch {
	case u.Type == "":
		return "validation"
	case u.Field == "":
		return "the validation function of " + u.Type
	case u.Rule == "" || len(u.Failed) > 0:
		return "the validation of " + u.Type + "." + u.Field
	}
	return "the validation rule \"" + u.Rule + "\" of " + u.Type + "." + u.Field
}

// Unwrap returns what failed, if anything was asked.
func (u *Undecided) Unwrap() error {
	if len(u.Failed) == 0 {
		return nil
	}
	return u.Failed
}

// Invalid is the validator's verdict on changes.
type Invalid struct {
	Change *model.Change // the first that is concerned
	Failed validator.ValidationErrors
}

func (e *Invalid) Error() string { return e.Failed.Error() }

func (e *Invalid) Unwrap() error { return e.Failed }
