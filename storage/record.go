package storage

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// correctedAfter is how long news of a figure that came after the end waits for others, to be told together with them.
const correctedAfter = 10 * time.Minute

// milestonesUntil is how long after a stream ended its figures are still worth a milestone.
const milestonesUntil = 24 * time.Hour

// RecordReadings adds readings that a scope has of a stream, leaves word of what its watchers are to be told of them, and asks for
// its cards to be drawn anew at a time. What is not known of the stream is no error: it may be a public one.
func RecordReadings(tx Tx, now time.Time, scope Scope, id string, readings []Reading, redraw time.Time) error {
	stream, err := Scoped{Reader: tx, Scope: scope}.Stream(id)
	if err != nil {
		return err
	}
	before, err := rollupIn(tx, scope, id)
	if err != nil {
		return err
	}
	if err := AddReadings(tx, scope, id, readings); err != nil {
		return err
	}
	after, err := rollupIn(tx, scope, id)
	if err != nil {
		return err
	}
	stream.Scope = scope
	if err := tellFigures(tx, now, stream, before, after); err != nil {
		return err
	}
	return redrawBy(tx, now, scope, id, redraw)
}

// redrawBy asks for a stream's cards to be drawn anew at a time, or before it where that has been asked for. Where they may be
// being drawn right now, they are once more: what has come meanwhile may not be on them.
func redrawBy(tx Tx, now time.Time, scope Scope, id string, at time.Time) error {
	standing, err := absentIsNil(Refreshes.Get(tx, id, string(scope)))
	if err != nil {
		return err
	}
	switch {
	case standing == nil || standing.At.After(at):
		return Redraw(tx, scope, id, at)
	case standing.At.After(now):
		return nil
	default:
		return Redraw(tx, scope, id, standing.At)
	}
}

// tellFigures leaves moments for the news in figures: that they passed a milestone, and that they came after the end.
func tellFigures(tx Tx, now time.Time, s Stream, before, after Rollup) error {
	if s.State != Live && s.State != Ended {
		return nil
	}
	if s.State == Live || now.Sub(s.Finished) <= milestonesUntil {
		if metric, step, ok := passed(before.Figures, after.Figures); ok {
			m := Moment{Kind: MilestoneNotice, At: now, Scope: s.Scope, Stream: s.ID, Occurrence: milestoneKey(metric, step)}
			if err := Moments.Put(tx, m); err != nil {
				return err
			}
		}
	}
	if s.State == Live || s.Finished.IsZero() {
		return nil // a stream of the past is told of in weeks and answers
	}
	at := now.Add(correctedAfter)
	return Moments.Put(tx, Moment{
		Kind: CorrectedNotice, At: at, Scope: s.Scope, Stream: s.ID, Occurrence: at.UTC().Format(time.RFC3339),
	})
}

// passed returns the greatest step that a figure has passed, of the metric that leads a card.
func passed(before, after []Figure) (Metric, int64, bool) {
	for _, f := range after {
		if !f.Metric.HasMilestones() {
			continue
		}
		was := slices.IndexFunc(before, func(b Figure) bool { return b.Metric == f.Metric })
		step := Milestone(f.High.Value)
		if step > 0 && (was < 0 || Milestone(before[was].High.Value) < step) {
			return f.Metric, step, true
		}
	}
	return "", 0, false
}

func milestoneKey(metric Metric, step int64) string {
	return string(metric) + "=" + strconv.FormatInt(step, 10)
}

// ParseMilestone reads the Occurrence of a MilestoneNotice: the metric, and the number that it passed.
func ParseMilestone(occurrence string) (Metric, int64, bool) {
	metric, number, _ := strings.Cut(occurrence, "=")
	step, err := strconv.ParseInt(number, 10, 64)
	return Metric(metric), step, err == nil
}

// leastMilestone is the first number that is worth a word.
const leastMilestone = 100_000

// Milestone is the greatest 1, 2 or 5 with zeros that is not above a value, from 100,000 on; 0 is none.
func Milestone(value int64) int64 {
	found := int64(0)
	for decade := int64(leastMilestone); decade <= value; decade *= 10 {
		for _, step := range []int64{decade, 2 * decade, 5 * decade} {
			if step <= value {
				found = step
			}
		}
		if decade > value/10 {
			break // ten times as much would be beyond what a number holds, or the value
		}
	}
	return found
}

// HasMilestones reports whether passing a round number in the metric is news: it counts viewers, views or followers.
func (m Metric) HasMilestones() bool {
	switch m.What() {
	case "viewers", "entered", "plays", "concurrent", "followers", "new_followers":
		return true
	default:
		return false
	}
}
