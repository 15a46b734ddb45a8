package storage_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/storage"
)

func day(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestOfficeHeld(t *testing.T) {
	for _, test := range []struct {
		from, to string
		held     []string
		not      []string
	}{
		{"", "", []string{"1999-01-01", "2024-05-18"}, nil},
		{"2024", "", []string{"2024-01-01", "2030-01-01"}, []string{"2023-12-31"}},
		{"2024-05", "", []string{"2024-05-01"}, []string{"2024-04-30"}},
		{"2024-05-18", "", []string{"2024-05-18"}, []string{"2024-05-17"}},
		{"", "2024", []string{"2020-01-01", "2024-12-31"}, []string{"2025-01-01"}},
		{"", "2024-05", []string{"2024-05-31"}, []string{"2024-06-01"}},
		{"2024-02", "2024-05-18", []string{"2024-02-01", "2024-05-18"}, []string{"2024-01-31", "2024-05-19"}},
	} {
		office := storage.Office{From: test.from, To: test.to}
		for _, d := range test.held {
			if !office.Held(day(t, d)) {
				t.Errorf("from %q to %q: not held on %s", test.from, test.to, d)
			}
		}
		for _, d := range test.not {
			if office.Held(day(t, d)) {
				t.Errorf("from %q to %q: held on %s", test.from, test.to, d)
			}
		}
	}
}

func TestNamesFallBack(t *testing.T) {
	for _, test := range []struct {
		names  storage.Names
		locale string
		want   string
	}{
		{storage.Names{"en": "Xiaomi", "zh": "小米"}, "zh", "小米"},
		{storage.Names{"en": "Xiaomi", "zh": "小米"}, "fr", "Xiaomi"},
		{storage.Names{"zh": "小米"}, "fr", "小米"},
		{storage.Names{"de": "Mi"}, "fr", "Mi"},
		{nil, "en", ""},
	} {
		if got := test.names.In(test.locale); got != test.want {
			t.Errorf("%v in %s = %q, want %q", test.names, test.locale, got, test.want)
		}
	}
}

func TestExecutiveAutomakersOnADay(t *testing.T) {
	person := storage.Executive{Offices: []storage.Office{
		{Automaker: "geely"},
		{Automaker: "zeekr", From: "2021-03"},
		{Automaker: "volvo", To: "2020"},
		{Automaker: "geely", From: "2000"},
		{Role: storage.Names{"en": "delegate"}},
	}}
	for on, want := range map[string][]string{
		"2020-12-31": {"geely", "volvo"},
		"2021-02-28": {"geely"},
		"2021-03-01": {"geely", "zeekr"},
	} {
		if diff := cmp.Diff(want, person.Automakers(day(t, on))); diff != "" {
			t.Errorf("on %s (-want +got):\n%s", on, diff)
		}
	}
}
