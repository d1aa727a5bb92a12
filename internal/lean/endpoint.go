package lean

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	smithyauth "github.com/aws/smithy-go/auth"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// endpoint is where requests go, and as what they are signed.
type endpoint struct {
	account      string // of the credentials by which it was found
	url          url.URL
	header       http.Header
	name, region string // that sign
	unescaped    bool   // the path is signed as it is
}

// endpointOf is the endpoint of a request. The SDK's own resolver looks at the account of
// the credentials and at ARNs of tables: without ARNs, its answer is kept for an account.
func (c *Client) endpointOf(ctx context.Context, creds *aws.Credentials, in any) (*endpoint, error) {
	account := creds.AccountID
	switch c.options.AccountIDEndpointMode {
	case aws.AccountIDEndpointModeDisabled:
		account = ""
	case aws.AccountIDEndpointModeRequired:
		if account == "" {
			return nil, fmt.Errorf("invalid accountID set: %w", errors.New("accountID is required but not set"))
		}
	}
	table, several := tablesOf(in)
	keeps := c.keeps && !isARN(table) && !slices.ContainsFunc(several, isARN)
	if kept := c.kept.Load(); keeps && kept != nil && kept.account == account {
		return kept, nil
	}
	params := c.parameters(account)
	if several == nil {
		params.ResourceArn = new(table)
	}
	params.ResourceArnList = several
	e, err := c.resolve(ctx, params)
	if err != nil {
		return nil, err
	}
	e.account = account
	if keeps {
		c.kept.Store(e)
	}
	return e, nil
}

func isARN(table string) bool { return strings.HasPrefix(table, "arn:") }

// parameters are those of the resolver that do not depend on the request.
func (c *Client) parameters(account string) *dynamodb.EndpointParameters {
	o := &c.options
	p := &dynamodb.EndpointParameters{
		UseDualStack:          new(o.EndpointOptions.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled),
		UseFIPS:               new(o.EndpointOptions.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled),
		Endpoint:              o.BaseEndpoint,
		AccountIdEndpointMode: new(string(o.AccountIDEndpointMode)),
	}
	if o.Region != "" {
		p.Region = &o.Region
	}
	if account != "" {
		p.AccountId = new(account)
	}
	return p
}

func (c *Client) resolve(ctx context.Context, params *dynamodb.EndpointParameters) (*endpoint, error) {
	found, err := c.options.EndpointResolverV2.ResolveEndpoint(ctx, *params)
	if err != nil {
		return nil, fmt.Errorf("failed to resolve service endpoint, %w", err)
	}
	e := &endpoint{url: url.URL{Scheme: found.URI.Scheme, Host: found.URI.Host, Path: smithyhttp.JoinPath(found.URI.Path, "/")}, header: found.Headers}
	if found.URI.RawPath != "" {
		e.url.RawPath = smithyhttp.JoinPath(found.URI.RawPath, "/")
	}
	if c.options.EndpointOptions.DisableHTTPS {
		e.url.Scheme = "http"
	}
	var signs smithy.Properties
	smithyhttp.SetSigV4SigningName(&signs, "dynamodb")
	smithyhttp.SetSigV4SigningRegion(&signs, c.options.Region)
	schemes, _ := smithyauth.GetAuthOptions(&found.Properties)
	for _, s := range schemes {
		signs.SetAll(&s.SignerProperties)
	}
	e.name, _ = smithyhttp.GetSigV4SigningName(&signs)
	e.region, _ = smithyhttp.GetSigV4SigningRegion(&signs)
	e.unescaped, _ = smithyhttp.GetDisableDoubleEncoding(&signs)
	return e, smithyhttp.ValidateEndpointHost(e.url.Host)
}
