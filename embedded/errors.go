package embedded

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/engine/attr"
)

// validation is a ValidationException.
func validation(format string, args ...any) error { return validationException(format, args...) }

func validationException(format string, args ...any) *smithy.GenericAPIError {
	return &smithy.GenericAPIError{Code: "ValidationException", Message: fmt.Sprintf(format, args...), Fault: smithy.FaultClient}
}

// emptyKey is the ValidationException about an empty value of a key, of a table
// or an index. It is the only error of an action that fails the whole request
// of a transaction instead of being the reason of a cancellation.
type emptyKey struct{ *smithy.GenericAPIError }

func (e emptyKey) Unwrap() error { return e.GenericAPIError }

func emptyKeyf(format string, args ...any) error {
	return emptyKey{validationException(format, args...)}
}

// unsupported refuses what the engine does not implement.
func unsupported(what string) error {
	return validation("%s is not supported by the embedded engine", what)
}

// transactional is the error of an operation on an engine that has no
// transactions, nil on any other. The text is that of ScyllaDB Alternator;
// dynalite gives the code alone.
func (db *DB) transactional(operation string) error {
	if !db.config.withoutTransactions {
		return nil
	}
	return &smithy.GenericAPIError{Code: "UnknownOperationException", Message: "Unsupported operation " + operation, Fault: smithy.FaultClient}
}

// asValidation turns the message of a lower package into a
// ValidationException. Other errors stay what they are.
func asValidation(err error) error {
	var invalid attr.Invalid
	if errors.As(err, &invalid) {
		return validation("%s", string(invalid))
	}
	return err
}

// validationMessage is the text of a ValidationException.
func validationMessage(err error) (string, bool) {
	var api *smithy.GenericAPIError
	if errors.As(err, &api) && api.Code == "ValidationException" {
		return api.Message, true
	}
	return "", false
}

// accessDenied is the answer about a missing resource where the service does
// not admit that it is missing.
func (db *DB) accessDenied(operation, arn string) error {
	return &smithy.GenericAPIError{
		Code:    "AccessDeniedException",
		Message: fmt.Sprintf("User: arn:aws:iam::%s:root is not authorized to perform: dynamodb:%s on resource: %s", db.config.account, operation, arn),
		Fault:   smithy.FaultClient,
	}
}

func message(format string, args ...any) *string {
	s := fmt.Sprintf(format, args...)
	return &s
}

func notFound() error {
	return &types.ResourceNotFoundException{Message: message("Requested resource not found")}
}

// noSuchTable is the form of ResourceNotFoundException that operations on
// tables themselves use.
func noSuchTable(name string) error {
	return &types.ResourceNotFoundException{Message: message("Requested resource not found: Table: %s not found", name)}
}

// internalError is the answer when a journal fails: the operation has not
// happened.
func internalError(err error) error {
	return &types.InternalServerError{Message: message("Internal server error: %s", err)}
}
