package lean

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dystore/dystore/internal/direct"
)

// standard are the options of a client of which nothing was asked.
var standard = sync.OnceValue(func() dynamodb.Options { return dynamodb.New(dynamodb.Options{}).Options() })

func sameType(a, b any) bool { return reflect.TypeOf(a) == reflect.TypeOf(b) }

// optionsOf are the options of a client of the SDK's, or why it is not taken: an option that
// is not heeded would look as if it were.
func optionsOf(client any) (*dynamodb.Options, error) {
	sdk, ok := client.(*dynamodb.Client)
	if !ok || sdk == nil {
		return nil, fmt.Errorf("the client is a %T, and no *dynamodb.Client", client)
	}
	o := sdk.Options()
	if !direct.Takes(sdk) {
		what := "interceptors, or another protocol than JSON"
		if len(o.APIOptions) > 0 {
			what = "middleware (APIOptions)"
		}
		return nil, fmt.Errorf("the client has %s", what)
	}
	for _, refusal := range []func(*dynamodb.Options) string{watched, addressed, signed} {
		if what := refusal(&o); what != "" {
			return nil, fmt.Errorf("the client has %s", what)
		}
	}
	return &o, nil
}

// watched is what of a client sees its requests.
func watched(o *dynamodb.Options) string {
	_, noTracing := o.TracerProvider.(*tracing.NopTracerProvider)
	_, noMetrics := o.MeterProvider.(metrics.NopMeterProvider)
	switch {
	case o.ClientLogMode != 0:
		return "a ClientLogMode"
	case !noTracing:
		return "a TracerProvider"
	case !noMetrics:
		return "a MeterProvider"
	case o.EnableAcceptEncodingGzip:
		return "EnableAcceptEncodingGzip"
	}
	return ""
}

// addressed is what of a client sends its requests elsewhere than EndpointResolverV2 says.
func addressed(o *dynamodb.Options) string {
	//lint:ignore SA1019 a client may still have it
	deprecated := o.EndpointResolver != nil
	switch {
	case deprecated:
		return "an EndpointResolver, which is deprecated"
	case o.EndpointDiscovery.EnableEndpointDiscovery == aws.EndpointDiscoveryEnabled:
		return "endpoint discovery"
	case o.Region != "" && !smithyhttp.ValidHostLabel(o.Region):
		return "a region that is none"
	case strings.Contains(o.Region, "fips-") || strings.Contains(o.Region, "-fips"):
		return "a region that stands for FIPS endpoints; set EndpointOptions.UseFIPSEndpoint"
	}
	switch o.AccountIDEndpointMode {
	case aws.AccountIDEndpointModeUnset, aws.AccountIDEndpointModePreferred, aws.AccountIDEndpointModeDisabled, aws.AccountIDEndpointModeRequired:
		return ""
	}
	return "an AccountIDEndpointMode that is none"
}

// signed is what of a client signs requests otherwise than SigV4.
func signed(o *dynamodb.Options) string {
	usual := standard()
	switch {
	case o.Credentials == nil:
		return "no credentials"
	case !sameType(o.AuthSchemeResolver, usual.AuthSchemeResolver):
		return "an AuthSchemeResolver"
	case len(o.AuthSchemes) != 1 || o.AuthSchemes[0].SchemeID() != usual.AuthSchemes[0].SchemeID() || !sameType(o.AuthSchemes[0].Signer(), usual.AuthSchemes[0].Signer()):
		return "AuthSchemes other than SigV4"
	}
	return ""
}
