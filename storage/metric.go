package storage

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// MetricKind says how the readings of a metric become one figure.
type MetricKind string

// The kinds of metric.
const (
	Gauge      MetricKind = "gauge"      // goes up and down: its peak counts, and the last reading while it is fresh
	Cumulative MetricKind = "cumulative" // only grows: the last one counts
	Tally      MetricKind = "count"      // a result that is told once: the last one counts
)

// Metric is what a figure counts and where: "douyin.entered", "staff.viewers". Before the dot stands the platform, or "staff"
// for a total that the people themselves gave, or "press" for one whose platform nobody stated.
type Metric string

// The places of a metric that are no platform.
const (
	StaffCount = "staff"
	PressCount = "press"
)

// Place is the platform that counts, or StaffCount or PressCount.
func (m Metric) Place() string {
	place, _, _ := strings.Cut(string(m), ".")
	return place
}

// What is what the metric counts, such as "viewers".
func (m Metric) What() string {
	_, what, _ := strings.Cut(string(m), ".")
	return what
}

// Unit is what one of a figure is.
type Unit string

// The units.
const (
	People    Unit = "people"
	Times     Unit = "times" // the same person counts as often as they do it
	Cars      Unit = "cars"
	IndexUnit Unit = "index" // the platform's own number, of nothing
)

// Measure is what a metric's second word means.
type Measure struct {
	What  string
	Kind  MetricKind
	Unit  Unit
	Valid time.Duration // how long a reading says how things are now; 0: it stays true
	Lead  int           // how well it leads a card, 1 best; 0: it never does
	Adds  bool          // figures of several streams make a sum that means something
}

const (
	fresh = 10 * time.Minute
	daily = 24 * time.Hour
)

// measures are everything that is counted. What each counts is said by the message "metric.<what>".
var measures = []Measure{
	{What: "viewers", Kind: Cumulative, Unit: People, Lead: 1},                // people who watched
	{What: "entered", Kind: Cumulative, Unit: Times, Lead: 2},                 // entries, the same person counted each time
	{What: "plays", Kind: Cumulative, Unit: Times, Lead: 3},                   // plays or views as the platform shows them
	{What: "concurrent", Kind: Gauge, Unit: People, Valid: fresh, Lead: 4},    // viewers at the same time, at most
	{What: "participants", Kind: Tally, Unit: People, Lead: 5},                // users who took part
	{What: "cars_sold", Kind: Tally, Unit: Cars, Lead: 6, Adds: true},         // cars sold in the room
	{What: "new_followers", Kind: Tally, Unit: People, Lead: 7, Adds: true},   // followers gained
	{What: "popularity", Kind: Gauge, Unit: IndexUnit, Valid: fresh, Lead: 8}, // Bilibili's heat: never a number of people
	{What: "followers", Kind: Gauge, Unit: People, Valid: daily},              // of the account that shows the stream
	{What: "topic_reads", Kind: Cumulative, Unit: Times},                      // reads of a hashtag's page
	{What: "comments", Kind: Cumulative, Unit: Times},                         // comments, and bullet comments
	{What: "shares", Kind: Cumulative, Unit: Times},                           // taps on share
	{What: "likes", Kind: Cumulative, Unit: Times},                            // taps on like, many a viewer
}

// measuresByName are the measures by what they count: totals ask for them thousands of times.
var measuresByName = func() map[string]Measure {
	byName := make(map[string]Measure, len(measures))
	for _, measure := range measures {
		byName[measure.What] = measure
	}
	return byName
}()

// Measures returns everything that is counted.
func Measures() []Measure { return slices.Clone(measures) }

// measureAliases are names that platforms and people give to a measure.
var measureAliases = map[string]string{
	"concurrent_viewers": "concurrent", "online": "concurrent", "peak": "concurrent", "heat": "popularity", "views": "plays",
	"watched": "viewers", "entries": "entered", "danmaku": "comments", "sold": "cars_sold", "fans": "followers",
}

// Canonical returns a metric under the name that it is kept by, such as youtube.concurrent for youtube.concurrent_viewers, and
// whether it counts anything known.
func (m Metric) Canonical() (Metric, bool) {
	if what, ok := measureAliases[m.What()]; ok {
		m = Metric(m.Place() + "." + what)
	}
	_, ok := MeasureOf(m)
	return m, ok
}

// MeasureOf returns the measure of a metric, and whether it is a known one.
func MeasureOf(m Metric) (Measure, bool) {
	place, what, _ := strings.Cut(string(m), ".")
	measure, ok := measuresByName[what]
	return measure, ok && place != ""
}

// Comparable decides whether figures of two metrics may be compared, ranked, added up or drawn together: only what one place
// counts in one way is alike. Figures whose platform nobody stated are alike to none, not even to one another.
func Comparable(a, b Metric) bool { return a == b && a.Place() != PressCount }

// adds reports whether figures of several streams make a sum that means something.
func (m Metric) adds() bool {
	measure, _ := MeasureOf(m)
	return measure.Adds && Comparable(m, m)
}

// leadRank orders metrics by how well they lead; a total by the people themselves before a platform's, before the press's.
func leadRank(m Metric) int {
	measure, _ := MeasureOf(m)
	rank := measure.Lead
	if rank == 0 {
		rank = len(measures) + 1
	}
	place := 1
	switch m.Place() {
	case StaffCount:
		place = 0
	case PressCount:
		place = 2
	}
	const places = 3
	return rank*places + place
}

// Leads reports whether figures of a metric may lead. Likes never do.
func (m Metric) Leads() bool {
	measure, ok := MeasureOf(m)
	return ok && measure.Lead > 0
}

// CompareLead orders metrics by how well they lead, then by name.
func CompareLead(a, b Metric) int {
	return cmp.Or(cmp.Compare(leadRank(a), leadRank(b)), cmp.Compare(a, b))
}
