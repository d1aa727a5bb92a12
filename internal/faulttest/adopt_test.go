package faulttest

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Writes over items that another program has written, without a record.

func (w *fWorld) plant(table string, it rawItem) {
	_, err := w.raw.PutItem(background, &dynamodb.PutItemInput{TableName: &table, Item: it})
	w.must(err)
}

// theirSlip stores an item and reads it.
func (w *fWorld) theirSlip() *fSlip {
	w.plant("FSlips", rawItem{"ID": avS("s/1"), "Text": avS("theirs"), "Count": avN("7"), "More": avS("unknown")})
	s, err := w.slip.clean.Get(background, fSlipKey)
	w.must(err)
	return s
}

func (w *fWorld) theirDoc() *fDoc {
	w.plant("FDocs", rawItem{
		"ID": avS("d/1"), "Name": avS("theirs"), "More": avS("unknown"), "Opt": avM(rawItem{"Text": avS("opt"), "More": avN("1")}),
		"Home":  avM(rawItem{"N": avN("1"), "Geo": avM(rawItem{"Lat": avS("34.69")})}),
		"Past":  avL(avM(rawItem{"N": avN("1"), "More": avN("2")}), avM(rawItem{"N": avN("2")})),
		"Rooms": avM(rawItem{"big": avM(rawItem{"Text": avS(fBig)}), "small": avM(rawItem{"Text": avS(fSmall)})}),
		"Lines": avL(avM(rawItem{"SKU": avS("x"), "Note": avM(rawItem{"Text": avS("one")})})),
	})
	d, err := w.docs.clean.Get(background, fDocKey)
	w.must(err)
	return d
}

// theirsChanged is a write of an item that was changed after it had been read.
func theirsChanged(run func(context.Context, *fWorld, *fSlip) error) func(*fWorld) fCall {
	return func(w *fWorld) fCall {
		s := w.theirSlip()
		w.plant("FSlips", rawItem{"ID": avS("s/1"), "Text": avS("theirs"), "Count": avN("8"), "More": avS("unknown")})
		return fCall{value: s, run: func(ctx context.Context) error { return run(ctx, w, s) }}
	}
}
