package cipher

// Derive gives the tests what an envelope with this header is made with.
func Derive(k *Key, header []byte) []byte {
	var okm [okmSize]byte
	k.derive(header, &okm)
	return okm[:]
}

// KeyType and KeyText are what a key part hides.
func KeyType(p KeyPart) byte   { return p.kind }
func KeyText(p KeyPart) string { return p.Text() }

// FinishClears reports whether derived keys are wiped from memory that is
// used again.
func FinishClears(a *AES) bool {
	s := &scratch{okm: [okmSize]byte{0: 1, okmSize - 1: 1}}
	a.finish(s)
	return s.okm == [okmSize]byte{}
}

// Passed reports whether a time of the cache of keys has come.
var Passed = passed
