package storage

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Span is a stretch of time by the clocks of From and To, which share a zone: From <= t < To. A zero end is no bound.
type Span struct{ From, To time.Time }

// has reports whether a stream that took place lies in the span: one of which no day is known, if all of its month or year does.
func (sp Span) has(b Brief) bool {
	begin, end := b.Start, b.Start.Add(time.Nanosecond)
	if b.Coarse != "" {
		begin, end = coarseBounds(b.Coarse, cmp.Or(sp.From, sp.To).Location())
	}
	return b.counts() && (sp.From.IsZero() || !begin.Before(sp.From)) && (sp.To.IsZero() || !end.After(sp.To))
}

func coarseBounds(wall string, zone *time.Location) (begin, end time.Time) {
	if begin, err := time.ParseInLocation(monthLayout, wall, zone); err == nil {
		return begin, begin.AddDate(0, 1, 0)
	}
	begin, _ = time.ParseInLocation("2006", wall, zone)
	return begin, begin.AddDate(1, 0, 0)
}

// overlaid is a public stream that the community has a copy of or readings of its own: as all see it, and as it does.
type overlaid struct {
	id           string
	copied       bool
	public, seen Brief
}

// overlays are all of those that the community has. They are as many as its moderators have touched.
func (s Scoped) overlays() (map[string]overlaid, error) {
	if s.Scope == Public {
		return nil, nil
	}
	found := map[string]overlaid{}
	for row, err := range Rollups.Rows(s, byOverlay, Range{Prefix: []string{string(s.Scope)}}) {
		if err != nil {
			return nil, err
		}
		own, err := readBrief(row)
		if err != nil {
			return nil, err
		}
		id := row.Primary[1]
		public, err := rollupIn(s, Public, id)
		if err != nil {
			return nil, err
		}
		o := overlaid{id: id, copied: own.Known, public: public.brief()}
		o.seen = o.public.under(own)
		found[id] = o
	}
	return found, nil
}

// under is a public stream's brief as a community sees it that has its own.
func (b Brief) under(own Brief) Brief {
	values := slices.Clone(b.Values)
	for _, v := range own.Values {
		i := slices.IndexFunc(values, func(w Value) bool { return w.Metric == v.Metric })
		if i < 0 {
			values = append(values, v)
			continue
		}
		values[i].Value = max(values[i].Value, v.Value)
	}
	if own.Known {
		b = own
	}
	b.Values = values
	return b
}

// Totals is what a subject's streams of a span come to, as the community sees them. Whole months of UTC are read as totals, the
// rest stream by stream.
func (s Scoped) Totals(subject Subject, span Span) (Sums, error) {
	overlays, err := s.overlays()
	if err != nil {
		return Sums{}, err
	}
	var tally Sums
	for _, scope := range s.scopes() {
		c := counting{r: s, scope: scope, subject: subject, span: span, overlays: overlays, tally: &tally}
		if err := c.count(); err != nil {
			return Sums{}, err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(overlays)) {
		o := overlays[id]
		switch seen := span.has(o.seen) && o.seen.isAbout(subject); {
		case !seen:
		case o.copied:
			tally.add(id, o.seen, 1)
		default:
			tally.improve(id, o.public, o.seen)
		}
	}
	return tally, nil
}

// counting is a tally of one scope's streams under way.
type counting struct {
	r        Reader
	scope    Scope
	subject  Subject
	span     Span
	overlays map[string]overlaid
	tally    *Sums
}

// count adds the whole months of the span, what is left at both ends, and what has no day.
func (c counting) count() error {
	from, to := monthUp(c.span.From), monthDown(c.span.To)
	bounded := !from.IsZero() && !to.IsZero()
	if bounded && !from.Before(to) {
		return firstErr(c.rows(c.span.From, c.span.To), c.coarse)
	}
	if !c.span.From.IsZero() {
		if err := c.rows(c.span.From, from); err != nil {
			return err
		}
	}
	if !c.span.To.IsZero() {
		if err := c.rows(to, c.span.To); err != nil {
			return err
		}
	}
	return firstErr(c.months(from, to), c.coarse)
}

func firstErr(err error, then func() error) error {
	if err != nil {
		return err
	}
	return then()
}

// monthUp is the first month of UTC that begins at a time or after; monthDown the last that begins at it or before. Zero stays.
func monthUp(t time.Time) time.Time {
	if down := monthDown(t); down.Before(t) {
		return down.AddDate(0, 1, 0)
	}
	return t.UTC()
}

func monthDown(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

// hidden reports whether a row of the scope is not to be counted: a public stream that the community has copied, or a copy, which
// is counted apart.
func (c counting) hidden(id string, b Brief) bool { return b.Overlay || c.overlays[id].copied }

func (c counting) rows(from, to time.Time) error {
	return eachBrief(c.r, c.scope, from, to, c.subject, func(id string, b Brief) {
		if !c.hidden(id, b) {
			c.tally.add(id, b, 1)
		}
	})
}

func (c counting) coarse() error {
	return eachCoarse(c.r, c.scope, c.span, func(id string, b Brief) {
		if b.isAbout(c.subject) && !c.hidden(id, b) {
			c.tally.add(id, b, 1)
		}
	})
}

// eachCoarse calls fn for the streams of a scope of which no day is known and that lie in a span. There are few.
func eachCoarse(r Reader, scope Scope, span Span, fn func(stream string, b Brief)) error {
	rng := Range{Prefix: []string{string(scope)}}
	if !span.From.IsZero() {
		rng.From = span.From.Format("2006")
	}
	for row, err := range Rollups.Rows(r, byCoarse, rng) {
		if err != nil {
			return err
		}
		b, err := readBrief(row)
		if err != nil {
			return err
		}
		if span.has(b) {
			fn(row.Primary[1], b)
		}
	}
	return nil
}

// months adds the totals of whole months; zero ends are no bounds.
func (c counting) months(from, to time.Time) error {
	but, months := map[string]bool{}, map[string][]overlaid{}
	for id, o := range c.overlays {
		if o.copied && c.scope == Public && o.public.counts() && o.public.isAbout(c.subject) && o.public.Coarse == "" {
			month := o.public.Start.Format(monthLayout)
			but[id], months[month] = true, append(months[month], o)
		}
	}
	after := []string{string(c.scope), c.subject.String(), ""}
	if !from.IsZero() {
		after[2] = from.AddDate(0, -1, 0).Format(monthLayout)
	}
	for total, err := range Totals.ScanFrom(c.r, after, string(c.scope), c.subject.String()) {
		if err != nil {
			return err
		}
		if !to.IsZero() && total.Month >= to.Format(monthLayout) {
			return nil
		}
		tally, err := c.without(total, months[total.Month], but)
		if err != nil {
			return err
		}
		c.tally.join(tally)
	}
	return nil
}

// without is a total but for the streams that the community has copied.
func (c counting) without(total Total, copied []overlaid, but map[string]bool) (Sums, error) {
	for _, o := range copied {
		if total.wasBest(o.id) {
			return recount(c.r, c.scope, c.subject, total.Month, but)
		}
	}
	for _, o := range copied {
		total.add(o.id, o.public, -1)
	}
	return total.Sums, nil
}
