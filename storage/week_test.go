package storage_test

import (
	"testing"
	"time"

	"boardcast/storage"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestParseWeek(t *testing.T) {
	for s, want := range map[string]storage.ISOWeek{
		"2024-W20": {Year: 2024, Week: 20},
		"2024-W01": {Year: 2024, Week: 1},
		"2020-W53": {Year: 2020, Week: 53},
		"2026-W53": {Year: 2026, Week: 53},
	} {
		got, ok := storage.ParseWeek(s)
		if !ok || got != want || got.String() != s {
			t.Errorf("ParseWeek(%q) = %v, %t", s, got, ok)
		}
	}
	for _, s := range []string{"", "2024", "2024-W0", "2024-W00", "2024-W53", "2024-W54", "2024-W1", "2024-w20", "2024-W20x", " 2024-W20", "2024-W-1", "-024-W20"} {
		if got, ok := storage.ParseWeek(s); ok {
			t.Errorf("ParseWeek(%q) = %v", s, got)
		}
	}
}

func TestWeekBoundsByTheClocksOfTheZone(t *testing.T) {
	for _, test := range []struct {
		week, zone, begin, end string
	}{
		{"2024-W20", "Asia/Shanghai", "2024-05-13T00:00:00+08:00", "2024-05-20T00:00:00+08:00"},
		{"2020-W53", "UTC", "2020-12-28T00:00:00Z", "2021-01-04T00:00:00Z"},
		{"2021-W01", "UTC", "2021-01-04T00:00:00Z", "2021-01-11T00:00:00Z"},
		{"2025-W01", "UTC", "2024-12-30T00:00:00Z", "2025-01-06T00:00:00Z"},
		// The clocks go forward on the Sunday of the week: it is an hour short; in autumn one is an hour long.
		{"2024-W13", "Europe/Paris", "2024-03-25T00:00:00+01:00", "2024-04-01T00:00:00+02:00"},
		{"2024-W43", "Europe/Paris", "2024-10-21T00:00:00+02:00", "2024-10-28T00:00:00+01:00"},
	} {
		week, ok := storage.ParseWeek(test.week)
		if !ok {
			t.Fatal(test.week)
		}
		zone := zoneOf(t, test.zone)
		if got := week.Begin(zone).Format(time.RFC3339); got != test.begin {
			t.Errorf("%s in %s begins %s, want %s", week, zone, got, test.begin)
		}
		if got := week.End(zone).Format(time.RFC3339); got != test.end {
			t.Errorf("%s in %s ends %s, want %s", week, zone, got, test.end)
		}
	}
}

// Every day of eight years lies in its week, and the weeks follow one another without a gap.
func TestWeeksFollowOneAnother(t *testing.T) {
	zone := zoneOf(t, "America/New_York")
	for d := time.Date(2019, time.December, 1, 12, 0, 0, 0, zone); d.Year() < 2028; d = d.AddDate(0, 0, 1) {
		week := storage.WeekOf(d)
		if d.Before(week.Begin(zone)) || !d.Before(week.End(zone)) {
			t.Fatalf("%s is not in %s, %s to %s", d, week, week.Begin(zone), week.End(zone))
		}
		if before := week.Before(); !before.End(zone).Equal(week.Begin(zone)) || before != storage.WeekBefore(d) {
			t.Fatalf("%s comes before %s, and ends %s", before, week, before.End(zone))
		}
	}
}

func TestWeekIsThatOfTheClocks(t *testing.T) {
	// Sunday evening in Paris is Monday morning in Beijing.
	at := time.Date(2024, time.May, 19, 20, 0, 0, 0, time.UTC)
	if got := storage.WeekOf(at.In(zoneOf(t, "Europe/Paris"))).String(); got != "2024-W20" {
		t.Errorf("in Paris %s", got)
	}
	if got := storage.WeekOf(at.In(zoneOf(t, "Asia/Shanghai"))).String(); got != "2024-W21" {
		t.Errorf("in Beijing %s", got)
	}
}

func TestWeeklySlot(t *testing.T) {
	for _, test := range []struct {
		name, zone, now, want string
	}{
		{"before nine on Monday", "Asia/Shanghai", "2024-05-20T08:59:59+08:00", "2024-05-20T09:00:00+08:00"},
		{"at nine on Monday", "Asia/Shanghai", "2024-05-20T09:00:00+08:00", "2024-05-27T09:00:00+08:00"},
		{"on Sunday", "Asia/Shanghai", "2024-05-19T23:59:00+08:00", "2024-05-20T09:00:00+08:00"},
		{"over the year's end", "UTC", "2024-12-31T12:00:00Z", "2025-01-06T09:00:00Z"},
		{"when the clocks have gone forward", "Europe/Paris", "2024-03-30T12:00:00+01:00", "2024-04-01T09:00:00+02:00"},
		{"when the clocks have gone back", "Europe/Paris", "2024-10-26T12:00:00+02:00", "2024-10-28T09:00:00+01:00"},
		// Samoa had no 30 December 2011, a Friday; Monday came after it all the same.
		{"over a day that was skipped", "Pacific/Apia", "2011-12-29T12:00:00-10:00", "2012-01-02T09:00:00+14:00"},
		// Kwajalein skipped Saturday 21 August 1993, which some zone files put at 20 August.
		{"over a skipped weekend", "Pacific/Kwajalein", "1993-08-20T00:00:00-12:00", "1993-08-23T09:00:00+12:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, test.now)
			if err != nil {
				t.Fatal(err)
			}
			got := storage.WeeklySlot(now, zoneOf(t, test.zone)).In(zoneOf(t, test.zone)).Format(time.RFC3339)
			if got != test.want {
				t.Errorf("slot %s, want %s", got, test.want)
			}
		})
	}
}

func TestPauseCovers(t *testing.T) {
	until := noon.Add(time.Hour)
	for _, test := range []struct {
		name  string
		pause storage.Pause
		at    time.Time
		want  bool
	}{
		{"none", storage.Pause{}, noon, false},
		{"without an end", storage.Pause{Since: noon}, noon.AddDate(10, 0, 0), true},
		{"just before the end", storage.Pause{Since: noon, Until: until}, until.Add(-1), true},
		{"at the end", storage.Pause{Since: noon, Until: until}, until, false},
	} {
		if got := test.pause.Covers(test.at); got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}

func TestQuietCovers(t *testing.T) {
	for _, test := range []struct {
		name  string
		quiet storage.Quiet
		loud  []string
		still []string
	}{
		{"the usual night", storage.Quiet{}, []string{"08:00", "12:00", "22:59"}, []string{"23:00", "23:59", "00:00", "07:59"}},
		{"off", storage.Quiet{Off: true}, []string{"00:00", "03:00", "23:30"}, nil},
		{"a nap", storage.Quiet{From: 13 * 60, To: 14*60 + 30}, []string{"12:59", "14:30", "03:00"}, []string{"13:00", "14:29"}},
		{"from midnight", storage.Quiet{From: 0, To: 6 * 60}, []string{"06:00", "23:59"}, []string{"00:00", "05:59"}},
		{"until midnight", storage.Quiet{From: 22 * 60, To: 0}, []string{"00:00", "21:59"}, []string{"22:00", "23:59"}},
	} {
		covers := func(clock string) bool {
			at, err := time.Parse("15:04", clock)
			if err != nil {
				t.Fatal(err)
			}
			return test.quiet.Covers(at)
		}
		for _, clock := range test.loud {
			if covers(clock) {
				t.Errorf("%s: quiet at %s", test.name, clock)
			}
		}
		for _, clock := range test.still {
			if !covers(clock) {
				t.Errorf("%s: not quiet at %s", test.name, clock)
			}
		}
	}
}

func TestNearestRung(t *testing.T) {
	const hour = time.Hour
	for d, want := range map[time.Duration]time.Duration{
		0: time.Minute, time.Second: time.Minute, 3 * time.Minute: 5 * time.Minute, 7 * time.Minute: 5 * time.Minute,
		10 * time.Minute: 10 * time.Minute, 45 * time.Minute: hour, 44 * time.Minute: 30 * time.Minute,
		90 * time.Minute: 2 * hour, 18 * hour: 24 * hour, 5 * 24 * hour: 7 * 24 * hour, 400 * 24 * hour: 7 * 24 * hour,
	} {
		if got := storage.NearestRung(d); got != want {
			t.Errorf("nearest to %s is %s, want %s", d, got, want)
		}
	}
	ladder := storage.Ladder()
	for i, rung := range ladder {
		if storage.NearestRung(rung) != rung {
			t.Errorf("%s is not nearest to itself", rung)
		}
		if i > 0 && rung >= ladder[i-1] {
			t.Errorf("%s comes after %s", rung, ladder[i-1])
		}
	}
}
