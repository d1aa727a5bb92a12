package repo_test

import (
	"errors"

	"github.com/dystore/dystore/repo"
)

func isConflict(err error) bool {
	return errors.Is(err, repo.ErrConflict) && !errors.Is(err, repo.ErrOutcomeUnknown)
}
