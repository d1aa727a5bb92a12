package kit

// Deviations are an engine's answers that are not AWS's, by the name of the
// case: "refusals/C21 301 operators". A case that is listed must have the
// answer that is listed, and one that is not, AWS's.
type Deviations map[string]Deviation

// Deviation is what an engine does in one case.
type Deviation struct {
	// Why says how it is known that AWS answers otherwise.
	Why string

	// Refusal stands in for the one of the case; nil: it is as on AWS.
	Refusal *Refusal

	// Values stand in for what the case compares, by what it calls them.
	Values map[string]any
}

// Refusal is an error of the service: its code, and a fragment of its text.
type Refusal struct{ Code, Text string }
