package linear

import (
	"fmt"
	"strings"
)

// event is one line of the story.
type event struct {
	step int64
	who  *client
	text string
}

func (s *schedule) log(c *client, format string, args ...any) {
	s.events = append(s.events, event{s.step, c, fmt.Sprintf(format, args...)})
}

func (p *packet) String() string {
	return fmt.Sprintf("%s #%d of w%d", p.verb, p.number, p.op.writeID())
}

// story tells what happened. It leaves out the clients that did nothing.
func (s *schedule) story() string {
	var b strings.Builder
	last := ""
	for _, e := range s.events {
		who := ""
		if c := e.who; c != nil {
			if len(s.turns(c.number)) == 0 {
				continue
			}
			who = fmt.Sprintf("client %d", c.number)
		}
		if line := who + e.text; line != last {
			fmt.Fprintf(&b, "%4d  %-8s  %s\n", e.step, who, strings.ReplaceAll(e.text, "\n", " "))
			last = line
		}
	}
	return b.String()
}
