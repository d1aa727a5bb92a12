package fault

import (
	"encoding/json"
	"strings"
)

// Respond: the request is not executed; the caller gets an error response with
// this HTTP status, error code (such as "RequestLimitExceeded") and message.
// The SDK's client turns it into its typed error if it knows the code.
func Respond(status int, code, message string) Fault {
	return Fault{name: code, do: func(*call) (*answer, error) {
		return exception(status, code, message), nil
	}}
}

// ServerError: HTTP 500 (InternalServerError); the request is not executed. A
// caller cannot tell it from ServerErrorAfter.
func ServerError() Fault {
	f := Respond(500, "InternalServerError", "Internal server error")
	f.name = "server error"
	return f
}

// ServerErrorAfter: the request is executed, but the caller gets HTTP 500
// (InternalServerError).
func ServerErrorAfter() Fault {
	after := ServerError()
	return Fault{name: "server error after commit", do: func(c *call) (*answer, error) {
		if _, err := c.pass(); err != nil {
			return nil, err
		}
		return after.do(c)
	}}
}

// Throttle: the caller gets a ThrottlingException; the request is not
// executed.
func Throttle() Fault {
	f := Respond(400, "ThrottlingException", "Throughput exceeds the current capacity of your table or index.")
	f.name = "throttle"
	return f
}

// ProvisionedThroughputExceeded: the caller gets a
// ProvisionedThroughputExceededException; the request is not executed.
func ProvisionedThroughputExceeded() Fault {
	f := Respond(400, "ProvisionedThroughputExceededException",
		"The level of configured provisioned throughput for the table was exceeded.")
	f.name = "throughput exceeded"
	return f
}

// InProgress: a TransactWriteItems gets a TransactionInProgressException, as if
// an earlier request with the same token were still running. It is not
// executed.
func InProgress() Fault {
	return Fault{name: "transaction in progress", ops: []string{"TransactWriteItems"}, do: func(*call) (*answer, error) {
		return newAnswer(400, map[string]any{
			"__type":  "com.amazonaws.dynamodb.v20120810#TransactionInProgressException",
			"Message": "The transaction with the given request token is already in progress.",
		}), nil
	}}
}

// Conflict: another transaction is under way on an item of the request, which
// is not executed. TransactWriteItems and TransactGetItems get a
// TransactionCanceledException with the reason TransactionConflict for the
// actions at these positions (for the first action, if none is given) and None
// for the others; PutItem, UpdateItem and DeleteItem get a
// TransactionConflictException. It cannot happen to other operations.
func Conflict(actions ...int) Fault {
	if len(actions) == 0 {
		actions = []int{0}
	}
	return Fault{
		name: "conflict",
		ops:  []string{"TransactWriteItems", "TransactGetItems", "PutItem", "UpdateItem", "DeleteItem"},
		do: func(c *call) (*answer, error) {
			if !strings.HasPrefix(c.op, "Transact") {
				return exception(400, "TransactionConflictException", conflictText), nil
			}
			codes := make([]string, c.actions())
			for _, i := range actions {
				if 0 <= i && i < len(codes) {
					codes[i] = "TransactionConflict"
				}
			}
			return canceled(codes), nil
		},
	}
}

// CancelTransaction: TransactWriteItems and TransactGetItems get a
// TransactionCanceledException with these reasons, by position, such as
// "ThrottlingError", "ProvisionedThroughputExceeded" or
// "ConditionalCheckFailed" (without an item); "" and positions beyond are None.
// The request is not executed.
func CancelTransaction(codes ...string) Fault {
	return Fault{
		name: "transaction cancelled",
		ops:  []string{"TransactWriteItems", "TransactGetItems"},
		do: func(c *call) (*answer, error) {
			all := make([]string, c.actions())
			copy(all, codes)
			return canceled(all), nil
		},
	}
}

const conflictText = "Transaction is ongoing for the item"

// actions counts the actions of a transaction.
func (c *call) actions() int {
	var body struct{ TransactItems []json.RawMessage }
	if err := json.Unmarshal(c.body, &body); err != nil {
		return 0
	}
	return len(body.TransactItems)
}

// canceled is the response to a transaction with one reason per action.
func canceled(codes []string) *answer {
	texts := map[string]string{
		"TransactionConflict":           conflictText,
		"ConditionalCheckFailed":        "The conditional request failed",
		"ThrottlingError":               "Throughput exceeds the current capacity for one or more tables.",
		"ProvisionedThroughputExceeded": "The level of configured provisioned throughput for the table was exceeded.",
	}
	reasons := make([]map[string]string, len(codes))
	names := make([]string, len(codes))
	for i, code := range codes {
		if code == "" {
			code = "None"
		}
		names[i] = code
		reasons[i] = map[string]string{"Code": code}
		if text := texts[code]; text != "" {
			reasons[i]["Message"] = text
		}
	}
	return newAnswer(400, map[string]any{
		"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
		"Message": "Transaction cancelled, please refer cancellation reasons for specific reasons [" +
			strings.Join(names, ", ") + "]",
		"CancellationReasons": reasons,
	})
}
