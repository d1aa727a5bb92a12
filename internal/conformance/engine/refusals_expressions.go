package engine

import "strings"

// equalities joins n comparisons with OR. It has 2n-1 operators.
func equalities(n int) string {
	return strings.TrimSuffix(strings.Repeat("v=:v OR ", n), " OR ")
}

var one = row{":v": num("1")}

// expressionRefusals are about expressions of any kind. updateRefusals are about
// mistakes that only an update can have.
var expressionRefusals = []refusal{
	{
		name: "C15 condition fails", seed: row{"v": num("1")}, send: onlyIf(exp{text: "v = :v", values: row{":v": num("2")}}),
		code: failedCondition, text: "The conditional request failed",
	},
	{
		name: "C16 attribute_exists on an absent item", send: updatingIf(exp{text: "attribute_exists(pk)"}),
		code: failedCondition, text: "The conditional request failed",
	},
	{
		name: "C16 greater than on an absent item", send: updatingIf(exp{text: "v > :v", values: one}),
		code: failedCondition, text: "The conditional request failed",
	},
	{
		name: "C16 equal on an absent item", send: updatingIf(exp{text: "v = :v", values: one}),
		code: failedCondition, text: "The conditional request failed",
	},
	{
		name: "C18 reserved word in a condition", seed: row{"v": num("1")}, send: onlyIf(exp{text: "attribute_exists(name)"}),
		text: "Attribute name is a reserved keyword; reserved keyword: name",
	},
	{
		name: "C18 reserved word in an update", seed: row{"v": num("1")}, send: updating(exp{text: "SET Status = :v", values: one}),
		text: "Attribute name is a reserved keyword; reserved keyword: Status",
	},
	{
		name: "C18 reserved word in a projection", seed: row{"v": num("1")}, send: projecting(exp{text: "v, items.size"}),
		text: "Attribute name is a reserved keyword; reserved keyword: items",
	},
	{
		name: "C19 undefined value", seed: row{"v": num("1")}, send: onlyIf(exp{text: "v = :v AND w = :zz", values: one}),
		text: "is not defined; attribute value: :zz",
	},
	{
		name: "C19 undefined name", seed: row{"v": num("1")}, send: onlyIf(exp{text: "#n = :v", names: map[string]string{"#m": "v"}, values: one}),
		text: "is not defined; attribute name: #n",
	},
	{
		name: "C19 unused value", seed: row{"v": num("1")}, send: onlyIf(exp{text: "v = :v", values: row{":v": num("1"), ":u": num("2")}}),
		text: "unused in expressions: keys: {:u}",
	},
	{
		name: "C19 unused name", seed: row{"v": num("1")},
		send: onlyIf(exp{text: "v = :v", names: map[string]string{"#u": "v"}, values: one}), text: "unused in expressions: keys: {#u}",
	},
	{
		name: "C19 names without an expression", seed: row{"v": num("1")},
		send: putWith(exp{names: map[string]string{"#u": "v"}}), text: "can only be specified when using expressions",
	},
	{
		name: "C19 values without an expression", seed: row{"v": num("1")},
		send: putWith(exp{values: one}), text: "can only be specified when using expressions",
	},
	{
		name: "C21 condition of 4097 bytes", seed: row{"v": num("1")},
		send: onlyIf(exp{text: "v = :v" + strings.Repeat(" ", 4097-len("v = :v")), values: one}),
		text: "Expression size has exceeded the maximum allowed size",
	},
	{
		name: "C21 update of 4097 bytes", seed: row{"v": num("1")},
		send: updating(exp{text: "SET v = :v" + strings.Repeat(" ", 4097-len("SET v = :v")), values: one}),
		text: "Expression size has exceeded the maximum allowed size",
	},
	{
		name: "C21 301 operators", seed: row{"v": num("1")}, send: onlyIf(exp{text: equalities(151), values: one}),
		text: "too many operators; operator count: 301",
	},
	{name: "empty condition", seed: row{"v": num("1")}, send: onlyIf(exp{text: ""}), text: "The expression can not be empty"},
	{name: "syntax error", seed: row{"v": num("1")}, send: onlyIf(exp{text: "v = = :v", values: one}), text: "Syntax error"},
	{name: "syntax error at the end", seed: row{"v": num("1")}, send: onlyIf(exp{text: "v = :v AND", values: one}), text: "Syntax error"},
	{
		name: "unknown function", seed: row{"v": num("1")}, send: onlyIf(exp{text: "exists(v)"}),
		text: "Invalid function name; function: exists",
	},
	{
		name: "function with too few arguments", seed: row{"v": num("1")}, send: onlyIf(exp{text: "begins_with(v)"}),
		text: "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1",
	},
	{
		name: "attribute_type of no type", seed: row{"v": num("1")},
		send: onlyIf(exp{text: "attribute_type(v, :v)", values: row{":v": str("STRING")}}), text: "Invalid attribute type name found; type: STRING",
	},
	{
		name: "begins_with a number", seed: row{"v": num("1")}, send: onlyIf(exp{text: "begins_with(v, :v)", values: one}),
		text: "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
	},
	{
		name: "BETWEEN upside down", seed: row{"v": num("1")},
		send: onlyIf(exp{text: "v BETWEEN :a AND :b", values: row{":a": num("2"), ":b": num("1")}}),
		text: "The BETWEEN operator requires upper bound to be greater than or equal to lower bound",
	},
	{
		name: "comparison with itself", seed: row{"v": num("1")}, send: onlyIf(exp{text: "v = v"}),
		text: "The first operand must be distinct from the remaining operands",
	},
	{
		name: "redundant parentheses", seed: row{"v": num("1")}, send: onlyIf(exp{text: "((v = :v))", values: one}),
		text: "The expression has redundant parentheses",
	},
	{
		name: "overlapping projection", seed: row{"v": num("1")}, send: projecting(exp{text: "a, a.b"}),
		text: "Two document paths overlap with each other",
	},
}

const failedCondition = "ConditionalCheckFailedException"

var updateRefusals = []refusal{
	{
		name: "C17 SET on a key attribute", seed: row{"v": num("1")}, send: updating(exp{text: "SET pk = :v", values: row{":v": str("x")}}),
		text: "Cannot update attribute pk. This attribute is part of the key",
	},
	{
		name: "C17 REMOVE of a key attribute", seed: row{"v": num("1")}, send: updating(exp{text: "REMOVE pk"}),
		text: "Cannot update attribute pk. This attribute is part of the key",
	},
	{
		name: "C20 SET of a and a.b", seed: row{"a": object(row{"b": num("1")})},
		send: updating(exp{text: "SET a = :v, a.b = :v", values: one}), text: "Two document paths overlap with each other",
	},
	{
		name: "C20 the same path twice", seed: row{"v": num("1")},
		send: updating(exp{text: "SET v = :v REMOVE v", values: one}), text: "Two document paths overlap with each other",
	},
	{
		name: "C20 SET and REMOVE in one list", seed: row{"l": list(num("1"), num("2"))},
		send: updating(exp{text: "SET l = list_append(l, :l) REMOVE l[1]", values: row{":l": list(num("3"))}}),
		text: "Two document paths overlap with each other",
	},
	{
		name: "C20 name and index in one parent", seed: row{"a": object(row{"b": num("1")})},
		send: updating(exp{text: "SET a.b = :v, a[0] = :v", values: one}), text: "Two document paths conflict with each other",
	},
	{
		name: "C20 absent parent", seed: row{"m": object(row{})},
		send: updating(exp{text: "SET m.x.y = :v", values: one}), text: invalidPath,
	},
	{
		name: "C20 absent root", seed: row{"v": num("1")},
		send: updating(exp{text: "SET m.x = :v", values: one}), text: invalidPath,
	},
	{
		name: "C20 name below a list", seed: row{"l": list(num("1"))},
		send: updating(exp{text: "SET l.x = :v", values: one}), text: invalidPath,
	},
	{
		name: "C20 index below a map", seed: row{"m": object(row{})},
		send: updating(exp{text: "SET m[0] = :v", values: one}), text: invalidPath,
	},
	{
		name: "C20 path below NULL", seed: row{"m": null()},
		send: updating(exp{text: "SET m.x = :v", values: one}), text: invalidPath,
	},
	{
		name: "C20 REMOVE below an absent parent", seed: row{"m": object(row{})},
		send: updating(exp{text: "REMOVE m.x.y"}), text: invalidPath,
	},
	{
		name: "absent operand", seed: row{"v": num("1")}, send: updating(exp{text: "SET v = w + :v", values: one}),
		text: "The provided expression refers to an attribute that does not exist in the item",
	},
	{
		name: "sum of a string", seed: row{"s": str("a")}, send: updating(exp{text: "SET s = s + :v", values: one}),
		text: "An operand in the update expression has an incorrect data type",
	},
	{
		name: "sum with a string", seed: row{"v": num("1")}, send: updating(exp{text: "SET v = v + :s", values: row{":s": str("a")}}),
		text: "Incorrect operand type for operator or function; operator or function: +, operand type: S",
	},
	{
		name: "list_append to a string", seed: row{"s": str("a")}, send: updating(exp{text: "SET s = list_append(s, :l)", values: row{":l": list(num("1"))}}),
		text: "An operand in the update expression has an incorrect data type",
	},
	{
		name: "list_append to NULL", seed: row{"l": null()},
		send: updating(exp{text: "SET l = list_append(if_not_exists(l, :e), :l)", values: row{":e": list(), ":l": list(num("1"))}}),
		text: "An operand in the update expression has an incorrect data type",
	},
	{
		name: "ADD to a string", seed: row{"s": str("a")}, send: updating(exp{text: "ADD s :v", values: one}),
		text: "An operand in the update expression has an incorrect data type",
	},
	{
		name: "ADD of a string", seed: row{"v": num("1")}, send: updating(exp{text: "ADD v :v", values: row{":v": str("a")}}),
		text: "Incorrect operand type for operator or function; operator: ADD, operand type: STRING",
	},
	{
		name: "ADD of another kind of set", seed: row{"s": strSet("a")}, send: updating(exp{text: "ADD s :v", values: row{":v": numSet("1")}}),
		text: "An operand in the update expression has an incorrect data type",
	},
	{
		name: "DELETE of a number", seed: row{"s": numSet("1")}, send: updating(exp{text: "DELETE s :v", values: one}),
		text: "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER",
	},
	{
		name: "sum beyond 38 digits", seed: row{"v": num("99999999999999999999999999999999999999")},
		send: updating(exp{text: "SET v = v + :v", values: row{":v": num("0.1")}}), text: "Number overflow",
	},
	{
		name: "the same clause twice", seed: row{"v": num("1")}, send: updating(exp{text: "SET a = :v SET b = :v", values: one}),
		text: `The "SET" section can only be used once in an update expression`,
	},
	{name: "empty update", seed: row{"v": num("1")}, send: updating(exp{text: ""}), text: "The expression can not be empty"},
	{name: "update with a condition as text", seed: row{"v": num("1")}, send: updating(exp{text: "v = :v", values: one}), text: "Syntax error"},
}

const invalidPath = "The document path provided in the update expression is invalid for update"
