// Package awskms wraps keys of package cipher with a key of AWS KMS, which never leaves KMS:
//
//	wrapper, err := awskms.New(kms.NewFromConfig(cfg), "arn:aws:kms:eu-west-1:123456789012:key/…")
//	source, err := cipher.NewWrapped(store, wrapper)
//	keys, err := cipher.New(source)
//
// It is a module of its own, so that programs which do not use KMS do not link it.
//
// # What KMS is told
//
// Each key is wrapped by Encrypt and unwrapped by Decrypt, with the key of KMS pinned in both.
// The encryption context names the key: its id, and a hash of its scope. So KMS itself
// refuses a key that was copied under another name, and its audit log, where contexts stand
// in the clear, has no names of tenants or people ([ScopeInClear]) and never a value of a key
// of an item. A policy or a grant can ask for a context, with kms:EncryptionContext:dystore and
// what [Context] adds.
//
// KMS is asked when a key is first needed, and again before its time in memory ends if it is in use,
// not for each object: see cipher.KeepKeys. Where keys of KMS follow each other ([Former]), one
// after the other is asked.
//
// # Failures
//
// A failure of KMS is one of [ErrDenied], [ErrKeyState], [ErrRefused] and [ErrThrottled], or
// another of the SDK's. [ErrScope] is a failure before any request. Package cipher reports all of
// them as cipher.ErrKeySource and package repo as repo.ErrUnavailable: none says anything about
// an object.
package awskms
