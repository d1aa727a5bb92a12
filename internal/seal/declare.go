package seal

import (
	"slices"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/policy"
)

// Declare says what is encrypted: see policy.Build. Of a mistake nothing is declared.
func (s *Sealing) Declare(protects []*model.Protect, root *codec.Codec, open []attr.Path, divided func(attr.Path) bool) error {
	written := slices.DeleteFunc(slices.Clone(protects), func(p *model.Protect) bool { return p.Found != nil })
	all := slices.Clone(written) // their ciphers have the first numbers: stored lists name them
	for _, p := range protects {
		if p.Found != nil {
			all = append(all, p)
		}
	}
	node, err := policy.Build(all, root, open, divided)
	if err != nil {
		return err
	}
	s.Policy, s.Encoded, s.ciphers = node, string(node.Encode()), node.Ciphers()
	if len(written) == 0 {
		s.Encoded = notAllWritten + s.Encoded
		return nil
	}
	s.list, s.cipher = s.Encoded, written[0].Cipher.(cipher.Cipher)
	if len(written) == len(all) {
		return nil
	}
	encrypted, err := policy.Build(written, root, open, divided)
	if err != nil {
		return err
	}
	s.list = string(encrypted.Encode())
	s.Encoded = notAllWritten + s.list + s.Encoded
	return nil
}

// notAllWritten is in front of what snapshots are of, where a policy is not all that a write encrypts.
const notAllWritten = "\x00"
