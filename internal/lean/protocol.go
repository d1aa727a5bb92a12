package lean

import (
	"context"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/direct"
)

// protocol is that of the SDK, which refuses what is no answer. It takes the place of
// answer.Answered, and direct.Options takes its place.
type protocol struct{ smithyhttp.ClientProtocol }

var (
	_ direct.Engine = protocol{}
	_ answer.Itself = protocol{}
)

// protocolOf is the protocol of a client. That of an engine in this process gives JSON.
func protocolOf(p smithyhttp.ClientProtocol) protocol {
	if engine, ok := p.(direct.Engine); ok {
		p = engine.JSON()
	}
	return protocol{p}
}

func (p protocol) JSON() smithyhttp.ClientProtocol { return p.ClientProtocol }

func (protocol) AnswersItself() {}

func (p protocol) DeserializeResponse(ctx context.Context, schema *smithy.OperationSchema, registry *smithy.TypeRegistry, resp *smithyhttp.Response, out smithy.Deserializable) error {
	if err := answer.Empty(resp); err != nil {
		return err
	}
	return answer.Broken(p.ClientProtocol.DeserializeResponse(ctx, schema, registry, resp, out))
}
