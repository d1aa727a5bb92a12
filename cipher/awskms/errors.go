package awskms

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"
)

// Why KMS does not wrap or unwrap. The error of the SDK is in the chain as well.
var (
	// ErrDenied: neither key policy nor grant allow it, or not with this context.
	ErrDenied = errors.New("KMS does not allow it")
	// ErrKeyState: the key is disabled, waits for its deletion, is deleted, or never was.
	ErrKeyState = errors.New("the KMS key cannot be used")
	// ErrRefused: what is to be unwrapped was not wrapped by this key of KMS under this
	// name and context, or was changed.
	ErrRefused = errors.New("KMS does not unwrap it")
	// ErrThrottled: there were too many requests. The SDK has tried several times.
	ErrThrottled = errors.New("KMS is throttling")
	// ErrScope: with [ScopeInClear], a scope is not UTF-8. No request was sent.
	ErrScope = errors.New("the scope is not UTF-8 and cannot be sent in the clear")
)

// errOtherKey is the refusal of a key of KMS that has not wrapped what is to be unwrapped.
var errOtherKey = fmt.Errorf("%w: another KMS key has wrapped it", ErrRefused)

// kinds are the codes of KMS.
//
// Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors
// and its common errors.
var kinds = map[string]error{
	"AccessDeniedException":      ErrDenied,
	"InvalidGrantTokenException": ErrDenied,
	"DisabledException":          ErrKeyState,
	"KMSInvalidStateException":   ErrKeyState,
	"NotFoundException":          ErrKeyState,
	"InvalidKeyUsageException":   ErrKeyState,
	"InvalidCiphertextException": ErrRefused,
	"IncorrectKeyException":      errOtherKey,
	"ThrottlingException":        ErrThrottled,
	"LimitExceededException":     ErrThrottled,
}

func named(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) && kinds[api.ErrorCode()] != nil {
		return fmt.Errorf("%w: %w", kinds[api.ErrorCode()], err)
	}
	return err
}
