package recipes_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// properties are those of a table in CloudFormation. They have the names that the SDK
// has, so its types are encoded as they are.
type properties struct {
	*dynamodb.CreateTableInput
	TimeToLiveSpecification          *types.TimeToLiveSpecification
	PointInTimeRecoverySpecification *types.PointInTimeRecoverySpecification
}

// given is a value of JSON without what is not set: CloudFormation takes no null.
func given(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			if inner = given(inner); inner == nil || inner == "" {
				delete(v, name)
			} else {
				v[name] = inner
			}
		}
	case []any:
		for i, inner := range v {
			v[i] = given(inner)
		}
	}
	return v
}

// writeCloudFormation prints the tables of this service as a template.
func writeCloudFormation(w io.Writer, tables []*Table) error {
	resources := map[string]any{}
	for _, t := range tables {
		p := properties{CreateTableInput: t.CreateTableInput, PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: new(true), RecoveryPeriodInDays: new(int32(t.RecoveryDays))}}
		if t.Expires != "" {
			p.TimeToLiveSpecification = &types.TimeToLiveSpecification{AttributeName: &t.Expires, Enabled: new(true)}
		}
		text, err := json.Marshal(p)
		if err != nil {
			return err
		}
		var set any
		if err := json.Unmarshal(text, &set); err != nil {
			return err
		}
		id := strings.NewReplacer("-", "", ".", "", "_", "").Replace(*t.TableName) // letters and digits only
		resources[id] = map[string]any{"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "Properties": given(set)}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(map[string]any{"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})
}

func Example_cloudFormation() {
	tables, err := production()
	if err == nil {
		err = writeCloudFormation(os.Stdout, tables[3:]) // the last one is enough to see
	}
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// {
	//  "AWSTemplateFormatVersion": "2010-09-09",
	//  "Resources": {
	//   "prodSessions": {
	//    "DeletionPolicy": "Retain",
	//    "Properties": {
	//     "AttributeDefinitions": [
	//      {
	//       "AttributeName": "id",
	//       "AttributeType": "S"
	//      }
	//     ],
	//     "BillingMode": "PAY_PER_REQUEST",
	//     "DeletionProtectionEnabled": true,
	//     "KeySchema": [
	//      {
	//       "AttributeName": "id",
	//       "KeyType": "HASH"
	//      }
	//     ],
	//     "PointInTimeRecoverySpecification": {
	//      "PointInTimeRecoveryEnabled": true,
	//      "RecoveryPeriodInDays": 35
	//     },
	//     "TableName": "prod-Sessions",
	//     "TimeToLiveSpecification": {
	//      "AttributeName": "until",
	//      "Enabled": true
	//     }
	//    },
	//    "Type": "AWS::DynamoDB::Table"
	//   }
	//  }
	// }
}

// The template is complete: what it describes, Verify finds without fault.
func TestCloudFormation(t *testing.T) {
	tables, err := production()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := writeCloudFormation(&text, tables); err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct{ Properties properties }
	}
	if err := json.Unmarshal([]byte(text.String()), &template); err != nil {
		t.Fatal(err)
	}
	client := embedded.New().Client()
	for _, resource := range template.Resources {
		p := resource.Properties
		name := p.TableName
		_, err := client.CreateTable(t.Context(), p.CreateTableInput)
		if err == nil && p.TimeToLiveSpecification != nil {
			_, err = client.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{TableName: name, TimeToLiveSpecification: p.TimeToLiveSpecification})
		}
		if err == nil {
			_, err = client.UpdateContinuousBackups(t.Context(), &dynamodb.UpdateContinuousBackupsInput{TableName: name, PointInTimeRecoverySpecification: p.PointInTimeRecoverySpecification})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	sent, err := repo.New(client, parcels(), repo.TablePrefix("prod-"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sent.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	if ids := fmt.Sprint(len(template.Resources), template.Resources["prodSessions"].Properties.TimeToLiveSpecification != nil); ids != "4 true" {
		t.Error(ids)
	}
}
