package recipes_test

import (
	"io"
	"log"
	"os"
	"text/template"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Parcel struct {
		Depot    string    `dynamodbav:"depot"`
		Number   int       `dynamodbav:"number"`
		Barcode  string    `dynamodbav:"barcode"`
		Country  string    `dynamodbav:"country"`
		Postcode string    `dynamodbav:"postcode"`
		Sent     time.Time `dynamodbav:"sent"`
		Grams    int       `dynamodbav:"grams"`
		Label    Label     `dynamodbav:"label"`
	}
	Label struct {
		PDF []byte `dynamodbav:"pdf"`
	}
)

var (
	parcelKey = repo.CompositeKeyOf(func(p *Parcel) *string { return &p.Depot }, func(p *Parcel) *int { return &p.Number })
	barcode   = lens.Of(func(p *Parcel) *string { return &p.Barcode })
	country   = lens.Of(func(p *Parcel) *string { return &p.Country })
	postcode  = lens.Of(func(p *Parcel) *string { return &p.Postcode })
	sent      = lens.Of(func(p *Parcel) *time.Time { return &p.Sent })
	grams     = lens.Of(func(p *Parcel) *int { return &p.Grams })
)

func parcels() repo.Model[Parcel] {
	return repo.TableOf("Parcels", parcelKey,
		shard.New(shard.To("Labels"), func(p *Parcel) *Label { return &p.Label }),
		shard.Unique(shard.To("Barcodes"), barcode),
		repo.MultiKeyIndexOf("by-address", repo.PartitionBy(country, postcode), repo.SortBy(sent), repo.Include(grams)),
		repo.LocalIndexOf("by-weight", parcelKey, func(p *Parcel) *int { return &p.Grams }, repo.KeysOnly()))
}

// A table is what a repository needs of one, and what this service adds.
type Table struct {
	*dynamodb.CreateTableInput
	Expires      string // the attribute; "": nothing expires
	RecoveryDays int    // of point-in-time recovery
}

// modeled is a *repo.Repo of any type.
type modeled interface {
	Tables() []*dynamodb.CreateTableInput
	TimeToLive() []*dynamodb.UpdateTimeToLiveInput
}

// tablesOf has the tables of repositories. All are protected and can be restored for
// the same time, since an object that lies in several is as safe as the least of them.
// No two repositories share a table here.
func tablesOf(repos ...modeled) (tables []*Table) {
	byName := map[string]*Table{}
	for _, r := range repos {
		for _, in := range r.Tables() {
			in.DeletionProtectionEnabled = new(true)
			byName[*in.TableName] = &Table{CreateTableInput: in, RecoveryDays: 35}
			tables = append(tables, byName[*in.TableName])
		}
		for _, in := range r.TimeToLive() {
			byName[*in.TableName].Expires = *in.TimeToLiveSpecification.AttributeName
		}
	}
	return tables
}

// production are the tables of this service.
func production() ([]*Table, error) {
	client := embedded.New().Client() // no request is sent
	sent, err := repo.New(client, parcels(), repo.TablePrefix("prod-"))
	if err != nil {
		return nil, err
	}
	online, err := repo.New(client, sessions(), repo.TablePrefix("prod-"))
	if err != nil {
		return nil, err
	}
	tables := tablesOf(sent, online)
	tables[len(tables)-1].Expires = sessionUntil.String() // by hand, see ttl_test.go
	return tables, nil
}

// The key_schema of an index needs version 6.29 of Terraform's provider.
var terraform = template.Must(template.New("tables").Parse(`
{{- define "projection"}}
    projection_type = "{{.ProjectionType}}"
    {{- with .NonKeyAttributes}}
    non_key_attributes = [{{range $i, $name := .}}{{if $i}}, {{end}}"{{$name}}"{{end}}]
    {{- end}}
  }{{end -}}
{{- range .}}resource "aws_dynamodb_table" "{{.TableName}}" {
  name         = "{{.TableName}}"
  billing_mode = "{{.BillingMode}}"
  {{- range .KeySchema}}
  {{if eq .KeyType "HASH"}}hash_key     {{else}}range_key    {{end}}= "{{.AttributeName}}"
  {{- end}}
  deletion_protection_enabled = {{.DeletionProtectionEnabled}}
  {{- range .AttributeDefinitions}}
  attribute {
    name = "{{.AttributeName}}"
    type = "{{.AttributeType}}"
  }
  {{- end}}
  {{- range .GlobalSecondaryIndexes}}
  global_secondary_index {
    name = "{{.IndexName}}"
    {{- range .KeySchema}}
    key_schema {
      attribute_name = "{{.AttributeName}}"
      key_type       = "{{.KeyType}}"
    }
    {{- end}}
    {{- template "projection" .Projection}}
  {{- end}}
  {{- range .LocalSecondaryIndexes}}
  local_secondary_index {
    name      = "{{.IndexName}}"
    range_key = "{{(index .KeySchema 1).AttributeName}}"
    {{- template "projection" .Projection}}
  {{- end}}
  {{- with .Expires}}
  ttl {
    attribute_name = "{{.}}"
    enabled        = true
  }
  {{- end}}
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = {{.RecoveryDays}}
  }
}
{{end}}`))

// writeTerraform prints the tables of this service.
func writeTerraform(w io.Writer) error {
	tables, err := production()
	if err != nil {
		return err
	}
	return terraform.Execute(w, tables)
}

func Example_terraform() {
	if err := writeTerraform(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// resource "aws_dynamodb_table" "prod-Barcodes" {
	//   name         = "prod-Barcodes"
	//   billing_mode = "PAY_PER_REQUEST"
	//   hash_key     = "_id"
	//   deletion_protection_enabled = true
	//   attribute {
	//     name = "_id"
	//     type = "S"
	//   }
	//   point_in_time_recovery {
	//     enabled                 = true
	//     recovery_period_in_days = 35
	//   }
	// }
	// resource "aws_dynamodb_table" "prod-Labels" {
	//   name         = "prod-Labels"
	//   billing_mode = "PAY_PER_REQUEST"
	//   hash_key     = "_id"
	//   deletion_protection_enabled = true
	//   attribute {
	//     name = "_id"
	//     type = "S"
	//   }
	//   point_in_time_recovery {
	//     enabled                 = true
	//     recovery_period_in_days = 35
	//   }
	// }
	// resource "aws_dynamodb_table" "prod-Parcels" {
	//   name         = "prod-Parcels"
	//   billing_mode = "PAY_PER_REQUEST"
	//   hash_key     = "depot"
	//   range_key    = "number"
	//   deletion_protection_enabled = true
	//   attribute {
	//     name = "depot"
	//     type = "S"
	//   }
	//   attribute {
	//     name = "number"
	//     type = "N"
	//   }
	//   attribute {
	//     name = "country"
	//     type = "S"
	//   }
	//   attribute {
	//     name = "postcode"
	//     type = "S"
	//   }
	//   attribute {
	//     name = "sent"
	//     type = "S"
	//   }
	//   attribute {
	//     name = "grams"
	//     type = "N"
	//   }
	//   global_secondary_index {
	//     name = "by-address"
	//     key_schema {
	//       attribute_name = "country"
	//       key_type       = "HASH"
	//     }
	//     key_schema {
	//       attribute_name = "postcode"
	//       key_type       = "HASH"
	//     }
	//     key_schema {
	//       attribute_name = "sent"
	//       key_type       = "RANGE"
	//     }
	//     projection_type = "INCLUDE"
	//     non_key_attributes = ["grams"]
	//   }
	//   local_secondary_index {
	//     name      = "by-weight"
	//     range_key = "grams"
	//     projection_type = "KEYS_ONLY"
	//   }
	//   point_in_time_recovery {
	//     enabled                 = true
	//     recovery_period_in_days = 35
	//   }
	// }
	// resource "aws_dynamodb_table" "prod-Sessions" {
	//   name         = "prod-Sessions"
	//   billing_mode = "PAY_PER_REQUEST"
	//   hash_key     = "id"
	//   deletion_protection_enabled = true
	//   attribute {
	//     name = "id"
	//     type = "S"
	//   }
	//   ttl {
	//     attribute_name = "until"
	//     enabled        = true
	//   }
	//   point_in_time_recovery {
	//     enabled                 = true
	//     recovery_period_in_days = 35
	//   }
	// }
}
