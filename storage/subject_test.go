package storage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/storage"
)

func onDay(t *testing.T, s string) bot.When {
	t.Helper()
	return bot.NewWhen(day(t, s), day(t, s).Location(), bot.ToDay)
}

func TestStreamCountsForTheAutomakersOfTheDay(t *testing.T) {
	store := recordStore(t)
	write(t, store, func(tx storage.Tx) error {
		for _, a := range []storage.Automaker{
			{ID: "gac"},
			{ID: "aion", Parent: "gac"},
			{ID: "geely"},
			{ID: "zeekr", Parent: "geely"},
			{ID: "lynk", Parent: "zeekr"},
			{ID: "snake", Parent: "tail"},
			{ID: "tail", Parent: "snake"},
		} {
			a.Scope = storage.Public
			if err := storage.Automakers.Put(tx, a); err != nil {
				return err
			}
		}
		for _, e := range []storage.Executive{
			{ID: "gu", Offices: []storage.Office{{Automaker: "aion", To: "2024"}, {Automaker: "geely", From: "2025"}}},
			{ID: "an", Offices: []storage.Office{{Automaker: "lynk"}, {Automaker: "geely"}}},
			{ID: "guest"},
		} {
			e.Scope = storage.Public
			if err := storage.Executives.Put(tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	for _, test := range []struct {
		name   string
		stream storage.Stream
		want   []string
	}{
		{"a person's office of the day, and its group", storage.Stream{People: []string{"gu"}, Start: onDay(t, "2024-05-18")}, []string{"person:gu", "automaker:aion", "automaker:gac", "all"}},
		{"another day, another office", storage.Stream{People: []string{"gu"}, Start: onDay(t, "2025-05-18")}, []string{"person:gu", "automaker:geely", "all"}},
		{"a company's own stream", storage.Stream{Automaker: "lynk", Start: onDay(t, "2024-05-18")}, []string{"automaker:lynk", "automaker:zeekr", "automaker:geely", "all"}},
		{"each automaker once", storage.Stream{Automaker: "geely", People: []string{"an", "gu"}, Start: onDay(t, "2024-05-18")}, []string{"person:an", "person:gu", "automaker:geely", "automaker:lynk", "automaker:zeekr", "automaker:aion", "automaker:gac", "all"}},
		{"guests for themselves alone", storage.Stream{People: []string{"guest"}, Guests: []string{"gu"}, Start: onDay(t, "2024-05-18")}, []string{"person:guest", "person:gu", "all"}},
		{"people and companies that nobody knows", storage.Stream{Automaker: "new", People: []string{"who"}, Start: onDay(t, "2024-05-18")}, []string{"person:who", "automaker:new", "all"}},
		{"a group that is its own brand's brand", storage.Stream{Automaker: "snake", Start: onDay(t, "2024-05-18")}, []string{"automaker:snake", "automaker:tail", "all"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var saved storage.Stream
			write(t, store, func(tx storage.Tx) (err error) {
				test.stream.Scope, test.stream.State = storage.Public, storage.Announced
				saved, err = storage.AddStream(tx, noon, test.stream)
				return err
			})
			test.want = append([]string{"stream:" + saved.ID}, test.want...)
			var got []string
			for _, subject := range storage.SubjectsOf(saved) {
				got = append(got, subject.String())
				if !storage.IsAbout(saved, subject) {
					t.Errorf("is not about its %s", subject)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("subjects (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSubjectText(t *testing.T) {
	for _, want := range []storage.Subject{storage.Everything, storage.OneStream("s7k"), storage.Person("lei-jun"), storage.Company("nio")} {
		text, err := want.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var got storage.Subject
		if err := got.UnmarshalText(text); err != nil || got != want {
			t.Errorf("%s is read as %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "person", "person:", "automaker:", "planet:mars"} {
		var s storage.Subject
		if err := s.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is read as %v", text, s)
		}
	}
}
