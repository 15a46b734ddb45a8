package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/storage"
	"boardcast/storage/bolt"
	"boardcast/storage/catalog"
	"boardcast/storage/storagetest"
)

// now is after everything in the starter catalog.
var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) storage.Store {
	t.Helper()
	return storagetest.Open(t, storage.Platforms, storage.Automakers, storage.Executives, storage.Accounts, storage.Streams,
		storage.Readings, storage.Rollups, storage.Totals, storage.Moments, storage.Cards, storage.Refreshes, catalog.Marks)
}

func apply(t *testing.T, store storage.Store, c catalog.Catalog) catalog.Report {
	t.Helper()
	report, err := catalog.Apply(t.Context(), store, c, now)
	if err != nil {
		t.Fatalf("apply: %v", err)
	}
	return report
}

func update(t *testing.T, store storage.Store, fn func(storage.Tx) error) {
	t.Helper()
	if err := store.Update(t.Context(), fn); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func view[V any](t *testing.T, store storage.Store, fn func(storage.Reader) (V, error)) V {
	t.Helper()
	var v V
	err := store.View(t.Context(), func(r storage.Reader) error {
		var err error
		v, err = fn(r)
		return err
	})
	if err != nil {
		t.Fatalf("view: %v", err)
	}
	return v
}

func get[V any](t *testing.T, store storage.Store, table *storage.Table[V], key ...string) V {
	t.Helper()
	return view(t, store, func(r storage.Reader) (V, error) { return table.Get(r, key...) })
}

// dump is all that a store holds.
func dump(t *testing.T, store storage.Store) map[string]string {
	t.Helper()
	return view(t, store, func(r storage.Reader) (map[string]string, error) {
		all := map[string]string{}
		for item, err := range r.Scan("", "") {
			if err != nil {
				return nil, err
			}
			all[item.Key] = string(item.Value)
		}
		return all, nil
	})
}

// ids are those of a subject's public streams, latest first.
func ids(t *testing.T, store storage.Store, subject storage.Subject) []string {
	t.Helper()
	return view(t, store, func(r storage.Reader) ([]string, error) {
		var ids []string
		for s, err := range (storage.Scoped{Reader: r, Scope: storage.Public}).Past(subject, now) {
			if err != nil {
				return nil, err
			}
			ids = append(ids, s.ID)
		}
		return ids, nil
	})
}

func values(t *testing.T, store storage.Store, scope storage.Scope, stream string) []int64 {
	t.Helper()
	readings := view(t, store, func(r storage.Reader) ([]storage.Reading, error) {
		return storage.Scoped{Reader: r, Scope: scope}.ReadingsOf(stream)
	})
	var values []int64
	for _, reading := range readings {
		values = append(values, reading.Value)
	}
	return slices.Sorted(slices.Values(values))
}

// edited is the catalog of folder with texts of acme.toml replaced, as version 2.
func edited(t *testing.T, oldnew ...string) catalog.Catalog {
	t.Helper()
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(acme, oldnew[i]) {
			t.Fatalf("acme.toml has no %q", oldnew[i])
		}
	}
	return read(t, folder("acme.toml", strings.NewReplacer(oldnew...).Replace(acme),
		"catalog.toml", strings.Replace(head, "version = 1", "version = 2", 1)))
}

func TestApplyLoadsTheStarter(t *testing.T) {
	store := open(t)
	report := apply(t, store, starter(t))
	if report.Version != 1 || report.Added < 200 || report.Changed != 0 || report.Kept != nil || report.Dropped != nil {
		t.Errorf("report is %+v", report)
	}
	leiJun := ids(t, store, storage.Person("lei-jun"))
	if want := []string{"s1t", "s1q", "s1m"}; !slices.Equal(leiJun[:3], want) {
		t.Errorf("Lei Jun's last streams are %v, want %v", leiJun[:3], want)
	}
	// A brand's stream counts for the company, and one of somebody from another company for that one too.
	if gwm := ids(t, store, storage.Company("gwm")); !slices.Contains(gwm, "s1g") {
		t.Errorf("the launch of the Ora 5 is none of Great Wall's streams: %v", gwm)
	}
	if seres := ids(t, store, storage.Company("seres")); !slices.Equal(seres, []string{"s1f"}) {
		t.Errorf("Seres has the streams %v", seres)
	}
	if got := values(t, store, storage.Public, "s7k"); !slices.Equal(got, []int64{360_000, 39_000_000, 200_000_000}) {
		t.Errorf("figures of the drive are %v", got)
	}
	for key := range dump(t, store) {
		if strings.HasPrefix(key, "moment") || strings.HasPrefix(key, "refresh") {
			t.Errorf("history is no news, but there is %s", key)
		}
	}
}

func TestApplyAgainCostsOneRead(t *testing.T) {
	store := open(t)
	apply(t, store, starter(t))
	before := dump(t, store)
	counting := storagetest.Faulty(store, 2, storagetest.FailBefore)
	report, err := catalog.Apply(t.Context(), counting, starter(t), now)
	if err != nil || counting.Struck() {
		t.Errorf("it took more than one operation: %v", err)
	}
	if diff := cmp.Diff(catalog.Report{Version: 1}, report); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, dump(t, store)); diff != "" {
		t.Errorf("the store has changed (-before +after):\n%s", diff)
	}
}

func TestApplyLeavesANewerCatalogAlone(t *testing.T) {
	store := open(t)
	apply(t, store, edited(t, "A drive", "A long drive"))
	before := dump(t, store)
	if diff := cmp.Diff(catalog.Report{Version: 2}, apply(t, store, read(t, folder()))); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, dump(t, store)); diff != "" {
		t.Errorf("the store has changed (-before +after):\n%s", diff)
	}
}

func TestApplyReplacesWhatTheCatalogSaysAnew(t *testing.T) {
	store := open(t)
	apply(t, store, read(t, folder()))
	report := apply(t, store, edited(t,
		`en = "Acme", zh`, `en = "Acme Cars", zh`,
		`en = "Jo Doe"`, `en = "Joanna Doe"`,
		`count = 24_000_000`, `count = 25_000_000`,
		`en = "A drive"`, `en = "A long drive"`,
		`2024-05-18 08:30`, `2024-05-19`,
		`value = 39_000_000`, `value = 38_000_000`))
	if diff := cmp.Diff(catalog.Report{Version: 2, Changed: 5}, report); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	if got := get(t, store, storage.Automakers, "public", "acme").Names["en"]; got != "Acme Cars" {
		t.Errorf("automaker is called %q", got)
	}
	if got := get(t, store, storage.Accounts, "public", "person:jo-doe", "weibo", "jodoe").Followers[0].Count; got != 25_000_000 {
		t.Errorf("account has %d followers", got)
	}
	s := get(t, store, storage.Streams, "public", "s1")
	if s.Titles["en"] != "A long drive" || s.Start.Wall != "2024-05-19" || s.Revision != 1 {
		t.Errorf("stream is %q on %s, revision %d", s.Titles["en"], s.Start.Wall, s.Revision)
	}
	if got := values(t, store, storage.Public, "s1"); !slices.Equal(got, []int64{5, 38_000_000}) {
		t.Errorf("figures are %v: none may be doubled", got)
	}
}

func TestApplyKeepsWhatAnOperatorChanged(t *testing.T) {
	store := open(t)
	apply(t, store, read(t, folder()))
	update(t, store, func(tx storage.Tx) error {
		e, err := storage.Executives.Get(tx, "public", "jo-doe")
		if err != nil {
			return err
		}
		e.Names["fr"] = "Jo Doé"
		s, err := storage.Streams.Get(tx, "public", "s1")
		if err != nil {
			return err
		}
		s.Withdrawn = true
		_, saveErr := storage.SaveStream(tx, now, s)
		return errors.Join(storage.Executives.Put(tx, e), saveErr, storage.Accounts.Delete(tx, "public", "person:jo-doe", "weibo", "jodoe"))
	})
	report := apply(t, store, edited(t,
		`en = "Jo Doe"`, `en = "Joanna Doe"`, `count = 24_000_000`, `count = 25_000_000`, `en = "A drive"`, `en = "A long drive"`))
	want := []string{"executive jo-doe", "account person:jo-doe weibo jodoe", "stream s1"}
	if diff := cmp.Diff(catalog.Report{Version: 2, Kept: want}, report); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	if got := get(t, store, storage.Executives, "public", "jo-doe").Names; got["fr"] != "Jo Doé" || got["en"] != "Jo Doe" {
		t.Errorf("the person is called %v", got)
	}
	if s := get(t, store, storage.Streams, "public", "s1"); !s.Withdrawn || s.Titles["en"] != "A drive" {
		t.Errorf("the stream is %+v", s)
	}
}

func TestApplyKeepsARecordThatWasThereBefore(t *testing.T) {
	store := open(t)
	own := storage.Automaker{Scope: storage.Public, ID: "acme", Names: storage.Names{"en": "ACME Inc."}}
	update(t, store, func(tx storage.Tx) error { return storage.Automakers.Put(tx, own) })
	if report := apply(t, store, read(t, folder())); !slices.Equal(report.Kept, []string{"automaker acme"}) {
		t.Errorf("report is %+v", report)
	}
	if diff := cmp.Diff(own, get(t, store, storage.Automakers, "public", "acme")); diff != "" {
		t.Errorf("automaker (-want +got):\n%s", diff)
	}
}

func TestApplyLeavesCommunitiesAlone(t *testing.T) {
	const guild = "g1"
	store := open(t)
	apply(t, store, read(t, folder()))
	figure := storage.Reading{Metric: "weibo.viewers", Value: 7}
	update(t, store, func(tx storage.Tx) error {
		s, err := storage.Streams.Get(tx, "public", "s1")
		if err != nil {
			return err
		}
		s = s.CopyFor(guild)
		s.Titles = storage.Names{"en": "Our drive"}
		_, err = storage.SaveStream(tx, now, s)
		return errors.Join(err, storage.AddReading(tx, guild, "s1", figure))
	})
	before := get(t, store, storage.Streams, guild, "s1")
	apply(t, store, edited(t, `en = "A drive"`, `en = "A long drive"`, `metric = "weibo.likes", value = 5,`, `metric = "weibo.likes", value = 6,`))
	if diff := cmp.Diff(before, get(t, store, storage.Streams, guild, "s1")); diff != "" {
		t.Errorf("the community's copy (-before +after):\n%s", diff)
	}
	if got := values(t, store, guild, "s1"); !slices.Equal(got, []int64{6, 7, 39_000_000}) {
		t.Errorf("the community sees the figures %v", got)
	}
}

func TestApplyLeavesTheFiguresOfOthers(t *testing.T) {
	store := open(t)
	apply(t, store, read(t, folder()))
	update(t, store, func(tx storage.Tx) error {
		return storage.AddReading(tx, storage.Public, "s1", storage.Reading{Metric: "weibo.likes", Value: 9})
	})
	cut := strings.Index(acme, "  { metric = \"weibo.likes\"")
	end := cut + strings.Index(acme[cut:], "\n") + 1
	report := apply(t, store, edited(t, acme[cut:end], ""))
	if report.Changed != 1 || report.Kept != nil {
		t.Errorf("report is %+v", report)
	}
	if got := values(t, store, storage.Public, "s1"); !slices.Equal(got, []int64{9, 39_000_000}) {
		t.Errorf("figures are %v", got)
	}
}

func TestApplyReportsWhatTheCatalogDropped(t *testing.T) {
	store := open(t)
	apply(t, store, read(t, folder()))
	report := apply(t, store, edited(t, acme[strings.Index(acme, "[[stream]]"):], ""))
	if diff := cmp.Diff(catalog.Report{Version: 2, Dropped: []string{"figures s1", "stream s1"}}, report); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	get(t, store, storage.Streams, "public", "s1")
}

const zenith = "[[automaker]]\nid = \"zenith\"\nnames = { en = \"Zenith\" }\nsources = [\"news\"]\n"

func TestApplyCountsStreamsForNewParents(t *testing.T) {
	store := open(t)
	apply(t, store, read(t, folder("zenith.toml", zenith)))
	brand := strings.Replace(acme, `zone =`, "parent = \"zenith\"\nzone =", 1)
	apply(t, store, read(t, folder("zenith.toml", zenith, "acme.toml", brand)))
	if got := ids(t, store, storage.Company("zenith")); !slices.Equal(got, []string{"s1"}) {
		t.Errorf("Zenith has the streams %v", got)
	}
}

// An office that becomes known changes for whom streams count, also those that somebody changed here.
func TestApplyCountsStreamsForNewOffices(t *testing.T) {
	store := open(t)
	apply(t, store, read(t, folder("zenith.toml", zenith)))
	update(t, store, func(tx storage.Tx) error {
		s, err := storage.Streams.Get(tx, "public", "s1")
		s.Note = "An operator was here."
		return errors.Join(err, storage.ImportStream(tx, s))
	})
	office := `offices = [{ automaker = "zenith", role = { en = "director" }, source = "news" }, {`
	apply(t, store, read(t, folder("zenith.toml", zenith, "acme.toml", strings.Replace(acme, "offices = [{", office, 1))))
	if got := ids(t, store, storage.Company("zenith")); !slices.Equal(got, []string{"s1"}) {
		t.Errorf("Zenith has the streams %v", got)
	}
	if got := get(t, store, storage.Streams, "public", "s1").Note; got != "An operator was here." {
		t.Errorf("note is %q", got)
	}
}

func TestApplyAnnouncesWhatIsToCome(t *testing.T) {
	store := open(t)
	coming := []string{"2024-05-18 08:30", "2026-12-01 08:30", `state = "ended"`, `state = "announced"`, `lasted = "3h30m"`, ""}
	apply(t, store, edited(t, coming...))
	kinds := view(t, store, func(r storage.Reader) ([]storage.NoticeKind, error) {
		var kinds []storage.NoticeKind
		for m, err := range storage.Moments.Scan(r) {
			if err != nil {
				return nil, err
			}
			kinds = append(kinds, m.Kind)
		}
		return kinds, nil
	})
	if want := []storage.NoticeKind{storage.AnnouncedNotice, storage.ReminderNotice}; !slices.Equal(kinds, want) {
		t.Errorf("it leaves the moments %v, want %v", kinds, want)
	}
	// The planner gives it up unseen; the catalog comes to know how it went.
	update(t, store, func(tx storage.Tx) error {
		s, err := storage.Streams.Get(tx, "public", "s1")
		s.State = storage.Unseen
		_, saveErr := storage.SaveStream(tx, now, s)
		return errors.Join(err, saveErr)
	})
	later := strings.NewReplacer("2024-05-18 08:30", "2026-12-01 08:30").Replace(acme)
	third := read(t, folder("acme.toml", later, "catalog.toml", strings.Replace(head, "version = 1", "version = 3", 1)))
	report, err := catalog.Apply(t.Context(), store, third, now.AddDate(0, 1, 0))
	if err != nil || report.Kept != nil {
		t.Errorf("report is %+v, %v", report, err)
	}
	if got := get(t, store, storage.Streams, "public", "s1").State; got != storage.Ended {
		t.Errorf("the stream is %s", got)
	}
}

// A stream that is still expected here, though the catalog knows how it went, is expected no more.
func TestApplyEndsWhatIsStillExpected(t *testing.T) {
	store := open(t)
	apply(t, store, edited(t, "2024-05-18 08:30", "2026-12-01 08:30", `state = "ended"`, `state = "announced"`))
	third := read(t, folder("acme.toml", strings.Replace(acme, "2024-05-18 08:30", "2026-12-01 08:30", 1),
		"catalog.toml", strings.Replace(head, "version = 1", "version = 3", 1)))
	if _, err := catalog.Apply(t.Context(), store, third, now.AddDate(0, 1, 0)); err != nil {
		t.Fatal(err)
	}
	for key := range dump(t, store) {
		if strings.HasPrefix(key, "moment/step") {
			t.Errorf("there is still %s", key)
		}
	}
}

// What no transaction takes is an error that names the record, not an endless loop.
func TestApplyNamesARecordThatIsTooLarge(t *testing.T) {
	var crowd strings.Builder
	var ids []string
	for i := range storagetest.StrictRoom {
		id := fmt.Sprintf("guest-%d", i)
		ids = append(ids, strconv.Quote(id))
		fmt.Fprintf(&crowd, "[[executive]]\nid = %q\nnames = { en = %q }\nsources = [\"news\"]\n", id, id)
	}
	party := strings.Replace(acme, `people = ["jo-doe"]`, "people = ["+strings.Join(ids, ", ")+"]", 1)
	_, err := catalog.Apply(t.Context(), open(t), read(t, folder("acme.toml", party, "crowd.toml", crowd.String())), now)
	if !errors.Is(err, storage.ErrTooLarge) || !strings.Contains(err.Error(), "stream s1") {
		t.Errorf("got error %v", err)
	}
}

// A catalog that is installed late announces nothing that is over.
func TestApplyDoesNotAnnounceThePast(t *testing.T) {
	store := open(t)
	apply(t, store, edited(t, `state = "ended"`, `state = "announced"`))
	if got := get(t, store, storage.Streams, "public", "s1").State; got != storage.Unseen {
		t.Errorf("the stream is %s", got)
	}
	for key := range dump(t, store) {
		if strings.HasPrefix(key, "moment") {
			t.Errorf("there is %s", key)
		}
	}
}

// Whatever happens to an operation, the next start comes to the same end.
func TestApplyGoesOnAfterAnyFailure(t *testing.T) {
	c := starter(t)
	c.Accounts, c.Automakers, c.Executives, c.Streams = nil, c.Automakers[:20], c.Executives[:10], c.Streams[:4]
	plain := open(t)
	apply(t, plain, c)
	want := dump(t, plain)
	for _, fault := range storagetest.Faults() {
		for n, struck := 1, true; struck; n++ {
			store := open(t)
			faulty := storagetest.Faulty(store, n, fault)
			_, err := catalog.Apply(t.Context(), faulty, c, now)
			if struck = faulty.Struck(); struck && err == nil {
				t.Errorf("%s of operation %d: no error", fault, n)
			}
			apply(t, store, c)
			if diff := cmp.Diff(want, dump(t, store)); diff != "" {
				t.Fatalf("after %s of operation %d (-want +got):\n%s", fault, n, diff)
			}
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		starter(b)
	}
}

func BenchmarkFirstApply(b *testing.B) {
	c := starter(b)
	for b.Loop() {
		b.StopTimer()
		store := openBolt(b)
		b.StartTimer()
		if _, err := catalog.Apply(b.Context(), store, c, now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkApplyAgain(b *testing.B) {
	c := starter(b)
	store := openBolt(b)
	for b.Loop() {
		if _, err := catalog.Apply(b.Context(), store, c, now); err != nil {
			b.Fatal(err)
		}
	}
}

func openBolt(b *testing.B) storage.Store {
	b.Helper()
	store, err := bolt.Open(context.Background(), b.TempDir()+"/bench.db", bolt.Options{Holder: b.Name(), Wait: time.Second})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	return store
}
