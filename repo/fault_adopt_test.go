package repo_test

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Writes over items that another program has written, without a record.

type rawItem = map[string]types.AttributeValue

func rawS(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func rawN(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }
func rawL(l ...types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: append([]types.AttributeValue{}, l...)}
}
func rawM(m rawItem) types.AttributeValue { return &types.AttributeValueMemberM{Value: m} }

func (w *fWorld) plant(table string, it rawItem) {
	_, err := w.raw.PutItem(background, &dynamodb.PutItemInput{TableName: &table, Item: it})
	w.must(err)
}

// theirSlip stores an item and reads it.
func (w *fWorld) theirSlip() *fSlip {
	w.plant("FSlips", rawItem{"ID": rawS("s/1"), "Text": rawS("theirs"), "Count": rawN("7"), "More": rawS("unknown")})
	s, err := w.slip.clean.Get(background, fSlipKey)
	w.must(err)
	return s
}

func (w *fWorld) theirDoc() *fDoc {
	w.plant("FDocs", rawItem{
		"ID": rawS("d/1"), "Name": rawS("theirs"), "More": rawS("unknown"), "Opt": rawM(rawItem{"Text": rawS("opt"), "More": rawN("1")}),
		"Home":  rawM(rawItem{"N": rawN("1"), "Geo": rawM(rawItem{"Lat": rawS("34.69")})}),
		"Past":  rawL(rawM(rawItem{"N": rawN("1"), "More": rawN("2")}), rawM(rawItem{"N": rawN("2")})),
		"Rooms": rawM(rawItem{"big": rawM(rawItem{"Text": rawS(fBig)}), "small": rawM(rawItem{"Text": rawS(fSmall)})}),
		"Lines": rawL(rawM(rawItem{"SKU": rawS("x"), "Note": rawM(rawItem{"Text": rawS("one")})})),
	})
	d, err := w.docs.clean.Get(background, fDocKey)
	w.must(err)
	return d
}

// theirsChanged is a write of an item that was changed after it had been read.
func theirsChanged(run func(context.Context, *fWorld, *fSlip) error) func(*fWorld) fCall {
	return func(w *fWorld) fCall {
		s := w.theirSlip()
		w.plant("FSlips", rawItem{"ID": rawS("s/1"), "Text": rawS("theirs"), "Count": rawN("8"), "More": rawS("unknown")})
		return fCall{value: s, run: func(ctx context.Context) error { return run(ctx, w, s) }}
	}
}
