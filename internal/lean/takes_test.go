package lean_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	smithyauth "github.com/aws/smithy-go/auth"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/rpcv2"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/lean"
)

type wrapper struct{ *dynamodb.Client }

type tracers struct{ tracing.NopTracerProvider }

type meters struct{ metrics.NopMeterProvider }

type authentication struct{ dynamodb.AuthSchemeResolver }

type scheme struct{ smithyhttp.AuthScheme }

func (scheme) SchemeID() string { return smithyauth.SchemeIDSigV4A }

type signer struct{ smithyhttp.AuthScheme }

func (signer) Signer() smithyhttp.Signer { return nil }

func deprecated(o *dynamodb.Options) {
	//lint:ignore SA1019 a client may still have it
	o.EndpointResolver = dynamodb.EndpointResolverFromURL("http://x")
}

// A client that does something which would be lost is refused, by what it is.
func TestRefused(t *testing.T) {
	with := func(f func(*dynamodb.Options)) any { return sdk(&answers{}, f) }
	for what, c := range map[string]any{
		"no *dynamodb.Client": wrapper{},
		"a *dynamodb.Client":  (*dynamodb.Client)(nil),
		"middleware (APIOptions)": with(func(o *dynamodb.Options) {
			o.APIOptions = append(o.APIOptions, func(*middleware.Stack) error { return nil })
		}),
		"another protocol":         with(func(o *dynamodb.Options) { o.Protocol = rpcv2.NewCBOR(schemas.DynamoDB_20120810) }),
		"a ClientLogMode":          with(func(o *dynamodb.Options) { o.ClientLogMode = aws.LogRetries }),
		"a TracerProvider":         with(func(o *dynamodb.Options) { o.TracerProvider = &tracers{} }),
		"a MeterProvider":          with(func(o *dynamodb.Options) { o.MeterProvider = meters{} }),
		"EnableAcceptEncodingGzip": with(func(o *dynamodb.Options) { o.EnableAcceptEncodingGzip = true }),
		"an EndpointResolver,":     with(deprecated),
		"endpoint discovery":       with(func(o *dynamodb.Options) { o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryEnabled }),
		"a region that is none":    with(func(o *dynamodb.Options) { o.Region = "x.example/" }),
		"FIPS endpoints":           with(func(o *dynamodb.Options) { o.Region = "fips-us-east-1" }),
		"an AccountIDEndpointMode": with(func(o *dynamodb.Options) { o.AccountIDEndpointMode = "x" }),
		"no credentials":           with(func(o *dynamodb.Options) { o.Credentials = aws.AnonymousCredentials{} }),
		"an AuthSchemeResolver":    with(func(o *dynamodb.Options) { o.AuthSchemeResolver = authentication{} }),
		"AuthSchemes other than SigV4": with(func(o *dynamodb.Options) {
			o.AuthSchemes = []smithyhttp.AuthScheme{scheme{}}
		}),
	} {
		if _, err := lean.New(c); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	usual := sdk(&answers{}).Options().AuthSchemes[0]
	if _, err := lean.New(with(func(o *dynamodb.Options) { o.AuthSchemes = []smithyhttp.AuthScheme{signer{usual}} })); err == nil {
		t.Error("another signer is taken")
	}
	for what, c := range map[string]any{
		"of nothing special": sdk(&answers{}),
		"of the engine":      embedded.New().Client(),
		"with an AppID":      with(func(o *dynamodb.Options) { o.AppID = "atlas" }),
	} {
		if _, err := lean.New(c); err != nil {
			t.Errorf("a client %s: %v", what, err)
		}
	}
}
