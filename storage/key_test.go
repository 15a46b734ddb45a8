package storage_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/storage"
)

func TestKey(t *testing.T) {
	tests := []struct {
		parts []string
		want  string
	}{
		{[]string{"stream", "public", "s7k"}, "stream/public/s7k"},
		{[]string{"a/b", "c"}, "a%2Fb/c"},
		{[]string{"a", "b/c"}, "a/b%2Fc"},
		{[]string{"100%", "%2F"}, "100%25/%252F"},
		{[]string{"a", "", "b", ""}, "a//b/"},
		{[]string{"line\nbreak", "\x00", "\x7f"}, "line%0Abreak/%00/%7F"},
		{[]string{"雷军", "é\xff"}, "雷军/é\xff"},
	}
	for _, test := range tests {
		got := storage.Key(test.parts...)
		if got != test.want {
			t.Errorf("Key(%q) = %q, want %q", test.parts, got, test.want)
		}
		parts, err := storage.SplitKey(got)
		if diff := cmp.Diff(test.parts, parts); diff != "" || err != nil {
			t.Errorf("SplitKey(%q): %v (-want +got):\n%s", got, err, diff)
		}
	}
}

func TestSplitKeyRefusesWhatKeyDoesNotMake(t *testing.T) {
	for _, key := range []string{"%", "a%2", "a/%zz", "%2f", "%41", "a\x00", "\x7f", "%+F"} {
		if parts, err := storage.SplitKey(key); err == nil {
			t.Errorf("SplitKey(%q) = %q, want an error", key, parts)
		}
	}
}

func TestPrefix(t *testing.T) {
	from, to := storage.Prefix("a", "b")
	inside := [][]string{{"a", "b", ""}, {"a", "b", "c"}, {"a", "b", "\xff", "d"}, {"a", "b", "/"}}
	outside := [][]string{{"a"}, {"a", "b"}, {"a", "b-"}, {"a", "b0", "c"}, {"a", "bb", "c"}, {"a", "b/c"}, {"b", "b", "c"}}
	for _, parts := range inside {
		if key := storage.Key(parts...); key < from || key >= to {
			t.Errorf("%q is not below a/b", key)
		}
	}
	for _, parts := range outside {
		if key := storage.Key(parts...); key >= from && key < to {
			t.Errorf("%q is below a/b", key)
		}
	}
	if from, to := storage.Prefix(); from != "" || to != "" {
		t.Errorf("Prefix() = %q, %q; want everything", from, to)
	}
}

func TestTimeKey(t *testing.T) {
	shanghai := time.FixedZone("UTC+8", 8*60*60)
	tests := []struct {
		time time.Time
		want string
	}{
		{time.Time{}, "0001-01-01T00:00:00.000000000Z"},
		{time.Date(1, 1, 1, 3, 0, 0, 0, shanghai), "0001-01-01T00:00:00.000000000Z"}, // still year 0 in UTC
		{time.Date(2024, 5, 20, 19, 0, 0, 5, shanghai), "2024-05-20T11:00:00.000000005Z"},
		{time.Date(2024, 5, 20, 19, 0, 0, 0, time.UTC), "2024-05-20T19:00:00.000000000Z"},
		{time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC), "9999-12-31T23:59:59.999999999Z"},
		{time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC), "9999-12-31T23:59:59.999999999Z"},
	}
	var keys []string
	for _, test := range tests {
		got := storage.TimeKey(test.time)
		if got != test.want {
			t.Errorf("TimeKey(%v) = %s, want %s", test.time, got, test.want)
		}
		back, err := storage.ParseTimeKey(got)
		if err != nil || storage.TimeKey(back) != got || back.Location() != time.UTC {
			t.Errorf("ParseTimeKey(%s) = %v, %v", got, back, err)
		}
		keys = append(keys, got)
	}
	if !slices.IsSorted(keys) {
		t.Errorf("times do not sort: %q", keys)
	}
}

func TestParseTimeKeyRefusesWhatTimeKeyDoesNotWrite(t *testing.T) {
	for _, s := range []string{"", "2024-05-20", "2024-05-20T19:00:00Z", "2024-05-20T19:00:00.000000000+00:00", "0000-05-20T19:00:00.000000000Z"} {
		if got, err := storage.ParseTimeKey(s); err == nil {
			t.Errorf("ParseTimeKey(%q) = %v, want an error", s, got)
		}
	}
}

func FuzzKey(f *testing.F) {
	f.Add("a", "b/c", "a/b", "c")
	f.Add("", "", "/", "%")
	f.Add("lei", "1", "lei-jun", "1")
	f.Fuzz(func(t *testing.T, a1, a2, b1, b2 string) {
		a, b := storage.Key(a1, a2), storage.Key(b1, b2)
		if (a == b) != (a1 == b1 && a2 == b2) {
			t.Fatalf("%q for %q and %q, %q for %q and %q", a, a1, a2, b, b1, b2)
		}
		parts, err := storage.SplitKey(a)
		if diff := cmp.Diff([]string{a1, a2}, parts); diff != "" || err != nil {
			t.Fatalf("SplitKey(%q): %v\n%s", a, err, diff)
		}
		from, to := storage.Prefix(b1)
		if got := a >= from && a < to; got != (a1 == b1) {
			t.Errorf("%q is below %q: %t", a, b1, got)
		}
		if plain(a1) && plain(b1) && a1 != b1 && (a < b) != (a1 < b1) {
			t.Errorf("%q and %q do not sort as their parts", a, b)
		}
	})
}

// plain says whether a part consists of bytes that keep the order of parts.
func plain(part string) bool {
	return strings.IndexFunc(part, func(r rune) bool { return r <= '/' || r == 0x7f }) < 0
}

func FuzzSplitKey(f *testing.F) {
	f.Add("a/%2F/")
	f.Add("%2f")
	f.Fuzz(func(t *testing.T, key string) {
		parts, err := storage.SplitKey(key)
		if err == nil && storage.Key(parts...) != key {
			t.Errorf("%q has a second spelling, %q", key, storage.Key(parts...))
		}
	})
}
