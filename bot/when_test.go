package bot_test

import (
	"testing"
	"time"

	"boardcast/bot"
)

func TestResolve(t *testing.T) {
	tests := []struct {
		name, zone, wall string
		want             string
		shown            bool
	}{
		{"an ordinary time", "Asia/Shanghai", "2024-05-18T08:30:00", "2024-05-18T00:30:00Z", true},
		{"a zone without changes", "UTC", "2024-05-18T08:30:00", "2024-05-18T08:30:00Z", true},
		{"a half hour's offset", "Asia/Kolkata", "2024-05-18T08:30:00", "2024-05-18T03:00:00Z", true},
		{"seconds", "Asia/Shanghai", "2024-05-18T08:30:15", "2024-05-18T00:30:15Z", true},

		{"the last second before a gap", "America/New_York", "2026-03-08T01:59:59", "2026-03-08T06:59:59Z", true},
		{"the first of a gap", "America/New_York", "2026-03-08T02:00:00", "2026-03-08T07:00:00Z", false},
		{"in a gap", "America/New_York", "2026-03-08T02:30:00", "2026-03-08T07:00:00Z", false},
		{"the first after a gap", "America/New_York", "2026-03-08T03:00:00", "2026-03-08T07:00:00Z", true},
		{"in a gap east of Greenwich", "Europe/Paris", "2026-03-29T02:30:00", "2026-03-29T01:00:00Z", false},
		{"in a gap of half an hour", "Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:30:00Z", false},
		{"after a gap of half an hour", "Australia/Lord_Howe", "2026-10-04T02:30:00", "2026-10-03T15:30:00Z", true},
		{"in a gap of two hours", "Antarctica/Troll", "2026-03-29T02:30:00", "2026-03-29T01:00:00Z", false},
		{"in a gap at midnight", "America/Santiago", "2026-09-06T00:00:00", "2026-09-06T04:00:00Z", false},
		{"the morning of a day that was left out", "Pacific/Apia", "2011-12-30T00:00:00", "2011-12-30T10:00:00Z", false},
		{"the noon of a day that was left out", "Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T10:00:00Z", false},
		{"the night of a day that was left out", "Pacific/Apia", "2011-12-30T23:59:59", "2011-12-30T10:00:00Z", false},
		{"the day before one left out", "Pacific/Apia", "2011-12-29T12:00:00", "2011-12-29T22:00:00Z", true},
		{"the day after one left out", "Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00Z", true},

		{"before an hour that comes twice", "America/New_York", "2026-11-01T00:59:00", "2026-11-01T04:59:00Z", true},
		{"in an hour that comes twice", "America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00Z", true},
		{"after an hour that comes twice", "America/New_York", "2026-11-01T02:00:00", "2026-11-01T07:00:00Z", true},
		{"in one east of Greenwich", "Europe/Paris", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z", true},
		{"in half an hour that comes twice", "Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00Z", true},
		{"in two hours that come twice", "Antarctica/Troll", "2026-10-25T01:30:00", "2026-10-24T23:30:00Z", true},
		{"in an hour before midnight that comes twice", "America/Santiago", "2026-04-04T23:30:00", "2026-04-05T02:30:00Z", true},
	}
	for _, test := range tests {
		wall, err := time.Parse("2006-01-02T15:04:05", test.wall)
		if err != nil {
			t.Fatal(err)
		}
		at, shown := bot.Resolve(wall, zoneOf(t, test.zone))
		if got := at.UTC().Format(time.RFC3339); got != test.want || shown != test.shown {
			t.Errorf("%s: %s in %s is %s, shown %v; want %s, %v", test.name, test.wall, test.zone, got, shown, test.want, test.shown)
		}
	}
}

// Every quarter of an hour around every change of the clocks in these years: what is shown is what was asked for and has not
// come before; what is not shown has its instant at the first moment after.
func TestResolveAroundEveryChange(t *testing.T) {
	for _, name := range []string{
		"America/New_York", "America/Los_Angeles", "America/Santiago", "America/St_Johns", "Europe/Paris", "Europe/London",
		"Europe/Moscow", "Asia/Shanghai", "Asia/Kolkata", "Asia/Tehran", "Asia/Gaza", "Asia/Pyongyang", "Africa/Casablanca",
		"Africa/Cairo", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Apia", "Pacific/Chatham", "Antarctica/Troll",
	} {
		zone := zoneOf(t, name)
		for at := time.Date(2010, 1, 1, 0, 0, 0, 0, zone); at.Year() < 2028; {
			_, change := at.ZoneBounds()
			if change.IsZero() {
				break
			}
			around := change.In(time.UTC).Truncate(time.Hour)
			for wall := around.Add(-40 * time.Hour); wall.Before(around.Add(40 * time.Hour)); wall = wall.Add(15 * time.Minute) {
				checkResolved(t, wall, zone)
			}
			at = change
		}
	}
}

func checkResolved(t *testing.T, wall time.Time, zone *time.Location) {
	t.Helper()
	const layout = "2006-01-02T15:04:05"
	said := wall.Format(layout)
	at, shown := bot.Resolve(wall, zone)
	if !shown {
		// The clocks jump over the wall time at this very instant.
		if before, after := at.Add(-time.Second).In(zone).Format(layout), at.In(zone).Format(layout); before >= said || after <= said {
			t.Errorf("%s in %s: not shown, but %s is followed by %s", said, zone, before, after)
		}
		return
	}
	if got := at.In(zone).Format(layout); got != said {
		t.Errorf("%s in %s: resolved to %s", said, zone, got)
	}
	for earlier := at.Add(-3 * time.Hour); earlier.Before(at); earlier = earlier.Add(15 * time.Minute) {
		if earlier.In(zone).Format(layout) == said {
			t.Errorf("%s in %s: %s comes before %s", said, zone, earlier.UTC(), at.UTC())
		}
	}
}

func TestWallWhen(t *testing.T) {
	tests := []struct {
		zone, wall string
		precision  bot.Precision
		part       bot.Part
		at, end    string
	}{
		{"Asia/Shanghai", "2024-05-18T08:30", bot.ToMinute, "", "2024-05-18T00:30:00Z", "2024-05-18T00:30:00Z"},
		{"Asia/Shanghai", "2024-05-18", bot.ToPartOfDay, bot.Evening, "2024-05-18T11:00:00Z", "2024-05-18T16:00:00Z"},
		{"Asia/Shanghai", "2024-05-18", bot.ToDay, "", "2024-05-17T16:00:00Z", "2024-05-18T16:00:00Z"},
		{"Asia/Shanghai", "2024-12", bot.ToMonth, "", "2024-11-30T16:00:00Z", "2024-12-31T16:00:00Z"},
		{"Asia/Shanghai", "2024", bot.ToYear, "", "2023-12-31T16:00:00Z", "2024-12-31T16:00:00Z"},
		{"Europe/Paris", "2026-03-29", bot.ToDay, "", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},              // 23 hours
		{"Europe/Paris", "2026-10-25", bot.ToDay, "", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},              // 25 hours
		{"America/Santiago", "2026-09-06", bot.ToDay, "", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"},          // begins at 01:00, ends at 00:00
		{"America/Santiago", "2026-09-05", bot.ToDay, "", "2026-09-05T04:00:00Z", "2026-09-06T04:00:00Z"},          // ends at 01:00
		{"Pacific/Apia", "2011-12-30", bot.ToDay, "", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},              // never was
		{"America/New_York", "2026-03-08T02:30", bot.ToMinute, "", "2026-03-08T07:00:00Z", "2026-03-08T07:00:00Z"}, // in a gap
		{"America/New_York", "2026-11-01T01:30", bot.ToMinute, "", "2026-11-01T05:30:00Z", "2026-11-01T05:30:00Z"}, // comes twice
	}
	for _, test := range tests {
		when, err := bot.WallWhen(test.wall, zoneOf(t, test.zone), test.precision, test.part)
		if err != nil {
			t.Errorf("%s: %v", test.wall, err)
			continue
		}
		at, end := when.At.Format(time.RFC3339), when.End().UTC().Format(time.RFC3339)
		if at != test.at || end != test.end {
			t.Errorf("%s in %s, to the %s: %s to %s, want %s to %s", test.wall, test.zone, test.precision, at, end, test.at, test.end)
		}
		if when.Wall != test.wall || when.Zone != test.zone || when.Part != test.part {
			t.Errorf("%s in %s: kept as %+v", test.wall, test.zone, when)
		}
	}
	for _, wall := range []string{"", "2024-05-18", "2024-05-18 08:30", "2024-02-30T08:30", "2024-05-18T25:00", "2024-05-18T08:30:00"} {
		if when, err := bot.WallWhen(wall, time.UTC, bot.ToMinute, ""); err == nil {
			t.Errorf("wall %q was read as %+v", wall, when)
		}
	}
}

func TestNewWhen(t *testing.T) {
	at := time.Date(2026, time.November, 1, 6, 30, 40, 0, time.UTC) // the second 01:30 of that night in New York
	tests := []struct {
		precision bot.Precision
		wall, at  string
	}{
		{bot.ToMinute, "2026-11-01T01:30", "2026-11-01T06:30:00Z"},
		{bot.ToDay, "2026-11-01", "2026-11-01T04:00:00Z"},
		{bot.ToMonth, "2026-11", "2026-11-01T04:00:00Z"},
		{bot.ToYear, "2026", "2026-01-01T05:00:00Z"},
	}
	for _, test := range tests {
		when := bot.NewWhen(at, zoneOf(t, "America/New_York"), test.precision)
		if got := when.At.Format(time.RFC3339); got != test.at || when.Wall != test.wall {
			t.Errorf("to the %s: %s at %s, want %s at %s", test.precision, when.Wall, got, test.wall, test.at)
		}
	}
}
