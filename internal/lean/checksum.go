package lean

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/answer"
)

// summed is a body whose checksum is known.
type summed struct {
	io.ReadCloser
	sum, want uint32
}

func (s *summed) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	s.sum = crc32.Update(s.sum, crc32.IEEETable, p[:n])
	return n, err
}

// check is the error of an answer, after it was decoded with err. One with another checksum
// is none, whatever it seemed to say. The SDK's client only logs it.
func (s *summed) check(err error) error {
	if _, broken := errors.AsType[*answer.NoAnswerError](err); broken {
		return err
	}
	if _, failed := io.Copy(io.Discard, s); failed != nil || s.sum != s.want {
		return answer.Broken(&smithy.DeserializationError{Err: fmt.Errorf("response did not match expected checksum, %d, %d", s.want, s.sum)})
	}
	return err
}
