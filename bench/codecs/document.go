package codecs

import (
	"fmt"
	"strings"
	"time"
)

// Document is big and deeply nested: about 60 KB in some 2,000 values.
type (
	Document struct {
		ID       string             `dynamodbav:"id" dynamo:"id"`
		Title    string             `dynamodbav:"title" dynamo:"title"`
		Author   Contact            `dynamodbav:"author" dynamo:"author"`
		Sections []Section          `dynamodbav:"sections" dynamo:"sections"`
		Index    map[string][]int64 `dynamodbav:"index" dynamo:"index"`
		Settings map[string]string  `dynamodbav:"settings" dynamo:"settings"`
		Cover    []byte             `dynamodbav:"cover" dynamo:"cover"`
	}
	Contact struct {
		Name  string   `dynamodbav:"name" dynamo:"name"`
		Mail  string   `dynamodbav:"mail" dynamo:"mail"`
		Home  *Address `dynamodbav:"home" dynamo:"home"`
		Since int64    `dynamodbav:"since" dynamo:"since"`
	}
	Address struct {
		Street string  `dynamodbav:"street" dynamo:"street"`
		City   string  `dynamodbav:"city" dynamo:"city"`
		Lat    float64 `dynamodbav:"lat" dynamo:"lat"`
		Lon    float64 `dynamodbav:"lon" dynamo:"lon"`
	}
	Section struct {
		Heading    string            `dynamodbav:"heading" dynamo:"heading"`
		Paragraphs []string          `dynamodbav:"paragraphs" dynamo:"paragraphs"`
		Figures    []Figure          `dynamodbav:"figures" dynamo:"figures"`
		Notes      map[string]string `dynamodbav:"notes" dynamo:"notes"`
		Edited     time.Time         `dynamodbav:"edited" dynamo:"edited"`
		Reviewed   bool              `dynamodbav:"reviewed" dynamo:"reviewed"`
	}
	Figure struct {
		Caption string   `dynamodbav:"caption" dynamo:"caption"`
		Width   int      `dynamodbav:"width" dynamo:"width"`
		Height  int      `dynamodbav:"height" dynamo:"height"`
		Taken   *Address `dynamodbav:"taken" dynamo:"taken"`
	}
)

// NewDocument returns a Document in which nothing is empty.
func NewDocument() Document {
	text := strings.Repeat("a sentence of this document; ", 5)
	home := &Address{Street: "1 Main Street", City: "New York", Lat: 40.7128, Lon: -74.006}
	d := Document{
		ID: "document-1", Title: "A document", Author: Contact{Name: "A. Author", Mail: "author@example.org", Home: home, Since: 1995},
		Index: map[string][]int64{}, Settings: map[string]string{}, Cover: make([]byte, 4<<10),
	}
	for i := range 24 {
		s := Section{Heading: fmt.Sprint("section ", i), Notes: map[string]string{}, Edited: time.Unix(1_700_000_000, 0).UTC(), Reviewed: true}
		for j := range 8 {
			s.Paragraphs = append(s.Paragraphs, text)
			s.Notes[fmt.Sprint("note", j)] = "a note on what stands above"
		}
		for range 8 {
			s.Figures = append(s.Figures, Figure{Caption: "a figure", Width: 640, Height: 480, Taken: home})
		}
		d.Sections = append(d.Sections, s)
		d.Index[fmt.Sprint("term", i)] = []int64{1, int64(i) + 2, 300}
		d.Settings[fmt.Sprint("setting", i)] = "a value"
	}
	return d
}
