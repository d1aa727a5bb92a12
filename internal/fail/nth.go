package fail

// OpError is the error of one of several operations.
type OpError struct {
	Index int // of the operation
	Err   error
}

func (e *OpError) Error() string { return e.Err.Error() }

// Unwrap returns the error of the operation.
func (e *OpError) Unwrap() error { return e.Err }

// Of gives an error of an operation its number, nil if there is none.
func Of(index int, err error) error {
	if err == nil {
		return nil
	}
	return &OpError{index, err}
}
