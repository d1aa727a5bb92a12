package recipes_test

import (
	"context"
	"io"
	"log"
	"os"
	"text/template"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// creator is a *repo.Repo of any type.
type creator interface {
	CreateTables(context.Context) error
}

// describe lets repositories create their tables in a new engine, and returns
// the descriptions of these tables.
func describe(ctx context.Context, open func(repo.Client) ([]creator, error)) ([]types.TableDescription, error) {
	client := embedded.New().Client()
	repos, err := open(client)
	if err != nil {
		return nil, err
	}
	for _, r := range repos {
		if err := r.CreateTables(ctx); err != nil {
			return nil, err
		}
	}
	var tables []types.TableDescription
	pages := dynamodb.NewListTablesPaginator(client, &dynamodb.ListTablesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, name := range page.TableNames { // in alphabetical order
			out, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
			if err != nil {
				return nil, err
			}
			tables = append(tables, *out.Table)
		}
	}
	return tables, nil
}

var terraform = template.Must(template.New("tables").Parse(`
{{- range .}}resource "aws_dynamodb_table" "{{.TableName}}" {
  name         = "{{.TableName}}"
  billing_mode = "PAY_PER_REQUEST"
  {{- range .KeySchema}}
  {{if eq .KeyType "HASH"}}hash_key     {{else}}range_key    {{end}}= "{{.AttributeName}}"
  {{- end}}
  {{- range .AttributeDefinitions}}
  attribute {
    name = "{{.AttributeName}}"
    type = "{{.AttributeType}}"
  }
  {{- end}}
}
{{end}}`))

// writeTables prints the tables of all models of this service.
func writeTables(ctx context.Context, w io.Writer) error {
	tables, err := describe(ctx, func(client repo.Client) ([]creator, error) {
		ledgers, err := repo.New(client, ledgers(), repo.TablePrefix("prod-"))
		return []creator{ledgers}, err
	})
	if err != nil {
		return err
	}
	return terraform.Execute(w, tables)
}

func Example_tables() {
	if err := writeTables(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// resource "aws_dynamodb_table" "prod-Entries" {
	//   name         = "prod-Entries"
	//   billing_mode = "PAY_PER_REQUEST"
	//   hash_key     = "_id"
	//   attribute {
	//     name = "_id"
	//     type = "S"
	//   }
	// }
	// resource "aws_dynamodb_table" "prod-Ledgers" {
	//   name         = "prod-Ledgers"
	//   billing_mode = "PAY_PER_REQUEST"
	//   hash_key     = "account"
	//   range_key    = "volume"
	//   attribute {
	//     name = "account"
	//     type = "S"
	//   }
	//   attribute {
	//     name = "volume"
	//     type = "N"
	//   }
	// }
}
