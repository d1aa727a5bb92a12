package traced

import (
	"context"
	"reflect"
	"slices"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"

	"github.com/dystore/dystore/trace"
)

// SDK returns a client of the SDK of whose requests t is told, whatever they are. It
// is for requests about tables, which clients have by optional interfaces.
func (t *Tracer) SDK(c *dynamodb.Client) *dynamodb.Client {
	return dynamodb.New(c.Options(), func(o *dynamodb.Options) {
		region := o.Region
		o.APIOptions = append(slices.Clip(o.APIOptions), func(stack *middleware.Stack) error {
			r := &request{t: t, region: region}
			begin := middleware.InitializeMiddlewareFunc("dystore.TraceCall", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				r.parent = ctx
				r.start = trace.RequestStart{Operation: awsmiddleware.GetOperationName(ctx), Tables: tablesOf(in.Parameters)}
				if s := of(ctx); s != nil {
					r.verb = s.verb
				}
				defer r.abandon()
				return next.HandleInitialize(ctx, in)
			})
			_ = stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("dystore.Trace", r.attempt), "Retry", middleware.After)
			return stack.Initialize.Add(begin, middleware.After)
		})
	})
}

// tablesOf is the table that an input names.
func tablesOf(in any) []string {
	v := reflect.ValueOf(in)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	field := v.Elem().FieldByName("TableName")
	if !field.IsValid() {
		return nil
	}
	if name, ok := field.Interface().(*string); ok && name != nil {
		return []string{*name}
	}
	return nil
}
