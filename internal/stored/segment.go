package stored

// Segment is a text as one segment of an owner or a derived key.
func Segment(text string) string { return segEscaper.Replace(text) }

// MaxKeyText is how long owners and derived keys are at most; longer ones are hashed.
const MaxKeyText = maxKeyText
