package trace

import "context"

// Tracer is told of each call of a verb. Its methods are called from several
// goroutines at the same time.
//
// Its method is fixed: a type that satisfies Tracer today satisfies it in every
// later release. What a tracer may want besides is in optional interfaces, for
// which the repository looks: [RequestTracer] and [CapacityTracer]. The structs may
// get further fields.
type Tracer interface {
	// StartVerb is told that a call begins. The call goes on with the context that
	// it returns, which is ctx or derived from it. The function that it returns is
	// called once, when the call ends; nil is allowed. The call of an iterator
	// begins and ends with its loop, also by break or a panic.
	StartVerb(ctx context.Context, s VerbStart) (context.Context, func(VerbEnd))
}

// RequestTracer is a Tracer that is told of each request to DynamoDB as well.
type RequestTracer interface {
	Tracer
	// StartRequest is told that a request is made. ctx comes from StartVerb. The
	// request is made with the context that StartRequest returns, and the function
	// is called when it is answered or has failed. The requests of a call may
	// overlap.
	StartRequest(ctx context.Context, s RequestStart) (context.Context, func(RequestEnd))
}

// CapacityTracer is a RequestTracer for which DynamoDB is asked what each request
// has consumed (ReturnConsumedCapacity), if WantsCapacity returns true. It is called
// once, by New or Open. The question is free, and makes requests and answers some
// 100 bytes longer.
type CapacityTracer interface {
	RequestTracer
	WantsCapacity() bool
}

// Join returns a tracer that tells several, in order. The context that one returns
// is given to the next. Functions are called in reverse order at the end.
func Join(tracers ...Tracer) Tracer { return joined(tracers) }

type joined []Tracer

func (j joined) StartVerb(ctx context.Context, s VerbStart) (context.Context, func(VerbEnd)) {
	ends := make([]func(VerbEnd), 0, len(j))
	for _, t := range j {
		var end func(VerbEnd)
		ctx, end = t.StartVerb(ctx, s)
		ends = append(ends, end)
	}
	return ctx, func(e VerbEnd) { backwards(ends, e) }
}

func (j joined) StartRequest(ctx context.Context, s RequestStart) (context.Context, func(RequestEnd)) {
	var ends []func(RequestEnd)
	for _, t := range j {
		if t, ok := t.(RequestTracer); ok {
			var end func(RequestEnd)
			ctx, end = t.StartRequest(ctx, s)
			ends = append(ends, end)
		}
	}
	return ctx, func(e RequestEnd) { backwards(ends, e) }
}

func (j joined) WantsCapacity() bool {
	for _, t := range j {
		if t, ok := t.(CapacityTracer); ok && t.WantsCapacity() {
			return true
		}
	}
	return false
}

func backwards[E any](ends []func(E), e E) {
	for i := len(ends) - 1; i >= 0; i-- {
		if ends[i] != nil {
			ends[i](e)
		}
	}
}
