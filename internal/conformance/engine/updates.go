package engine

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// updates turn seed into want. A nil seed means no item, which the update
// creates.
var updates = []struct {
	name string
	seed row
	change,
	cond exp
	want row
}{
	{name: "create", change: exp{text: "SET a = :a, b = :b", values: row{":a": num("1"), ":b": null()}}, want: row{"a": num("1"), "b": null()}},
	{
		name: "old values on the right", seed: row{"a": num("1"), "b": num("2")},
		change: exp{text: "SET a = b, b = a"}, want: row{"a": num("2"), "b": num("1")},
	},
	{
		name: "removed and copied", seed: row{"a": object(row{"x": num("1")})},
		change: exp{text: "SET b = a REMOVE a"}, want: row{"b": object(row{"x": num("1")})},
	},
	{
		name: "arithmetic", seed: row{"n": num("10"), "m": object(row{"n": num("0.1")})},
		change: exp{text: "SET n = n - :v, m.n = m.n + :w", values: row{":v": num("12.5"), ":w": num("0.2")}},
		want:   row{"n": num("-2.5"), "m": object(row{"n": num("0.3")})},
	},
	{
		name: "operands in parentheses", seed: row{"n": num("10")},
		change: exp{text: "SET n = (n) + :v, a = :v - (:w), b = ((:v) + (:w)), c = if_not_exists((c), (:v))", values: row{":v": num("2"), ":w": num("1")}},
		want:   row{"n": num("12"), "a": num("1"), "b": num("3"), "c": num("2")},
	},
	{
		name: "arithmetic of 38 digits", seed: row{"n": num("99999999999999999999999999999999999998")},
		change: exp{text: "SET n = n + :v", values: one}, want: row{"n": num("99999999999999999999999999999999999999")},
	},
	{
		name: "if_not_exists of both kinds", seed: row{"a": num("1")},
		change: exp{text: "SET a = if_not_exists(a, :v), b = if_not_exists(b, :v), c = if_not_exists(c, :z) + :v", values: row{":v": num("5"), ":z": num("0")}},
		want:   row{"a": num("1"), "b": num("5"), "c": num("5")},
	},
	{
		name: "if_not_exists of another path", seed: row{"a": num("1")},
		change: exp{text: "SET b = if_not_exists(a, :v)", values: row{":v": num("5")}}, want: row{"a": num("1"), "b": num("1")},
	},
	{
		name: "list_append at both ends", seed: row{"l": list(num("1")), "k": list(num("1"))},
		change: exp{text: "SET l = list_append(l, :v), k = list_append(:v, k)", values: row{":v": list(str("a"), str("b"))}},
		want:   row{"l": list(num("1"), str("a"), str("b")), "k": list(str("a"), str("b"), num("1"))},
	},
	{
		name: "list_append to an absent list", seed: row{},
		change: exp{text: "SET l = list_append(if_not_exists(l, :e), :v)", values: row{":e": list(), ":v": list(num("1"))}},
		want:   row{"l": list(num("1"))},
	},
	{
		name: "C20 beyond the end of a list", seed: row{"m": object(row{"x": list(num("0"))})},
		change: exp{text: "SET m.x[9] = :b, m.x[5] = :a", values: row{":a": num("5"), ":b": num("9")}},
		want:   row{"m": object(row{"x": list(num("0"), num("5"), num("9"))})},
	},
	{
		name: "elements replaced and removed", seed: row{"l": list(num("0"), num("1"), num("2"), num("3"))},
		change: exp{text: "SET l[0] = :v REMOVE l[1], l[3], l[7]", values: row{":v": str("x")}},
		want:   row{"l": list(str("x"), num("2"))},
	},
	{
		name: "paths into documents", seed: row{"m": object(row{"l": list(object(row{"a": num("1"), "b": num("2")}))})},
		change: exp{text: "SET m.l[0].#dot = :v REMOVE m.l[0].a", names: map[string]string{"#dot": "x.y"}, values: one},
		want:   row{"m": object(row{"l": list(object(row{"b": num("2"), "x.y": num("1")}))})},
	},
	{
		name: "REMOVE of what is not there", seed: row{"m": object(row{}), "l": list()},
		change: exp{text: "REMOVE m.x, l[2], gone"}, want: row{"m": object(row{}), "l": list()},
	},
	{
		name: "ADD to numbers", seed: row{"n": num("1.5")},
		change: exp{text: "ADD n :v, fresh :v", values: row{":v": num("-1")}}, want: row{"n": num("0.5"), "fresh": num("-1")},
	},
	{
		name: "ADD to sets", seed: row{"s": strSet("a", "b")},
		change: exp{text: "ADD s :s, fresh :n", values: row{":s": strSet("b", "c"), ":n": numSet("1")}},
		want:   row{"s": strSet("a", "b", "c"), "fresh": numSet("1")},
	},
	{
		name: "DELETE from sets", seed: row{"s": strSet("a", "b"), "n": numSet("1", "2"), "k": num("1")},
		change: exp{text: "DELETE s :s, n :n, gone :s", values: row{":s": strSet("b", "z"), ":n": numSet("1.0", "2")}},
		want:   row{"s": strSet("a"), "k": num("1")},
	},
	{
		name: "all clauses together", seed: row{"a": num("1"), "b": num("1"), "c": num("1"), "d": strSet("x", "y")},
		change: exp{text: "DELETE d :d REMOVE a ADD b :v SET c = :v", values: row{":d": strSet("x"), ":v": num("7")}},
		want:   row{"b": num("8"), "c": num("7"), "d": strSet("y")},
	},
	{
		name: "condition on what it changes", seed: row{"v": num("1")},
		change: exp{text: "SET v = v + :v", values: one}, cond: exp{text: "v = :v"}, want: row{"v": num("2")},
	},
	{
		// The library sends this for an update of some fields.
		name: "a ring of the last writes, a counter and a stamp", seed: row{"city": str("York"), "_meta": object(row{
			"v": num("41"), "m": object(row{"k1": bin("old"), "k2": bin("other")}), "r": list(bin("0"), bin("1"), bin("2"), bin("3")),
		})},
		change: exp{
			text: "SET #m.v = #m.v + :one, #m.m.k1 = :stamp, #m.r[3] = #m.r[2], #m.r[2] = #m.r[1], #m.r[1] = #m.r[0], #m.r[0] = :w, city = :city",
			names: map[string]string{
				"#m": "_meta",
			},
			values: row{":one": num("1"), ":stamp": bin("new"), ":w": bin("w"), ":city": str("New York")},
		},
		cond: exp{
			text:   "attribute_exists(pk) AND attribute_type(#m.m.k1, :B) AND NOT contains(#m.r, :w)",
			values: row{":B": str("B")},
		},
		want: row{"city": str("New York"), "_meta": object(row{
			"v": num("42"), "m": object(row{"k1": bin("new"), "k2": bin("other")}), "r": list(bin("w"), bin("0"), bin("1"), bin("2")),
		})},
	},
	{
		// What is set beyond the end is appended in the order of the positions. All values
		// are those before the update, so that what is appended here is not there yet.
		name: "a ring that grows", seed: row{"_meta": object(row{"v": num("1"), "r": list(bin("0"))})},
		change: exp{
			text: "SET #m.v = #m.v + :one, #m.u = :u, #m.b = if_not_exists(#m.b, #m.r[0]), #m.r[0] = :w, #m.r[1] = #m.r[0]," +
				" #m.r[3] = if_not_exists(#m.r[2], :none), #m.r[2] = if_not_exists(#m.r[1], :none), #m.r[4] = if_not_exists(#m.r[3], :last)",
			names:  map[string]string{"#m": "_meta"},
			values: row{":one": num("1"), ":u": num("7"), ":w": bin("w"), ":none": bin(""), ":last": bin("last")},
		},
		cond: exp{text: "#m.v IN (:zero, :one) AND NOT contains(#m.r, :w)", values: row{":zero": num("0")}},
		want: row{"_meta": object(row{
			"v": num("2"), "u": num("7"), "b": bin("0"), "r": list(bin("w"), bin("0"), bin(""), bin(""), bin("last")),
		})},
	},
	{
		name: "a ring that is full", seed: row{"_meta": object(row{"b": bin("b"), "r": list(bin("0"), bin("1"), bin(""))})},
		change: exp{
			text: "SET #m.b = if_not_exists(#m.b, #m.r[0]), #m.r[0] = :w, #m.r[1] = #m.r[0]," +
				" #m.r[2] = if_not_exists(#m.r[1], :none)",
			names:  map[string]string{"#m": "_meta"},
			values: row{":w": bin("w"), ":none": bin("")},
		},
		want: row{"_meta": object(row{"b": bin("b"), "r": list(bin("w"), bin("0"), bin("1"))})},
	},
}

// runUpdates runs each update alone and as an action of a transaction. These are
// two paths in an engine.
func (x *fixture) runUpdates(t *testing.T) {
	send := map[string]func(t *testing.T, pk string, change, cond exp) error{
		"alone": func(t *testing.T, pk string, change, cond exp) error {
			update := updateAction(x.plain, pkOf(pk), change, cond).Update
			_, err := x.Client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
				TableName: update.TableName, Key: update.Key,
				UpdateExpression: update.UpdateExpression, ConditionExpression: update.ConditionExpression,
				ExpressionAttributeNames: update.ExpressionAttributeNames, ExpressionAttributeValues: update.ExpressionAttributeValues,
			})
			return err
		},
		"in a transaction": func(t *testing.T, pk string, change, cond exp) error {
			_, err := x.Client.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{
				TransactItems: []types.TransactWriteItem{updateAction(x.plain, pkOf(pk), change, cond)},
			})
			return err
		},
	}
	if !x.Has(kit.Transactions) {
		delete(send, "in a transaction")
	}
	for _, u := range updates {
		for how, send := range send {
			t.Run(u.name+"/"+how, func(t *testing.T) {
				pk := "update " + u.name + how
				if u.seed != nil {
					x.put(t, x.plain, with(u.seed, pkOf(pk)))
				}
				x := x.in(t, "updates/"+u.name+"/"+how)
				x.accepted(t, send(t, pk, u.change, u.cond))
				x.same(t, "the item afterwards", x.get(t, x.plain, pkOf(pk)), with(u.want, pkOf(pk)))
			})
		}
	}
}
