package ciphers

// Fact is what one way to encrypt a value does beside encrypting it.
type Fact struct {
	Name      string
	Longer    int  // by how many bytes 64 become
	Authentic bool // every change is noticed
	Bound     bool // a value opens in its own place only
	// What the report prints. Tests of packages cipher and repo show it of dystore.
	Binding, Commitment, Rotation string
}

// Facts lists the ways to encrypt a value in the order of the workloads.
func Facts() []Fact {
	return []Fact{
		{RawGCM, 28, true, true,
			"to the bytes that the caller passes", "no", "no: a value does not say which key it is under"},
		{Tink, 33, true, true,
			"to the bytes that the caller passes", "no", "yes, keysets; nothing finds or renews the values of an old key"},
		{OldScheme, 88, false, false,
			"no", "no", "no: a value does not say which passphrase it is under"},
		{Dystore, 92, true, true,
			"to entity, key and path", "yes", "yes, key ids; Repo.KeysInUse counts the values of each key, repo.Rewrite renews them"},
	}
}
