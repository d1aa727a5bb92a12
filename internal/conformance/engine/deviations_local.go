package engine

import "github.com/dystore/dystore/internal/conformance/kit"

// localDeviations are those of DynamoDB Local 3.1.0, measured in 2026-11. The
// project does not run it any more. The list is for those who do.
var localDeviations = kit.Deviations{
	"refusals/C22 101 keys":                           says(localText, "Too many items requested for the BatchGetItem call"),
	"refusals/C22 a key too wide":                     says(localText, localConditions),
	"refusals/C22 no table":                           says(localText, "must have some requests set"),
	"refusals/C23 26 puts":                            says(localText, "Too many items requested for the BatchWriteItem call"),
	"refusals/sum beyond 38 digits":                   says(localText, localPrecision),
	"refusals/C12 39 digits":                          says(localText, localPrecision),
	"refusals/C12 39 digits in a set":                 says(localText, localPrecision),
	"refusals/C12 NaN":                                says(localText, localNumber),
	"refusals/C12 Infinity":                           says(localText, localNumber),
	"refusals/C12 text as number":                     says(localText, localNumber),
	"refusals/C12 empty number":                       says(localText, localNumber),
	"refusals/C04 no key attribute":                   says(localText, localRequired),
	"refusals/C04 no sort key":                        says(localText, localRequired),
	"refusals/C05 key of another type":                says(localText, "Type mismatch for key"),
	"refusals/C05 index key of another type":          says(localText, "Type mismatch for"),
	"refusals/C06 partition key of 2049 bytes":        says(localText, "Hash primary key values must be under 2048 bytes"),
	"refusals/C06 sort key of 1025 bytes":             says(localText, "range primary key values must be under 1024 bytes"),
	"refusals/C07 get without the sort key":           says(localText, localConditions),
	"refusals/C07 get with one attribute too many":    says(localText, localConditions),
	"refusals/C07 get with another name":              says(localText, localRequired),
	"refusals/C07 delete with one attribute too many": says(localText, localConditions),
	"refusals/C07 update without the sort key":        says(localText, localConditions),
	"refusals/C08 get":                                refuses(localText, notFound, localTable),
	"refusals/C08 put":                                refuses(localText, notFound, localTable),
	"refusals/C08 batch":                              refuses(localText, notFound, localTable),
	"refusals/C08 transaction":                        refuses(localText, notFound, localTable),
	"refusals/C08 describe":                           refuses(localText, notFound, localTable),
	"refusals/strong query of an index":               says(localText, "Consistent read cannot be true when querying a GSI"),
	"refusals/start key of another shape":             says(localText, "Exclusive Start Key must have same size as table's key schema"),
	"tables/the request for an index defines its key": says(localText, "No Attribute Schema Defined"),
	"batches/C22 one number in two forms":             onceForEachForm,
	"items/REMOVE alone creates nothing": {
		Why:    "scylla test_item.py: it creates nothing",
		Values: map[string]any{"the item": pkOf("REMOVE alone creates nothing")},
	},
	"items/returned values": {
		Why: "scylla test_returnvalues.py: only what changed inside of a document",
		Values: map[string]any{
			"update returning UPDATED_OLD": row{"a": num("1"), "m": object(row{"x": num("1"), "y": num("2")}), "l": list(num("0"), num("1"), num("2"))},
			"update returning UPDATED_NEW": row{"a": num("2"), "m": object(row{"x": num("9"), "y": num("2")}), "l": list(num("0"), num("7"), num("2")), "new": num("1")},
		},
	},
	"queries/1 MB ends a page before the filter": {
		Why:    "AWS: a page is what was read, before the filter; a Query of DynamoDB Local filters first",
		Values: map[string]any{"items, counts of a query": otherwise{}, "where the query ends": otherwise{}},
	},
}

const (
	localText       = "another text than AWS"
	localTable      = "Cannot do operations on a non-existent table"
	localNumber     = "A value provided cannot be converted into a number"
	localPrecision  = "only supports precision up to 38 digits"
	localRequired   = "One of the required keys was not given a value"
	localConditions = "The number of conditions on the keys is invalid"
)
