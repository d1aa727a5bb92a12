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
	s.Policy, s.all, s.ciphers = node, string(node.Encode()), node.Ciphers()
	if len(written) > 0 {
		encrypted, err := policy.Build(written, root, open, divided)
		if err != nil {
			return err
		}
		s.list, s.cipher = string(encrypted.Encode()), written[0].Cipher.(cipher.Cipher)
	}
	s.Encoded = s.list
	if s.all != s.list { // nobody who encrypts all of it takes what this program has read for his own
		s.Encoded = "\x00" + s.list + s.all
	}
	return nil
}
