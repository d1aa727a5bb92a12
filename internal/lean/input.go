package lean

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
)

// check refuses an input that lacks what a request has to have. What is inside of its lists,
// the service looks at.
func check(in any) error {
	switch in := in.(type) {
	case *dynamodb.GetItemInput:
		return lacks("GetItemInput", want{"TableName", in.TableName == nil}, want{"Key", in.Key == nil})
	case *dynamodb.BatchGetItemInput:
		return lacks("BatchGetItemInput", want{"RequestItems", in.RequestItems == nil})
	case *dynamodb.TransactGetItemsInput:
		return lacks("TransactGetItemsInput", want{"TransactItems", in.TransactItems == nil})
	case *dynamodb.QueryInput:
		return lacks("QueryInput", want{"TableName", in.TableName == nil})
	case *dynamodb.ScanInput:
		return lacks("ScanInput", want{"TableName", in.TableName == nil})
	case *dynamodb.PutItemInput:
		return lacks("PutItemInput", want{"TableName", in.TableName == nil}, want{"Item", in.Item == nil})
	case *dynamodb.UpdateItemInput:
		return lacks("UpdateItemInput", want{"TableName", in.TableName == nil}, want{"Key", in.Key == nil})
	case *dynamodb.DeleteItemInput:
		return lacks("DeleteItemInput", want{"TableName", in.TableName == nil}, want{"Key", in.Key == nil})
	case *dynamodb.BatchWriteItemInput:
		return lacks("BatchWriteItemInput", want{"RequestItems", in.RequestItems == nil})
	case *dynamodb.TransactWriteItemsInput:
		return lacks("TransactWriteItemsInput", want{"TransactItems", in.TransactItems == nil})
	}
	return nil
}

// want is a member that an input has to have.
type want struct {
	member string
	lacks  bool
}

func lacks(input string, wants ...want) error {
	invalid := smithy.InvalidParamsError{Context: input}
	for _, w := range wants {
		if w.lacks {
			invalid.Add(smithy.NewErrParamRequired(w.member))
		}
	}
	if invalid.Len() > 0 {
		return invalid
	}
	return nil
}

// tablesOf is the table that an input names, or the tables if it is for several.
func tablesOf(in any) (one string, several []string) {
	switch in := in.(type) {
	case *dynamodb.GetItemInput:
		return *in.TableName, nil
	case *dynamodb.QueryInput:
		return *in.TableName, nil
	case *dynamodb.ScanInput:
		return *in.TableName, nil
	case *dynamodb.PutItemInput:
		return *in.TableName, nil
	case *dynamodb.UpdateItemInput:
		return *in.TableName, nil
	case *dynamodb.DeleteItemInput:
		return *in.TableName, nil
	case *dynamodb.BatchGetItemInput:
		return "", slices.AppendSeq([]string{}, maps.Keys(in.RequestItems))
	case *dynamodb.BatchWriteItemInput:
		return "", slices.AppendSeq([]string{}, maps.Keys(in.RequestItems))
	case *dynamodb.TransactGetItemsInput:
		several = make([]string, 0, len(in.TransactItems))
		for _, it := range in.TransactItems {
			if it.Get != nil {
				several = append(several, aws.ToString(it.Get.TableName))
			}
		}
	case *dynamodb.TransactWriteItemsInput:
		several = make([]string, 0, len(in.TransactItems))
		for _, it := range in.TransactItems {
			switch {
			case it.Put != nil:
				several = append(several, aws.ToString(it.Put.TableName))
			case it.Update != nil:
				several = append(several, aws.ToString(it.Update.TableName))
			case it.Delete != nil:
				several = append(several, aws.ToString(it.Delete.TableName))
			case it.ConditionCheck != nil:
				several = append(several, aws.ToString(it.ConditionCheck.TableName))
			}
		}
	}
	return "", several
}
