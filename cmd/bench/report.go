package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"boardcast/bot"
)

// bound says how a figure is compared with its limit.
type bound string

// The bounds.
const (
	none    bound = ""
	atMost  bound = "at most"
	atLeast bound = "at least"
)

// figure is something that was measured.
type figure struct {
	Name     string  `json:"name"`
	Measured float64 `json:"measured"`
	Unit     string  `json:"unit,omitempty"`
	Bound    bound   `json:"bound,omitempty"`
	Limit    float64 `json:"limit,omitempty"`
	Met      bool    `json:"met"` // also where there is no limit
}

// plain is a figure without a limit.
func plain(name string, measured float64, unit string) figure {
	return figure{Name: name, Measured: measured, Unit: unit, Met: true}
}

func (f figure) atMost(limit float64) figure {
	f.Bound, f.Limit, f.Met = atMost, limit, f.Measured <= limit
	return f
}

func (f figure) atLeast(limit float64) figure {
	f.Bound, f.Limit, f.Met = atLeast, limit, f.Measured >= limit
	return f
}

// milliseconds is a figure of time.
func milliseconds(name string, d time.Duration) figure {
	return plain(name, float64(d)/float64(time.Millisecond), "ms")
}

// report is what a trial came to.
type report struct {
	What    string   `json:"what"`
	Figures []figure `json:"figures"`
	Notes   []string `json:"notes"`
}

// met reports whether no limit was missed.
func (r report) met() bool {
	return !slices.ContainsFunc(r.Figures, func(f figure) bool { return !f.Met })
}

// write writes a report as a table, or as JSON, and fails with errUnmet if a limit was missed.
func (r report) write(to io.Writer, asJSON bool) error {
	if asJSON {
		out := json.NewEncoder(to)
		out.SetIndent("", "  ")
		if err := out.Encode(r); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	} else if err := r.table(to); err != nil {
		return err
	}
	if !r.met() {
		return errUnmet
	}
	return nil
}

func (r report) table(to io.Writer) error {
	const gap = 2
	fmt.Fprintf(to, "%s\n\n", r.What)
	table := tabwriter.NewWriter(to, 0, 0, gap, ' ', 0)
	fmt.Fprintln(table, "figure\tmeasured\tlimit\tratio\t")
	for _, f := range r.Figures {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", f.Name, said(f.Measured, f.Unit), f.limit(), f.ratio(), f.verdict())
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	fmt.Fprintln(to)
	for _, note := range r.Notes {
		fmt.Fprintln(to, note)
	}
	return nil
}

// said is a number as people read it, with three digits that count, or all of a whole number.
func said(n float64, unit string) string {
	decimals := 3
	for size := math.Abs(n); size >= 1 && decimals > 0; size /= 10 {
		decimals--
	}
	if n == math.Trunc(n) {
		decimals = 0
	}
	return strings.TrimSpace(strconv.FormatFloat(n, 'f', decimals, 64) + " " + unit)
}

func (f figure) limit() string {
	if f.Bound == none {
		return ""
	}
	return string(f.Bound) + " " + said(f.Limit, f.Unit)
}

func (f figure) ratio() string {
	if f.Bound == none || f.Limit == 0 {
		return ""
	}
	const decimals = 3
	return strconv.FormatFloat(f.Measured/f.Limit, 'f', decimals, 64)
}

func (f figure) verdict() string {
	switch {
	case f.Bound == none:
		return ""
	case f.Met:
		return "met"
	default:
		return "not met"
	}
}

// The limits of what is measured.
const (
	usualInFlight = 8
	liveWithin    = time.Second
	idleWithin    = 50 * time.Millisecond
)

// The percentiles.
const (
	half      = 50
	mostOf    = 90
	nearlyAll = 99
	whole     = 100
)

const (
	kibPerMiB  = 1 << 10
	bytePerMiB = 1 << 20
)

// deliveryReport is what a fan-out came to.
func deliveryReport(o *deliveryOptions, m *measured) report {
	most := laneOf(o.kind)
	figures := append([]figure{plain("chats told", float64(m.told), "")}, rateFigures(o, m)...)
	figures = append(figures, plain("lost", float64(m.lost), "").atMost(0), doubled(o, m))
	figures = append(figures, killFigures(m)...)
	figures = append(figures, lateFigures("lateness of a "+string(most), m.late[most])...)
	figures = append(figures, lateFigures("behind the pace", m.behind)...)
	if l := m.late[liveLane]; o.live {
		longest := milliseconds("a live notice leaves after, longest", l.percentile(whole)).atMost(float64(liveWithin / time.Millisecond))
		figures = append(figures, milliseconds("a live notice leaves after, median", l.percentile(half)), longest)
	}
	figures = append(figures, m.resources()...)
	figures = append(figures, plain("store before the fan-out", float64(m.size)/bytePerMiB, "MiB"))
	return report{
		What:    fmt.Sprintf("%s, %s, %s notice%s", o.messenger, o.crowd(), o.kind, setup(&o.options)),
		Figures: figures, Notes: deliveryNotes(o, m),
	}
}

// crowd is how many chats are told, and where they are.
func (o *deliveryOptions) crowd() string {
	if o.messenger == bot.Discord {
		return fmt.Sprintf("%s in servers of %d", chatsSaid(o.chats), o.perGuild)
	}
	return chatsSaid(o.chats)
}

// rateFigures have limits only where nothing was killed, for who is dead sends nothing, and where the server has limits.
func rateFigures(o *deliveryOptions, m *measured) []figure {
	rate := plain("notices a second", m.rate(), "/s")
	if o.unlimited {
		return []figure{rate}
	}
	share, tooMany := plain("share of what is allowed", m.rate()/m.allowed, ""), plain("answers that it was too much (429)", float64(m.tooMany), "")
	if o.kills == 0 {
		share, tooMany = share.atLeast(m.share), tooMany.atMost(0)
	}
	return []figure{rate, share, tooMany}
}

// doubled compares the doubles with what kills may double.
func doubled(o *deliveryOptions, m *measured) figure {
	may := o.kills * cmp.Or(o.inFlight, usualInFlight)
	if m.knows {
		may = 0
	}
	return plain("doubled", float64(m.doubles), "").atMost(float64(may))
}

// killFigures are those of kills, if there were any.
func killFigures(m *measured) []figure {
	kills := m.used.lives - 1
	if kills == 0 {
		return nil
	}
	return []figure{
		plain("kills", float64(kills), ""), plain("doubled a kill", float64(m.doubles)/float64(kills), ""),
		milliseconds("a kill to the next notice, median", m.back.percentile(half)), milliseconds("a kill to the next notice, longest", m.back.percentile(whole)),
	}
}

func lateFigures(name string, l late) []figure {
	return []figure{
		milliseconds(name+", p50", l.percentile(half)), milliseconds(name+", p90", l.percentile(mostOf)),
		milliseconds(name+", p99", l.percentile(nearlyAll)), milliseconds(name+", longest", l.percentile(whole)),
	}
}

// resources are what the program needed of the machine, of all its lives together.
func (m *measured) resources() []figure {
	return []figure{
		plain("processor a notice", m.processor(), "µs"), plain("memory of its own, most", float64(m.used.own)/kibPerMiB, "MiB"),
		plain("memory with pages of the store, most", float64(m.used.resident)/kibPerMiB, "MiB"),
	}
}

// processor is how many microseconds of a processor a notice took, with its share of the program's starts.
func (m *measured) processor() float64 {
	return float64(m.used.worked.Microseconds()) / float64(max(m.told, 1))
}

// setup is what was not as usual.
func setup(o *options) string {
	var words []string
	if o.unlimited {
		words = append(words, "a server without limits")
	}
	if o.inFlight > 0 {
		words = append(words, fmt.Sprintf("%d in flight", o.inFlight))
	}
	if o.perSecond > 0 {
		words = append(words, fmt.Sprintf("%d a second", o.perSecond))
	}
	if o.latency > 0 {
		words = append(words, fmt.Sprintf("latency %s", o.latency))
	}
	if len(words) == 0 {
		return ""
	}
	return "; " + strings.Join(words, ", ")
}

// deliveryNotes say what the figures mean.
func deliveryNotes(o *deliveryOptions, m *measured) []string {
	all := []string{
		"From the first notice to the last: " + m.last.Sub(m.first).Round(time.Millisecond).String() + ". " + m.written(),
		"Lateness is the time at which the server took a notice, less the time at which it was due. Of a fan-out it is mostly the pace: behind",
		"the pace is the same against the nth notice leaving n allowed intervals after the due time; below zero is ahead of it, in a burst.",
	}
	if o.live {
		all = append(all, "A live notice counts from the instant at which an operator has said /stream start, before the program has heard it.")
	}
	return all
}

// written is what the program has written down of its notices.
func (m *measured) written() string {
	parts := make([]string, 0, len(m.settled))
	for _, name := range slices.Sorted(maps.Keys(m.settled)) {
		parts = append(parts, fmt.Sprintf("%s %d", name, m.settled[name]))
	}
	return "The program has written down: " + strings.Join(parts, ", ") + "."
}

// idleReport is what reminders of an idle bot came to.
func idleReport(o *idleOptions, m *measured) report {
	figures := []figure{
		plain("chats told", float64(m.told), ""), plain("lost", float64(m.lost), "").atMost(0), plain("doubled", float64(m.doubles), "").atMost(0),
		plain("answers that it was too much (429)", float64(m.tooMany), "").atMost(0),
	}
	for _, f := range lateFigures("lateness", m.late[reminderLane]) {
		if f.Name == "lateness, p99" {
			f = f.atMost(float64(idleWithin / time.Millisecond))
		}
		figures = append(figures, f)
	}
	return report{
		What:    fmt.Sprintf("%s, an idle bot, %d reminders %s apart%s", o.messenger, o.reminders, o.every, setup(&o.options)),
		Figures: append(figures, m.resources()...),
		Notes: []string{
			"Lateness is the time at which the server took a notice, less the time at which it was due.", m.written(),
		},
	}
}
