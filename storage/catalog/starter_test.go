package catalog_test

import (
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/catalog"
)

func starter(tb testing.TB) catalog.Catalog {
	tb.Helper()
	c, err := catalog.Starter()
	if err != nil {
		tb.Fatalf("read starter catalog:\n%v", err)
	}
	return c
}

func starterStream(t *testing.T, id string) catalog.Stream {
	t.Helper()
	for _, s := range starter(t).Streams {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no stream %s", id)
	return catalog.Stream{}
}

func TestStarterHasEverybody(t *testing.T) {
	c := starter(t)
	for _, name := range []string{
		"雷军", "李斌", "魏建军", "李书福", "冯兴亚", "古惠南", "尹同跃", "何小鹏", "李想", "余承东", "朱江明", "周鸿祎", "俞敏洪", "曾毓群",
	} {
		named := func(e storage.Executive) bool { return e.Names["zh"] == name }
		if !slices.ContainsFunc(c.Executives, named) {
			t.Errorf("%s is missing", name)
		}
	}
	if len(c.Executives) != 51 || len(c.Streams) != 55 || len(c.Accounts) != 41 {
		t.Errorf("%d people, %d streams, %d accounts", len(c.Executives), len(c.Streams), len(c.Accounts))
	}
}

func TestStarterCitesItsSources(t *testing.T) {
	c := starter(t)
	check := func(what string, sources ...storage.Provenance) {
		t.Helper()
		if len(sources) == 0 {
			t.Errorf("%s has no source", what)
		}
		for _, p := range sources {
			if p.Source == "" {
				t.Errorf("%s has a source without an outlet: %+v", what, p)
			}
		}
	}
	for _, a := range c.Automakers {
		check(a.ID, a.Sources...)
	}
	for _, e := range c.Executives {
		check(e.ID, e.Sources...)
		for _, o := range e.Offices {
			check(e.ID+"'s office at "+o.Automaker, o.Source)
		}
	}
	for _, a := range c.Accounts {
		check(a.Owner.String()+" on "+a.Platform, a.Source)
		for _, f := range a.Followers {
			check("followers of "+a.Owner.String(), f.Source)
		}
	}
	for _, s := range c.Streams {
		check(s.ID, s.Sources...)
		for _, f := range s.Figures {
			check(s.ID+" "+string(f.Metric), f.Source)
		}
	}
}

// The Shanghai–Hangzhou drive is what the README asks for.
func TestShanghaiToHangzhou(t *testing.T) {
	s := starterStream(t, "s7k")
	if got := s.Start.At.Format(time.RFC3339); got != "2024-05-18T00:30:00Z" || s.Start.Precision != bot.ToMinute {
		t.Errorf("it starts %s, known to the %s", got, s.Start.Precision)
	}
	if length, ok := s.Length(); !ok || length != 3*time.Hour+30*time.Minute || s.State != storage.Ended || s.Route.Km != 177 {
		t.Errorf("it took %s over %v km and is %s", length, s.Route.Km, s.State)
	}
	if diff := cmp.Diff([]string{"lei-jun"}, s.People); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
	lead, ok := storage.Lead(storage.Figures(s.Figures))
	if !ok || lead.High.Value != 39_000_000 || lead.Metric != "staff.viewers" {
		t.Errorf("led by %+v", lead)
	}
	if !strings.Contains(lead.High.Note, "his staff's count") || lead.High.Source.Source != "Lei Jun on Weibo, as quoted" {
		t.Errorf("39 million are told as %q by %q", lead.High.Note, lead.High.Source.Source)
	}
}

func TestStarterTellsEntriesFromPeople(t *testing.T) {
	for id, want := range map[string]storage.Reading{
		"s2":  {Metric: "douyin.entered", Value: 50_530_000},
		"s3":  {Metric: "x.plays", Value: 11_100_000},
		"s7":  {Metric: "douyin.concurrent", Value: 100_000, Qualifier: storage.Over},
		"sk":  {Metric: "press.viewers", Value: 10_000_000, Qualifier: storage.Over},
		"s12": {Metric: "douyin.entered", Value: 14_000_000, Qualifier: storage.About},
		"s1h": {Metric: "press.participants", Value: 3_000_000},
	} {
		got := starterStream(t, id).Figures[0]
		if got.Metric != want.Metric || got.Value != want.Value || got.Qualifier != want.Qualifier {
			t.Errorf("%s: %+v, want %+v", id, got, want)
		}
	}
}

func TestStarterIsAsPreciseAsItsSources(t *testing.T) {
	for id, want := range map[string]bot.Precision{
		"s7k": bot.ToMinute, "s9": bot.ToPartOfDay, "s1": bot.ToDay, "sx": bot.ToMonth, "s5": bot.ToYear,
	} {
		if got := starterStream(t, id).Start.Precision; got != want {
			t.Errorf("%s is known to the %s, want %s", id, got, want)
		}
	}
	if s := starterStream(t, "s1j"); s.State != storage.Postponed || !strings.Contains(s.Note, "s1k") {
		t.Errorf("the stream of New Year's Eve 2025 is %s: %q", s.State, s.Note)
	}
}

func TestStarterDatesOffices(t *testing.T) {
	for _, e := range starter(t).Executives {
		if e.ID != "feng-xingya" {
			continue
		}
		day := time.Date(2024, 5, 20, 0, 0, 0, 0, time.UTC)
		var held []string
		for _, o := range e.Offices {
			if o.Held(day) {
				held = append(held, o.Role["en"]+" of "+o.Automaker)
			}
		}
		if diff := cmp.Diff([]string{"general manager of gac"}, held); diff != "" {
			t.Errorf("on 20 May 2024 (-want +got):\n%s", diff)
		}
		return
	}
	t.Error("feng-xingya is missing")
}

// A name that two automakers or two people share would have to be asked back every time.
func TestStarterNamesAreClear(t *testing.T) {
	c := starter(t)
	owner := map[string]string{}
	claim := func(id string, names storage.Names, aliases []string) {
		for _, name := range append(slices.Collect(maps.Values(names)), aliases...) {
			folded := storage.Fold(name)
			if other, taken := owner[folded]; taken && other != id {
				t.Errorf("%q means %s and %s", name, other, id)
			}
			owner[folded] = id
		}
	}
	for _, a := range c.Automakers {
		claim(a.ID, a.Names, a.Aliases)
	}
	for _, e := range c.Executives {
		claim(e.ID, e.Names, e.Aliases)
	}
}

// The public ids are in people's chats and never change.
func TestStarterIDsStay(t *testing.T) {
	for id, title := range map[string]string{
		"s7k": "Shanghai to Hangzhou in the SU7 Pro", "s1": "Cars sold on Taobao Live", "s1t": "The YU7 put to the test",
		"sz": "We, Robot", "s12": "The lunar year's last drive, cut by Douyin",
	} {
		if got := starterStream(t, id).Titles["en"]; got != title {
			t.Errorf("%s is %q, want %q", id, got, title)
		}
	}
}

// The example of docs/catalog.md can be added to the starter catalog as it stands.
func TestDocumentedExample(t *testing.T) {
	page, err := os.ReadFile("../../docs/catalog.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, found := strings.Cut(string(page), "```toml\n")
	example, _, ended := strings.Cut(example, "```")
	if !found || !ended {
		t.Fatal("docs/catalog.md has no example")
	}
	fsys := fstest.MapFS{"example.toml": {Data: []byte(example)}}
	names, err := fs.Glob(os.DirFS("starter"), "*.toml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no starter files: %v", err)
	}
	for _, name := range names {
		data, err := os.ReadFile("starter/" + name)
		if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: data}
	}
	if got := len(read(t, fsys).Streams); got != len(starter(t).Streams)+1 {
		t.Errorf("with the example there are %d streams", got)
	}
}
