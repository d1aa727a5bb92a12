package rules

// Tag is the name of the tag that has the rules of a field, empty for no set.
func (s *Set) Tag() string {
	if s == nil {
		return ""
	}
	return s.setup.tag
}
