package lang_test

import (
	"strings"
	"testing"
	"time"

	"boardcast/bot"
)

// The tables of every language are of these rows. What is wanted is typed as spaced has it.
type (
	numberRow struct {
		n           int64
		full, short string
	}
	lengthRow struct {
		d    time.Duration
		want string
	}
	instantRow struct {
		name  string
		t     time.Time
		style bot.TimeStyle
		now   time.Time
		want  string
	}
	relativeRow struct {
		ahead time.Duration
		want  string
	}
	placeRow struct {
		zone *time.Location
		want string
	}
)

// spaced is what is typed with "_" for a no-break space.
func spaced(words string) string { return strings.ReplaceAll(words, "_", "\u00a0") }

// zone is an IANA zone.
func zone(tb testing.TB, name string) *time.Location {
	tb.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		tb.Fatal(err)
	}
	return loc
}

func checkNumbers(t *testing.T, locale string, rows []numberRow) {
	t.Helper()
	words := built(t)
	for _, row := range rows {
		if got, want := words.Number(locale, row.n, false), spaced(row.full); got != want {
			t.Errorf("%d in full is %q, want %q", row.n, got, want)
		}
		if got, want := words.Number(locale, row.n, true), spaced(row.short); got != want {
			t.Errorf("%d short is %q, want %q", row.n, got, want)
		}
	}
}

func checkLengths(t *testing.T, locale string, rows []lengthRow) {
	t.Helper()
	words := built(t)
	for _, row := range rows {
		if got, want := words.Length(locale, row.d), spaced(row.want); got != want {
			t.Errorf("%v is %q, want %q", row.d, got, want)
		}
	}
}

func checkInstants(t *testing.T, locale string, rows []instantRow) {
	t.Helper()
	words := built(t)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got, want := words.Instant(locale, row.t, row.style, row.now), spaced(row.want); got != want {
				t.Errorf("%v seen at %v is %q, want %q", row.t, row.now, got, want)
			}
		})
	}
}

func checkRelative(t *testing.T, locale string, rows []relativeRow) {
	t.Helper()
	words := built(t)
	now := time.Date(2024, 5, 18, 8, 30, 0, 0, time.UTC)
	for _, row := range rows {
		if got, want := words.Instant(locale, now.Add(row.ahead), bot.Relative, now), spaced(row.want); got != want {
			t.Errorf("%v ahead is %q, want %q", row.ahead, got, want)
		}
	}
}

func checkPlaces(t *testing.T, locale string, rows []placeRow) {
	t.Helper()
	words := built(t)
	for _, row := range rows {
		if got, want := words.Place(locale, row.zone), spaced(row.want); got != want {
			t.Errorf("%v is %q, want %q", row.zone, got, want)
		}
	}
}
