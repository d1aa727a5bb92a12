package grants_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dystore/dystore/repo"
)

// access is one thing that IAM judges: an action on a resource, with the values of
// dynamodb:LeadingKeys.
type access struct {
	action, resource string
	leading          []string
}

// guard is a client's middleware that judges requests by a policy, as IAM does: what no
// statement allows is denied.
type guard struct {
	t         *testing.T
	mu        sync.Mutex   // held by the request that is judged, up to its answer
	policy    *repo.Policy // nil: nothing is judged
	variables map[string]string
	keys      map[string]string // the partition key of each table
	asked     []access
	denied    []access
	lost      string                             // the next request of this operation is executed, and its answer is lost
	never     bool                               // the next write gets no answer and does nothing
	after     func()                             // after the one that has no answer
	change    func()                             // before each read of several items
	torn      func(*dynamodb.BatchGetItemOutput) // what a read of several items is answered
}

func (g *guard) install(o *dynamodb.Options) {
	o.RetryMaxAttempts, o.HTTPClient = 1, transport{g, o.HTTPClient}
	o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
		return s.Initialize.Add(middleware.InitializeMiddlewareFunc("guard", g.judge), middleware.After)
	})
}

func (g *guard) judge(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (out middleware.InitializeOutput, md middleware.Metadata, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.policy == nil {
		return next.HandleInitialize(ctx, in)
	}
	for _, a := range g.accesses(in.Parameters) {
		if a.resource == arnOf(unjudged) {
			continue
		}
		g.asked = append(g.asked, a)
		if !allows(g.policy, g.variables, a) {
			g.denied = append(g.denied, a)
			return out, md, &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusBadRequest, Body: http.NoBody}},
				Err: &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no statement allows it", Fault: smithy.FaultClient}}
		}
	}
	if _, ok := in.Parameters.(*dynamodb.BatchGetItemInput); ok && g.change != nil {
		g.change()
	}
	out, md, err = next.HandleInitialize(ctx, in)
	if read, ok := out.Result.(*dynamodb.BatchGetItemOutput); ok && err == nil && g.torn != nil {
		g.torn(read)
	}
	return out, md, err
}

// transport loses requests and answers.
type transport struct {
	g    *guard
	next dynamodb.HTTPClient
}

func (t transport) Do(req *http.Request) (*http.Response, error) {
	_, op, _ := strings.Cut(req.Header.Get("X-Amz-Target"), ".")
	g := t.g
	switch {
	case g.policy == nil:
	case op == g.lost:
		if _, err := t.next.Do(req); err != nil {
			return nil, err
		}
		g.lost = ""
		return nil, syscall.ECONNRESET
	case g.never && (op == "PutItem" || op == "UpdateItem" || op == "TransactWriteItems"):
		g.never = false
		g.after()
		return nil, syscall.ECONNRESET
	}
	return t.next.Do(req)
}

// others does something that is not judged, between calls.
func (g *guard) others(do func()) {
	policy := g.policy
	g.policy = nil
	do()
	g.policy = policy
}

func allows(p *repo.Policy, variables map[string]string, a access) bool {
	return slices.ContainsFunc(p.Statement, func(s repo.PolicyStatement) bool {
		return s.Effect == "Allow" && slices.Contains(s.Action, "dynamodb:"+a.action) && matches(s.Resource, nil, a.resource) && holds(s, variables, a)
	})
}

// holds: ForAllValues is true of no values.
func holds(s repo.PolicyStatement, variables map[string]string, a access) bool {
	for operator, keys := range s.Condition {
		patterns, known := keys["dynamodb:LeadingKeys"]
		if operator != "ForAllValues:StringLike" || len(keys) != 1 || !known {
			return false
		}
		for _, v := range a.leading {
			if !matches(patterns, variables, v) {
				return false
			}
		}
	}
	return true
}

var iamVariable = regexp.MustCompile(`\$\{[^}]*\}`)

// matches is the StringLike of IAM. ${*}, ${?} and ${$} are these characters.
func matches(patterns []string, variables map[string]string, text string) bool {
	for _, p := range patterns {
		var b strings.Builder
		rest := 0
		wild := func(s string) string {
			return strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(s))
		}
		for _, at := range iamVariable.FindAllStringIndex(p, -1) {
			name := p[at[0]+2 : at[1]-1]
			value, known := variables[name]
			if !known {
				value = name
			}
			b.WriteString(wild(p[rest:at[0]]) + regexp.QuoteMeta(value))
			rest = at[1]
		}
		if compiled(`(?s)^` + b.String() + wild(p[rest:]) + `$`).MatchString(text) {
			return true
		}
	}
	return false
}

// expressions are those that were compiled before: they are few, and each is needed often.
var expressions sync.Map

func compiled(text string) *regexp.Regexp {
	if re, ok := expressions.Load(text); ok {
		return re.(*regexp.Regexp)
	}
	re := regexp.MustCompile(text)
	expressions.Store(text, re)
	return re
}

func arnOf(table string) string { return "arn:aws:dynamodb:eu-west-1:123456789012:table/" + table }

func textOf(av types.AttributeValue) string {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	}
	return fmt.Sprint(av)
}

func (g *guard) one(action string, table *string, item map[string]types.AttributeValue) access {
	key, known := g.keys[*table]
	if !known {
		g.t.Fatalf("%s of a table that is not the model's, %s", action, *table)
	}
	return access{action, arnOf(*table), []string{textOf(item[key])}}
}

// several is an action on items of a table, of which there are the keys at least.
func (g *guard) several(action, table string, items []map[string]types.AttributeValue) access {
	a := access{action, arnOf(table), nil}
	for _, item := range items {
		a.leading = append(a.leading, g.one(action, &table, item).leading...)
	}
	return a
}

// written are the items of puts, and the keys of deletions.
func written(writes []types.WriteRequest) (all []map[string]types.AttributeValue) {
	for _, w := range writes {
		if w.PutRequest != nil {
			all = append(all, w.PutRequest.Item)
		} else {
			all = append(all, w.DeleteRequest.Key)
		}
	}
	return all
}

func whole(action string, table *string) []access {
	return []access{{action, arnOf(*table), nil}}
}

var keyCondition = regexp.MustCompile(`^#\w+ = (:\w+)`)

// accesses are what IAM judges of a request: transactions by their items.
func (g *guard) accesses(request any) (all []access) {
	switch in := request.(type) {
	case *dynamodb.GetItemInput:
		return []access{g.one("GetItem", in.TableName, in.Key)}
	case *dynamodb.PutItemInput:
		return []access{g.one("PutItem", in.TableName, in.Item)}
	case *dynamodb.UpdateItemInput:
		return []access{g.one("UpdateItem", in.TableName, in.Key)}
	case *dynamodb.DeleteItemInput:
		return []access{g.one("DeleteItem", in.TableName, in.Key)}
	case *dynamodb.BatchGetItemInput:
		for table, keys := range in.RequestItems {
			all = append(all, g.several("BatchGetItem", table, keys.Keys))
		}
	case *dynamodb.BatchWriteItemInput:
		for table, writes := range in.RequestItems {
			all = append(all, g.several("BatchWriteItem", table, written(writes)))
		}
	case *dynamodb.TransactGetItemsInput:
		for _, x := range in.TransactItems {
			all = append(all, g.one("GetItem", x.Get.TableName, x.Get.Key))
		}
	case *dynamodb.TransactWriteItemsInput:
		for _, x := range in.TransactItems {
			all = append(all, g.action(x))
		}
	case *dynamodb.QueryInput:
		a := access{"Query", arnOf(*in.TableName), nil}
		if in.IndexName != nil {
			a.resource += "/index/" + *in.IndexName
		}
		m := keyCondition.FindStringSubmatch(aws.ToString(in.KeyConditionExpression))
		if m == nil {
			g.t.Fatalf("the partition is not the first of %q", aws.ToString(in.KeyConditionExpression))
		}
		a.leading = []string{textOf(in.ExpressionAttributeValues[m[1]])}
		return []access{a}
	case *dynamodb.ScanInput:
		return whole("Scan", in.TableName)
	case *dynamodb.CreateTableInput:
		return whole("CreateTable", in.TableName)
	case *dynamodb.UpdateTableInput:
		return whole("UpdateTable", in.TableName)
	case *dynamodb.DescribeTableInput:
		return whole("DescribeTable", in.TableName)
	case *dynamodb.DescribeTimeToLiveInput:
		return whole("DescribeTimeToLive", in.TableName)
	case *dynamodb.UpdateTimeToLiveInput:
		return whole("UpdateTimeToLive", in.TableName)
	case *dynamodb.DescribeContinuousBackupsInput:
		return whole("DescribeContinuousBackups", in.TableName)
	default:
		g.t.Fatalf("a request that no verb sends: %T", request)
	}
	return all
}

func (g *guard) action(x types.TransactWriteItem) access {
	switch {
	case x.Put != nil:
		return g.one("PutItem", x.Put.TableName, x.Put.Item)
	case x.Update != nil:
		return g.one("UpdateItem", x.Update.TableName, x.Update.Key)
	case x.Delete != nil:
		return g.one("DeleteItem", x.Delete.TableName, x.Delete.Key)
	}
	return g.one("ConditionCheckItem", x.ConditionCheck.TableName, x.ConditionCheck.Key)
}

// TestGuard: the evaluator denies by default, and knows wildcards and variables.
func TestGuard(t *testing.T) {
	policy := &repo.Policy{Statement: []repo.PolicyStatement{{
		Effect: "Allow", Action: []string{"dynamodb:GetItem"}, Resource: []string{"arn:aws:dynamodb:*:*:table/T"},
		Condition: map[string]map[string][]string{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": {"${aws:PrincipalTag/tenant}", "x${*}?/*"}}},
	}}}
	for _, c := range []struct {
		action, table string
		leading       []string
		want          bool
	}{
		{"GetItem", "T", []string{"a*"}, true}, {"GetItem", "T", []string{"ab"}, false}, {"GetItem", "T", []string{"x*y/z", "a*"}, true},
		{"GetItem", "T", []string{"x*y/z", "b"}, false}, {"GetItem", "T", []string{"xx1/"}, false}, {"GetItem", "U", []string{"a*"}, false}, {"PutItem", "T", []string{"a*"}, false},
	} {
		if got := allows(policy, map[string]string{"aws:PrincipalTag/tenant": "a*"}, access{c.action, arnOf(c.table), c.leading}); got != c.want {
			t.Errorf("%v: %v", c, got)
		}
	}
	policy.Statement[0].Effect = "Deny"
	if allows(policy, nil, access{"GetItem", arnOf("T"), []string{"x*y/"}}) {
		t.Error("a statement that denies allows")
	}
}
