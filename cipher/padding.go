package cipher

const padMark = 0x80

// pad returns plaintext filled up to a multiple of the bucket, in new memory,
// or plaintext itself where nothing is padded.
func (a *AES) pad(plaintext []byte) []byte {
	if a.bucket == 0 {
		return plaintext
	}
	size := (len(plaintext)/a.bucket + 1) * a.bucket
	padded := make([]byte, size)
	copy(padded, plaintext)
	padded[len(plaintext)] = padMark
	return padded
}

// unpadded returns the length of what was padded.
func unpadded(padded []byte) (int, bool) {
	for i := len(padded) - 1; i >= 0; i-- {
		switch padded[i] {
		case 0:
		case padMark:
			return i, true
		default:
			return 0, false
		}
	}
	return 0, false
}
