package grants

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/tables"
)

// Settings are the options of a policy.
type Settings struct {
	Verbs           []string
	Region, Account string   // empty: any
	Leading         []string // values of the partition key that the policy is limited to
	Limited         bool     // Leading was given
	AllClaims       bool     // those of all objects, under Limited
}

// Statement is a statement of a policy.
type Statement struct {
	Sid       string
	Actions   []string
	Resources []string
	Leading   []string // patterns of leading keys; none: any
}

// Document returns the statements of a policy, and what is to be said beside them.
func Document(s *schema.Schema, cfg Settings) (statements []Statement, notes []string, err error) {
	if len(cfg.Verbs) == 0 {
		return nil, nil, fail.Withf(fail.ErrInvalid, "a policy is for verbs; name them with repo.PolicyFor")
	}
	n, unknown := Of(s, cfg.Verbs)
	if n == nil {
		return nil, nil, fail.Withf(fail.ErrInvalid, "repo.PolicyFor: %q is no verb; take one of the constants repo.VerbGet, …", unknown)
	}
	for _, v := range cfg.Verbs {
		if s.Plain && slices.Contains(recorded, v) {
			return nil, nil, fail.Withf(fail.ErrInvalid, "repo.PolicyFor: %s needs the record that repo.Plain leaves out", v)
		}
	}
	if wrong := apart(s, n); wrong != "" {
		return nil, nil, fail.Withf(fail.ErrInvalid, "repo.PolicyFor: the table %s is in another region, and writes of its parts are staged; what these need is not known here. A policy for verbs that read is", wrong)
	}
	d := &document{s: s, cfg: &cfg}
	if err := d.locate(); err != nil {
		return nil, nil, err
	}
	var l leading
	if cfg.Limited {
		if l, err = d.limit(n); err != nil {
			return nil, nil, err
		}
	}
	t := tablesOf(s)
	d.add("Roots", n.Root, l.roots, s.Root)
	d.indexes(n, l.roots)
	d.add("Parts", n.Parts, l.parts, t.parts...)
	d.add("OldParts", n.OldParts, l.parts, t.oldParts...)
	d.add("Claims", n.Claims, l.claims, t.claims...)
	d.add("Counts", n.Counts, l.parts, t.counts...)
	d.add("OldClaims", n.OldClaims, l.claims, t.oldClaims...)
	if len(d.all) == 0 {
		return nil, nil, fail.Withf(fail.ErrInvalid, "repo.PolicyFor: %s can do nothing with this model, under these options", strings.Join(cfg.Verbs, ", "))
	}
	return d.all, d.notes, nil
}

// apart is a table of parts in another region, if the verbs write parts; "" if there is
// none.
func apart(s *schema.Schema, n *Needs) string {
	if !slices.ContainsFunc([]string{put, update, del}, func(a string) bool { return slices.Contains(merged(n.Parts, n.OldParts), a) }) {
		return ""
	}
	for _, t := range sorted.Keys(s.Parts) {
		if tables.InRegion(t) {
			return t
		}
	}
	return ""
}

type document struct {
	s     *schema.Schema
	cfg   *Settings
	place string // what the names of tables come after; empty if they are ARNs
	all   []Statement
	notes []string
}

func (d *document) note(format string, args ...any) {
	d.notes = append(d.notes, fmt.Sprintf(format, args...))
}

// add adds a statement about tables, if it says anything. Under LeadingKeys a statement
// without patterns would be one without a condition: it is left out.
func (d *document) add(sid string, actions, leading []string, tables ...string) {
	var resources []string
	for _, t := range tables {
		resources = append(resources, d.arn(t))
	}
	switch {
	case len(actions) == 0 || len(resources) == 0:
	case d.cfg.Limited && len(leading) == 0:
		d.note("claims in %s are denied: the model declares no unique values, so it does not tell whose they are", strings.Join(tables, ", "))
	default:
		d.all = append(d.all, Statement{sid, actions, resources, leading})
	}
}

var (
	regionName    = regexp.MustCompile(`^[a-z]+(-[a-z]+)+-[0-9]+$`)
	accountNumber = regexp.MustCompile(`^[0-9]{12}$`)
)

// partitions of AWS that are not "aws", by the beginning of their regions.
var partitions = [][2]string{{"cn-", "aws-cn"}, {"us-gov-", "aws-us-gov"}, {"eusc-", "aws-eusc"}, {"us-iso-", "aws-iso"}, {"us-isob-", "aws-iso-b"}, {"us-isof-", "aws-iso-f"}, {"eu-isoe-", "aws-iso-e"}}

// locate finds out where the tables are.
func (d *document) locate() error {
	region, account := d.cfg.Region, d.cfg.Account
	switch named, _ := arn.Split(d.s.RootTable()); {
	case named != "" && region == "" && account == "":
		return nil
	case named != "":
		return fail.Withf(fail.ErrInvalid, "repo.PolicyIn: the model names its tables by ARNs, which say where they are; leave the option out")
	case region != "" && !regionName.MatchString(region):
		return fail.Withf(fail.ErrInvalid, "repo.PolicyIn: %q is no region; it is like eu-west-1", region)
	case account != "" && !accountNumber.MatchString(account):
		return fail.Withf(fail.ErrInvalid, "repo.PolicyIn: %q is no account; it has 12 digits", account)
	}
	d.place = placeOf(region, account)
	return nil
}

// placeOf is what the names of tables come after in a region, "" for any, of an account.
func placeOf(region, account string) string {
	partition := "aws"
	for _, p := range partitions {
		if strings.HasPrefix(region, p[0]) {
			partition = p[1]
		}
	}
	return "arn:" + partition + ":dynamodb:" + cmp.Or(region, "*") + ":" + cmp.Or(account, "*") + ":table/"
}

// arn is the name of a table among all.
func (d *document) arn(table string) string {
	region, there := arn.Region(d.s.FullName(table))
	named, _ := arn.Split(there)
	switch {
	case region == "":
		return d.place + there
	case named == "":
		return placeOf(region, d.cfg.Account) + there
	}
	return there
}

// indexes adds the indexes that ranges are read from. The leading keys of a request to
// an index are those of the index.
func (d *document) indexes(n *Needs, leading []string) {
	var resources []string
	for _, x := range d.s.Indexes {
		if d.cfg.Limited && !x.Local() && (len(x.Partition) != 1 || x.Partition[0].Name != d.s.Keys[0].Name) {
			if n.ranged {
				d.note("index %s is left out: its partition key is not that of the table, so dynamodb:LeadingKeys does not tell whose objects are read", x.Name)
			}
			continue
		}
		resources = append(resources, d.arn(d.s.Root)+"/index/"+x.Name)
	}
	if len(n.Indexes) > 0 && len(resources) > 0 {
		d.all = append(d.all, Statement{"Indexes", n.Indexes, resources, leading})
	}
}

// kind is the type of the partition key.
func (d *document) kind() types.ScalarAttributeType { return d.s.Keys[0].Kind }
