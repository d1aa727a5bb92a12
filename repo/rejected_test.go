package repo_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// TestRejectedUpdate: what DynamoDB does not accept is explained by what is
// stored only where that can be the reason: for a request that it finds wrong,
// on an object that is the one of the plan.
func TestRejectedUpdate(t *testing.T) {
	denied := fault.Respond(400, "AccessDeniedException", "not authorized to perform: dynamodb:UpdateItem")
	wrong := fault.Respond(400, "ValidationException", "The document path provided in the update expression is invalid for update")
	missing := fault.Respond(400, "ResourceNotFoundException", "Requested resource not found")
	home := func(d *estate) *house { return &d.Home }
	flat := repo.TableOf("Docs", estateID, keepEstate)
	divided := repo.TableOf("Docs", estateID, keepEstate, shard.New(shard.To("Homes"), home))
	away := repo.TableOf("Docs", estateID, keepEstate, shard.Optional(shard.To("Aways"), func(d *estate) **house { return &d.Away }))
	lines := repo.TableOf("Docs", estateID, keepEstate, shard.Each(shard.To("Lines"), func(d *estate) *[]house { return &d.Lines }))
	firstLine := lens.Join(lens.At(estateLines, 0), houseCity)
	for _, c := range []struct {
		name   string
		stored repo.Model[estate] // as it was written
		model  repo.Model[estate] // as it is updated
		change lens.Change[estate]
		rule   fault.Fault
		want   []error
		code   string // of the error in the chain
	}{
		{"denied, divided since", flat, divided, homeCity.Set("x"), denied, nil, "AccessDeniedException"},
		{"denied, divided no more", divided, flat, homeCity.Set("x"), denied, nil, "AccessDeniedException"},
		{"wrong, divided since", flat, divided, homeCity.Set("x"), wrong, []error{repo.ErrInvalid}, "ValidationException"},
		{"wrong, divided no more", divided, flat, homeCity.Set("x"), wrong, []error{repo.ErrInvalid}, "ValidationException"},
		{"wrong, another part", divided, away, homeCity.Set("x"), wrong, []error{repo.ErrInvalid}, "ValidationException"},
		{"wrong, a list divided since", flat, lines, lens.Append(estateLines, house{City: "x"}), wrong, []error{repo.ErrInvalid}, "ValidationException"},
		{"denied, an absent parent", flat, flat, awayCity.Set("x"), denied, nil, "AccessDeniedException"},
		{"denied, an absent part", away, away, awayCity.Set("x"), denied, nil, "AccessDeniedException"},
		{"no table, an absent element", flat, flat, firstLine.Set("x"), missing, nil, "ResourceNotFoundException"},
		{"wrong, an absent parent", flat, flat, awayCity.Set("x"), wrong, []error{repo.ErrNoPath}, ""},
		{"wrong, an absent element", flat, flat, firstLine.Set("x"), wrong, []error{repo.ErrNoPath}, ""},
		{"wrong, all there", flat, flat, homeCity.Set("x"), wrong, []error{repo.ErrInvalid}, "ValidationException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := embedded.New()
			client, net := fault.Wrap(db.Client())
			for _, m := range []repo.Model[estate]{flat, divided, away, lines} {
				repoOver(t, db.Client(), m)
			}
			before := repoOver(t, db.Client(), c.stored)
			key, err := before.Create(background, &estate{ID: "1", Home: house{City: "Osaka"}})
			if err != nil {
				t.Fatal(err)
			}
			r := repoOver(t, client, c.model, repo.AllowTables("Homes", "Aways", "Lines"))
			net.Reset(fault.Inject(c.rule, fault.Op("TransactWriteItems")))
			err = r.Update(background, key, c.change)
			code := ""
			var api smithy.APIError
			if errors.As(err, &api) {
				code = api.ErrorCode()
			}
			if !slices.Equal(kindsOf(err), c.want) || code != c.code || !strings.HasPrefix(err.Error(), `repo: Update Docs "1"`) {
				t.Errorf("%v is %q with code %q; want %q with %q", err, kindsOf(err), code, c.want, c.code)
			}
		})
	}
}
