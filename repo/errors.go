package repo

import (
	"errors"
	"strings"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
)

// Errors of the verbs; test with errors.Is. Any other error is DynamoDB's or the
// context's, wrapped.
var (
	// ErrNotFound: no object has the key.
	ErrNotFound = fail.ErrNotFound
	// ErrNoPath: the object exists, but a parent of the path has no value.
	ErrNoPath = fail.ErrNoPath
	// ErrExists: Create found an object under the key.
	ErrExists = fail.ErrExists
	// ErrDuplicate: another object has the value of fields that shard.Unique
	// declares, which Error.Path names. Nothing was written.
	ErrDuplicate = fail.ErrDuplicate
	// ErrConflict: the stored object is not the version that the write was made
	// for. Nothing was written.
	ErrConflict = fail.ErrConflict
	// ErrCondition: a condition given with repo.If, CheckOp or RawOp does not
	// hold. Nothing was written.
	ErrCondition = fail.ErrCondition
	// ErrInvalid: the declaration, the value or the call is wrong, or
	// validation failed (then errors.As finds validator.ValidationErrors).
	// Nothing was written.
	ErrInvalid = fail.ErrInvalid
	// ErrTooLarge: the write exceeds a limit of DynamoDB. Nothing was written.
	ErrTooLarge = fail.ErrTooLarge
	// ErrNotLoaded: the value was read without a part, and the write would
	// replace that part; or a list has elements with attributes that the type
	// does not know, and was changed so that it cannot be told which element
	// they belong to (see Identity). Nothing was written.
	ErrNotLoaded = fail.ErrNotLoaded
	// ErrCorrupt: what is stored contradicts itself or the declared types. What is wrong
	// with parts only can be read with AllowDamaged and mended with Repair. Delete removes
	// what is wrong, with the option Damaged also where the record is.
	ErrCorrupt = fail.ErrCorrupt
	// ErrUnknownVariant: an interface field is stored with a variant that the model does
	// not declare, which *UnknownVariantError names. See OneOf.
	ErrUnknownVariant = fail.ErrUnknownVariant
	// ErrSchemaTooNew: the object was written in a later format, or as a later version of
	// the model. See Schema.
	ErrSchemaTooNew = fail.ErrSchemaTooNew
	// ErrSchemaTooOld: the object is of a version of the model from which the program has
	// no Upgrade.
	ErrSchemaTooOld = fail.ErrSchemaTooOld
	// ErrOutcomeUnknown: the write may or may not have been applied, and may
	// still be for some minutes, while its request is under way; nothing in
	// between. Error.WriteID identifies it: repeat the call with WithWriteID, or
	// read the object, whose record shows the write while it is the last one.
	ErrOutcomeUnknown = fail.ErrOutcomeUnknown
	// ErrThrottled: DynamoDB had no capacity for the request until the retries
	// ended, or the context, whose error then holds as well. Nothing was
	// written. Error.Throttling says why.
	ErrThrottled = fail.ErrThrottled
	// ErrContention: other transactions on the same items were in the way
	// until the retries ended, or the context, whose error then holds as well.
	// Nothing was written.
	ErrContention = fail.ErrContention
	// ErrBusy: a read found the object changing each time it looked. If that
	// was until the context ended, its error holds as well.
	ErrBusy = fail.ErrBusy
	// ErrUnavailable: a key source gave no key, so that encrypted fields could be
	// neither written nor read; the cause is in the chain. It says nothing about
	// what is stored. Nothing was written.
	ErrUnavailable = fail.ErrUnavailable
)

// Error says where a verb failed. The cause is in Err; errors.Is and errors.As
// see through it.
type Error struct {
	Op      string       // Create, Put, Get, …; Raw for a RawOp
	Table   string       // the table concerned, with its prefix; empty for a whole Transact or TransactGet
	Key     string       // the object's key, as text for people
	Path    string       // the attribute path concerned, if one is
	WriteID meta.WriteID // zero for reads
	// Throttling: why DynamoDB throttled the last attempt, where it says so.
	Throttling []ThrottlingReason
	Err        error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("repo: " + e.Op)
	if e.Table != "" {
		b.WriteString(" " + e.Table)
	}
	if e.Key != "" {
		b.WriteString(" " + e.Key)
	}
	if e.Path != "" {
		b.WriteString(", " + e.Path)
	}
	return b.String() + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// UnknownVariantError is the error of reading an interface field in which another version
// of the program has stored a variant that the model does not declare. It is an
// [ErrUnknownVariant].
type UnknownVariantError struct {
	Path string // of the interface, as in pay or lines[3].pay
	Type string // the interface
	Tag  string // of the variant
	err  error
}

func (e *UnknownVariantError) Error() string { return e.err.Error() }
func (e *UnknownVariantError) Unwrap() error { return e.err }

// unknownVariant gives an error that names a variant its public type.
func unknownVariant(path string, err error) error {
	if !errors.Is(err, ErrUnknownVariant) {
		return err
	}
	u, ok := errors.AsType[*codec.UnknownVariantError](err)
	if !ok {
		return err
	}
	return &UnknownVariantError{Path: path, Type: u.Type, Tag: u.Tag, err: err}
}

// DeclarationError is one mistake in a model; New returns all of them, joined.
// It is [lens.Error] under another name, with the fields Func, the constructor;
// Type, the Go type that it was called for; Path, the Go field or attribute path
// concerned; and Reason. Each satisfies errors.Is(err, ErrInvalid).
type DeclarationError = lens.Error

// ThrottlingReason is why DynamoDB throttled a request, as the service says it
// (API reference, ThrottlingReason).
type ThrottlingReason struct {
	// Reason is what was exceeded, in the form ResourceType, OperationType,
	// LimitType: TableWriteKeyRangeThroughputExceeded is one hot key,
	// TableReadProvisionedThroughputExceeded the capacity of the table,
	// IndexWriteAccountLimitExceeded a quota of the account for an index,
	// TableReadMaxOnDemandThroughputExceeded a maximum set for the table. Of a
	// transaction it is the code of the action's cancellation reason:
	// ThrottlingError or ProvisionedThroughputExceeded.
	Reason string
	// Resource is the ARN of the table or index, for a transaction the name of
	// the action's table.
	Resource string
}

// throttlingReasons finds what DynamoDB said in an error about why it
// throttled.
func throttlingReasons(err error) []ThrottlingReason {
	var reasons []ThrottlingReason
	for _, r := range answer.Reasons(err) {
		reasons = append(reasons, ThrottlingReason(r))
	}
	return reasons
}
