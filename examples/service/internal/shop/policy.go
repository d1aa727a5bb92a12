package shop

import "github.com/dystore/dystore/repo"

// Policy is what IAM has to allow the service: the verbs that package api uses of each
// repository, and the comparison of the tables at the start. Checks within a transaction
// are reads of the object, and VerbCheck.
func (s *Store) Policy() (*repo.Policy, error) {
	all := &repo.Policy{}
	add := func(name string, policy func(...repo.PolicyOption) (*repo.Policy, error), verbs ...repo.Verb) error {
		p, err := policy(repo.PolicyFor(append(verbs, repo.VerbVerify)...))
		if err != nil {
			return err
		}
		for _, st := range p.Statement {
			st.Sid = name + st.Sid // ids are unique in a policy
			all.Statement = append(all.Statement, st)
		}
		all.Version, all.Notes = p.Version, append(all.Notes, p.Notes...)
		return nil
	}
	for _, err := range []error{
		add("Customers", s.Customers.Policy, repo.VerbCreate, repo.VerbGet, repo.VerbPut, repo.VerbDeleteValue, repo.VerbCheck),
		add("Orders", s.Orders.Policy, repo.VerbCreate, repo.VerbGet, repo.VerbPage, repo.VerbPut, repo.VerbUpdateGet),
		add("Stock", s.Stock.Policy, repo.VerbExists, repo.VerbGet, repo.VerbPut, repo.VerbUpdate),
		add("Movements", s.Movements.Policy, repo.VerbCreate, repo.VerbGet),
		add("Sessions", s.Sessions.Policy, repo.VerbCreate, repo.VerbGet, repo.VerbDelete),
	} {
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
