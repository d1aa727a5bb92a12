package engine

import "github.com/dystore/dystore/internal/conformance/kit"

// dynoxideDeviations are those of dynoxide 1.5.0 (the crate dynoxide-rs 3.2.0),
// measured in 2026-11. AWS's answers are from its documentation and from suites
// that are run against AWS: scylla's test/alternator, dynalite's test, and
// paritysuite.
var dynoxideDeviations = kit.Deviations{
	"refusals/C21 301 operators": accepts("AWS: 300 operators are the limit; scylla test_limits.py has the text",
		row{"put": boolean(true)}, "C21 301 operators"),
	"refusals/comparison with itself": accepts("dynalite scan.js: an error for operands that are not distinct",
		row{"put": boolean(true)}, "comparison with itself"),
	"refusals/attribute_type of no type": refuses("dynalite scan.js: an error that lists the types",
		failedCondition, "The conditional request failed"),
	"refusals/function with too few arguments": says("dynalite updateItem.js and scan.js: another text",
		`Syntax error; token: ")", near: "v)"`),
	"refusals/C20 name and index in one parent": says("dynalite updateItem.js: another text", invalidPath),
	"refusals/sum beyond 38 digits": says("scylla test_number.py: says Number overflow, strangely",
		"Attempting to store more than 38 significant digits in a Number"),
	"refusals/C24 more than 4 MB": says("scylla test_transact.py: another text", "exceeding the 4MB limit"),
	"refusals/C24 a bad expression": refuses("scylla test_transact.py: an error of the whole request, before any table is looked at",
		"TransactionCanceledException", "[None, ValidationError]"),
	"refusals/query by <>": says("dynalite query.js: another text", "Unexpected operator in KeyConditionExpression: <>"),
	"refusals/query by OR": says("dynalite query.js: another text", "Unexpected token in KeyConditionExpression: OR"),
	"refusals/start key that no item can have": {
		Why:     "DynamoDB Local refuses it; AWS was not measured, and refuses such a key in every other request",
		Refusal: &Accepted,
	},
	"refusals/transactional get of an empty key": refuses("paritysuite transactWriteItems.test.ts: an error of the whole request in writes; DynamoDB Local: in reads too",
		"TransactionCanceledException", "[None, ValidationError]"),
	"refusals/query by an empty prefix":                {Why: "ministack#1067 and DynamoDB Local: an error for the empty value of a key", Refusal: &Accepted},
	"updates/operands in parentheses/alone":            flat("alone"),
	"updates/operands in parentheses/in a transaction": flat("in a transaction"),
	"updates/DELETE from sets/alone":                   keeps("scylla test_number.py: 1.0 and 1 are one element", "alone"),
	"updates/DELETE from sets/in a transaction":        keeps("scylla test_number.py: 1.0 and 1 are one element", "in a transaction"),
	"tables/an index includes an attribute once":       {Why: "guregu/dynamo#88 has AWS's error", Refusal: &Accepted},
	"tables/the request for an index defines its key": says("scylla test_gsi_updatetable.py: a text that names AttributeDefinitions",
		"Some index key attribute have no definition"),
	"tables/time to live by another attribute": says("AWS and DynamoDB Local: another text", "TimeToLive is already enabled with a different attribute name"),
	"tables/a table has two names":             refuses("AWS: a table name or an ARN, in every request since 2024-03", "ValidationException", "tableName"),
	"batches/C22 one number in two forms":      onceForEachForm,
	"queries/a partition of one item has no next page": {
		Why:    "scylla test_query.py: AWS does not take the key that dynoxide returns; DynamoDB Local returns none",
		Values: map[string]any{"where the page ends": pkOf("a partition of one item has no next page")},
	},
	"items/REMOVE alone creates nothing": {
		Why:    "scylla test_item.py: it creates nothing",
		Values: map[string]any{"the item": pkOf("REMOVE alone creates nothing")},
	},
	"items/returned values": {
		Why: "scylla test_returnvalues.py: of a list as well only what changed",
		Values: map[string]any{
			"update returning UPDATED_OLD": row{"a": num("1"), "m": object(row{"x": num("1")}), "l": list(num("0"), num("1"), num("2"))},
			"update returning UPDATED_NEW": row{"a": num("2"), "m": object(row{"x": num("9")}), "l": list(num("0"), num("7"), num("2")), "new": num("1")},
		},
	},
	"indexes/what comes back from an index": {
		Why:    "scylla test_lsi.py: a local index gets it from the table",
		Values: map[string]any{"lKeys, some attributes": []row{pkOf("p")}},
	},
	"indexes/a query of a global index projects what the index has": {
		Why: "scylla test_gsi.py: an error that says what is not projected; dynoxide has the text for PartiQL", Refusal: &Accepted,
	},
	"indexes/a query filters by what the index has": {
		Why: "AppSync passes such an error of AWS on, and paritysuite has it for PartiQL", Refusal: &Accepted,
	},
	"indexes/values that are older than their index": {
		Why:    "scylla test_gsi_updatetable.py: an item with a value of another type is not in the index",
		Values: map[string]any{"the index": []string{"1", "2"}},
	},
	"expressions/100 values of IN": refuses("AWS: 100 operands are the limit", failedCondition, "The conditional request failed"),
	"transactions/transactional get": {
		Why: "scylla test_transact.py: the key is not added to a projection",
		Values: map[string]any{
			"items, in order": []row{{"pk": str("transactional get"), "b": num("2")}, nil, skOf("transactional get", "1")},
		},
	},
	"queries/1 MB ends a page": {
		Why: "dynalite query.js: the item that goes beyond 1 MB is the last of the page",
		Values: map[string]any{
			"first page":    []string{"0", "1", "2"},
			"where it ends": skOf("1 MB ends a page", "2"),
			"second page":   []string{"3", "4"},
		},
	},
	"queries/1 MB ends a page before the filter": {
		Why: "dynalite query.js: the item that goes beyond 1 MB is the last of the page",
		Values: map[string]any{
			"where it ends":        skOf("1 MB ends a page before the filter", "2"),
			"where the query ends": skOf("1 MB ends a page before the filter", "2"),
		},
	},
}

// says is a ValidationException with another text than AWS's.
func says(why, text string) kit.Deviation { return refuses(why, invalid, text) }

// refuses is an error of another kind than AWS's.
func refuses(why, code, text string) kit.Deviation {
	return kit.Deviation{Why: why, Refusal: &kit.Refusal{Code: code, Text: text}}
}

// accepts is a request that AWS refuses and the engine does not. Afterwards the
// case's item is stored.
func accepts(why string, item row, pk string) kit.Deviation {
	return kit.Deviation{Why: why, Refusal: &Accepted, Values: map[string]any{"the item after the refusal": with(pkOf(pk), item)}}
}

// keeps is the case "DELETE from sets" where 1 stays when 1.0 is deleted.
func keeps(why, how string) kit.Deviation {
	item := with(pkOf("update DELETE from sets"+how), row{"s": strSet("a"), "n": numSet("1"), "k": num("1")})
	return kit.Deviation{Why: why, Values: map[string]any{"the item afterwards": item}}
}

// flat is the case "operands in parentheses". Dynoxide does not parse them inside
// if_not_exists.
func flat(how string) kit.Deviation {
	return kit.Deviation{
		Why:     "DynamoDB Local takes them; AWS was not measured",
		Refusal: &kit.Refusal{Code: invalid, Text: `Syntax error; token: "(", near: "((c"`},
		Values:  map[string]any{"the item afterwards": with(pkOf("update operands in parentheses"+how), row{"n": num("10")})},
	}
}

// onceForEachForm is the case "C22 one number in two forms".
var onceForEachForm = kit.Deviation{
	Why: "scylla test_batch.py: one item, once",
	Values: map[string]any{"items": []row{
		{"pk": str("C22 one number in two forms"), "sk": num("1"), "v": str("x")},
		{"pk": str("C22 one number in two forms"), "sk": num("1"), "v": str("x")},
	}},
}
