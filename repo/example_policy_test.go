package repo_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type Payer struct {
	ID      string    `dynamodbav:"id"`
	Mail    string    `dynamodbav:"mail"`
	Address PayerHome `dynamodbav:"address"`
}

type PayerHome struct {
	City string `dynamodbav:"city"`
}

func payers() *repo.Repo[Payer] {
	r, err := repo.New(embedded.New().Client(), repo.TableOf("Payers", repo.KeyOf(func(c *Payer) *string { return &c.ID }),
		shard.New(shard.To("Addresses"), func(c *Payer) *PayerHome { return &c.Address }),
		shard.Unique(shard.To("Mails"), lens.Of(func(c *Payer) *string { return &c.Mail }))))
	if err != nil {
		panic(err)
	}
	return r
}

// The document for IAM of a service that asks whether there is a payer.
func ExampleRepo_Policy() {
	policy, err := payers().Policy(repo.PolicyFor(repo.VerbExists))
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := json.MarshalIndent(policy, "", "  ")
	fmt.Println(string(text), err)
	// Output:
	// {
	//   "Version": "2012-10-17",
	//   "Statement": [
	//     {
	//       "Sid": "Roots",
	//       "Effect": "Allow",
	//       "Action": [
	//         "dynamodb:GetItem"
	//       ],
	//       "Resource": [
	//         "arn:aws:dynamodb:*:*:table/Payers"
	//       ]
	//     }
	//   ]
	// } <nil>
}

// The permissions of a service that only creates payers: on their roots, their addresses,
// and the claims of their unique mail addresses. A new payer may take the place of one that
// has expired, whose parts and claims are deleted, and may be too big for one transaction.
func ExamplePolicyFor() {
	policy, err := payers().Policy(repo.PolicyFor(repo.VerbCreate))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range policy.Statement {
		fmt.Println(s.Sid, strings.Join(s.Action, " "), s.Resource)
	}
	// Output:
	// Roots dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem [arn:aws:dynamodb:*:*:table/Payers]
	// Parts dynamodb:BatchGetItem dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem [arn:aws:dynamodb:*:*:table/Addresses]
	// Claims dynamodb:DeleteItem dynamodb:PutItem [arn:aws:dynamodb:*:*:table/Mails]
}

// The tables of one account.
func ExamplePolicyIn() {
	policy, err := payers().Policy(repo.PolicyFor(repo.VerbExists), repo.PolicyIn("eu-west-1", "123456789012"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(policy.Statement[0].Resource)
	// Output:
	// [arn:aws:dynamodb:eu-west-1:123456789012:table/Payers]
}

// Each payer reads itself: the root, and the parts, whose keys begin with its own.
func ExampleLeadingKeys() {
	policy, err := payers().Policy(repo.PolicyFor(repo.VerbGet), repo.LeadingKeys("${aws:PrincipalTag/payer}"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range policy.Statement {
		fmt.Println(s.Resource, s.Condition)
	}
	// Output:
	// [arn:aws:dynamodb:*:*:table/Payers] map[ForAllValues:StringLike:map[dynamodb:LeadingKeys:[${aws:PrincipalTag/payer}]]]
	// [arn:aws:dynamodb:*:*:table/Addresses] map[ForAllValues:StringLike:map[dynamodb:LeadingKeys:[Payers/S${aws:PrincipalTag/payer}/*]]]
}

// The key of a claim is made of the value, so a condition on the payer's key cannot limit it.
func ExampleClaimsOfAll() {
	_, err := payers().Policy(repo.PolicyFor(repo.VerbDelete), repo.LeadingKeys("c1"))
	fmt.Println(err)
	policy, err := payers().Policy(repo.PolicyFor(repo.VerbDelete), repo.LeadingKeys("c1"), repo.ClaimsOfAll())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range policy.Statement {
		fmt.Println(s.Sid, s.Condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"])
	}
	for _, note := range policy.Notes {
		fmt.Println(note)
	}
	// Output:
	// repo: Policy Payers: invalid: repo.LeadingKeys: mail is unique, and the key of its claims does not begin with the partition key: Delete would need the claims of all objects; say repo.ClaimsOfAll, or leave the verbs out
	// Roots [c1]
	// Parts [Payers/Sc1/*]
	// Claims [Payers/=mail/*]
	// parts whose derived key is longer than 1024 bytes, and copies of those where it is longer than 1001, are denied: the key is a hash, which no pattern matches; such keys come from long sort keys and from long keys of maps
	// the claims of mail are those of all objects: their keys are made of the value
	// claims whose key is longer than 1024 bytes are denied: it is a hash, which no pattern matches
}
