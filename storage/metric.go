package storage

import "strings"

// MetricKind says how the readings of a metric become one figure.
type MetricKind string

// The kinds of metric.
const (
	Gauge      MetricKind = "gauge"      // goes up and down: its peak counts
	Cumulative MetricKind = "cumulative" // only grows: the last one counts
	Tally      MetricKind = "count"      // each reading is a number of its own
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

// Measure is what a metric's second word means.
type Measure struct {
	What string
	Kind MetricKind
	Lead int // how well it leads a card, 1 best; 0: it never does
}

// Measures returns everything that is counted. Figures of different measures are never added up or ranked together.
func Measures() []Measure {
	return []Measure{
		{What: "viewers", Kind: Cumulative, Lead: 1},  // people who watched
		{What: "entered", Kind: Cumulative, Lead: 2},  // entries into the room, the same person counted each time
		{What: "plays", Kind: Cumulative, Lead: 3},    // plays or views as the platform shows them
		{What: "concurrent", Kind: Gauge, Lead: 4},    // viewers at the same time, at most
		{What: "participants", Kind: Tally, Lead: 5},  // users who took part
		{What: "cars_sold", Kind: Tally, Lead: 6},     // cars sold in the room
		{What: "new_followers", Kind: Tally, Lead: 7}, // followers gained
		{What: "topic_reads", Kind: Cumulative},       // reads of a hashtag's page
		{What: "likes", Kind: Cumulative},             // taps on like, many a viewer
	}
}

// MeasureOf returns the measure of a metric, and whether it is a known one.
func MeasureOf(m Metric) (Measure, bool) {
	for _, measure := range Measures() {
		if measure.What == m.What() && m.Place() != "" {
			return measure, true
		}
	}
	return Measure{}, false
}
