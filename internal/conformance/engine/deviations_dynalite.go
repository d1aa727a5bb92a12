package engine

import "github.com/dystore/dystore/internal/conformance/kit"

// dynaliteDeviations are those of dynalite 4.0.0, measured in 2026-11. It has no
// transactions and no keys of several attributes (see LacksOf). "AWS" is its
// documentation; the other sources are suites that are run against AWS.
var dynaliteDeviations = kit.Deviations{
	"refusals/C14 32 nested maps": accepts("AWS: 32 levels, the value at the end included",
		row{"a": nested(32)}, "C14 32 nested maps"),
	"refusals/C14 32 nested maps in an expression": accepts("AWS: 32 levels, the value at the end included",
		row{"a": nested(32), "v": num("1")}, "C14 32 nested maps in an expression"),
	"refusals/C21 condition of 4097 bytes": accepts("AWS: an expression has at most 4 KB",
		row{"put": boolean(true)}, "C21 condition of 4097 bytes"),
	"refusals/C21 update of 4097 bytes": {Why: "AWS: an expression has at most 4 KB", Refusal: &Accepted},
	"refusals/C21 301 operators": accepts("AWS: 300 operators are the limit; scylla test_limits.py has the text",
		row{"put": boolean(true)}, "C21 301 operators"),
	"refusals/sum beyond 38 digits": accepts("scylla test_number.py: says Number overflow, strangely",
		row{"v": num("99999999999999999999999999999999999999.1")}, "sum beyond 38 digits"),
	"refusals/query by an empty prefix": {Why: "ministack#1067 and DynamoDB Local: an error for the empty value of a key", Refusal: &Accepted},

	"conditions/l = :v":             otherCondition("AWS: lists are equal if their elements are; to dynalite they are if both are empty", false),
	"conditions/m = :v":             otherCondition("AWS: maps are equal if their attributes are; to dynalite they never are", false),
	"conditions/contains(l, :v), 2": otherCondition("AWS: an element may be a document; dynalite looks for scalars only", false),
	// A write id may seem to be in a list that does not have it.
	"conditions/contains(ids, :v), 2": otherCondition("AWS: bytes; dynalite compares those that are no UTF-8 as one replacement character", true),
	"conditions/size(e) = :v":         otherCondition("AWS: the length of a string, 0 if it is empty; to dynalite it has none", false),

	"updates/operands in parentheses/alone": {
		Why:     "DynamoDB Local takes them; AWS was not measured",
		Refusal: &kit.Refusal{Code: invalid, Text: "Syntax error"},
		Values:  map[string]any{"the item afterwards": with(pkOf("update operands in parenthesesalone"), row{"n": num("10")})},
	},
	"updates/elements replaced and removed/alone": {
		Why: "AWS: positions are those before the update; dynalite removes one element after the other",
		Values: map[string]any{
			"the item afterwards": with(pkOf("update elements replaced and removedalone"), row{"l": list(str("x"), num("2"), num("3"))}),
		},
	},

	"tables/an index includes an attribute once": {Why: "guregu/dynamo#88 has AWS's error", Refusal: &Accepted},
	"tables/the request for an index defines its key": says("AWS: tables on demand have no throughput, and scylla test_gsi_updatetable.py the text",
		"provisionedThroughput' failed to satisfy constraint"),
	"tables/time to live":                      refuses("AWS: expires items; dynalite describes it only", unknownOperation, ""),
	"tables/time to live by another attribute": refuses("AWS: expires items; dynalite describes it only", unknownOperation, ""),
	"tables/a table has two names":             refuses("AWS: a table name or an ARN, in every request since 2024-03", invalid, "tableName"),

	"items/C13 a number with a plus sign": says("scylla test_number.py: a sign is part of a number", "cannot be converted to a numeric value: +7"),
	"items/REMOVE alone creates nothing": {
		Why:    "scylla test_item.py: it creates nothing",
		Values: map[string]any{"the item": pkOf("REMOVE alone creates nothing")},
	},
	// So whoever needs the item after a refusal has to read it.
	"expressions/C15 old item only when asked for": {
		Why: "AWS: ReturnValuesOnConditionCheckFailure, in single writes since 2023-06; dynalite does not know the parameter",
		Values: map[string]any{
			"put asking for ALL_OLD": row(nil), "update asking for ALL_OLD": row(nil), "delete asking for ALL_OLD": row(nil),
		},
	},
	"expressions/100 values of IN": refuses("AWS: 100 operands are the limit", failedCondition, "The conditional request failed"),

	"batches/C22 one number in two forms": says("scylla test_batch.py: one item, once", "Provided list of item keys contains duplicates"),
	"batches/C22 16 MB end a batch": {
		Why: "AWS: up to 16 MB, and the rest as it was asked for; dynalite ends a batch at 1.4 MB, and the rest loses its projection",
		Values: map[string]any{
			"items and unprocessed keys": []int{4, 56}, "projection of the rest": "", "names of the rest": map[string]string(nil),
		},
	},

	"queries/a partition of one item has no next page": {
		Why:    "scylla test_query.py: AWS does not take the key that dynalite returns; DynamoDB Local returns none",
		Values: map[string]any{"where the page ends": pkOf("a partition of one item has no next page")},
	},

	"indexes/what comes back from an index": {
		Why:    "scylla test_lsi.py: a local index gets it from the table",
		Values: map[string]any{"lKeys, some attributes": []row{pkOf("p")}},
	},
	"indexes/no strong scan of a global index": {Why: "AWS: a global index has no strongly consistent reads", Refusal: &Accepted},
	"indexes/a query of a global index projects what the index has": {
		Why: "scylla test_gsi.py: an error that says what is not projected", Refusal: &Accepted,
	},
	"indexes/a query filters by what the index has": {
		Why: "AppSync passes such an error of AWS on, and paritysuite has it for PartiQL", Refusal: &Accepted,
	},
	"indexes/start keys with a wrong type in the key of the index": says("the other texts of the case are AWS's; regions differ", noSchemaMatch),
	"indexes/empty values in index keys": {
		Why:     "AWS: an index key cannot be empty",
		Refusal: &Accepted,
		Values:  map[string]any{"the item afterwards": with(skOf("empty values in index keys", "1"), row{"a": str("")})},
	},
	"indexes/values that are older than their index": says("AWS: tables on demand have no throughput",
		"provisionedThroughput' failed to satisfy constraint"),
}

// otherCondition is a condition that holds here and not on AWS, or the other way
// round, and its negation likewise.
func otherCondition(why string, holds bool) kit.Deviation {
	return kit.Deviation{Why: why, Values: map[string]any{"the condition holds": holds, "its negation holds": !holds}}
}
