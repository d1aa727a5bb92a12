package kit

// Deviations are the answers in which an engine differs from AWS, by the name
// of the case, as in "refusals/C21 301 operators". The answer to a listed case
// must be the listed one. The answer to any other case must be AWS's.
type Deviations map[string]Deviation

// Deviation is what an engine does in one case.
type Deviation struct {
	// Why names the source that says what AWS answers.
	Why string

	// Refusal replaces the refusal of the case. If it is nil, AWS's holds.
	Refusal *Refusal

	// Values replace values that the case compares, by the names that it gives
	// them.
	Values map[string]any
}

// Refusal is an error of the service: its code, and a fragment of its text.
type Refusal struct{ Code, Text string }
