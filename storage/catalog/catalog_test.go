package catalog_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"boardcast/storage"
	"boardcast/storage/catalog"
)

const head = `format = 1
version = 1

[[platform]]
id = "weibo"
names = { en = "Weibo", zh = "微博" }
hosts = ["weibo.com"]

[[platform]]
id = "douyin"
names = { en = "Douyin" }

[[source]]
id = "news"
outlet = "The News"
url = "https://news.example/1"
reliability = "A"
`

const acme = `[[automaker]]
id = "acme"
names = { en = "Acme", zh = "顶点" }
zone = "Asia/Shanghai"
sources = ["news"]

[[executive]]
id = "jo-doe"
names = { en = "Jo Doe" }
offices = [{ automaker = "acme", role = { en = "chair" }, from = "2020", to = "2024-05", source = "news" }]
sources = ["news"]

[[account]]
executive = "jo-doe"
platform = "weibo"
handle = "jodoe"
url = "https://m.weibo.com/jodoe"
followers = [{ as_of = "2024-05", count = 24_000_000, qualifier = "nearly", source = "news" }]
source = "news"

[[stream]]
id = "s1"
titles = { en = "A drive" }
start = "2024-05-18 08:30"
state = "ended"
lasted = "3h30m"
people = ["jo-doe"]
airings = ["weibo", { platform = "douyin", account = "Jo" }]
automaker = "acme"
route = { from = "A", to = "B", km = 177 }
figures = [
  { metric = "staff.viewers", value = 39_000_000, source = "news" },
  { metric = "weibo.likes", value = 5, qualifier = "over", at = "2024-05-18 09:00", note = "so far", source = "news" },
]
sources = ["news"]
`

// folder is a catalog of the head, acme.toml and whatever else is given by name.
func folder(files ...string) fstest.MapFS {
	fsys := fstest.MapFS{"catalog.toml": {Data: []byte(head)}, "acme.toml": {Data: []byte(acme)}}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return fsys
}

func read(t *testing.T, fsys fstest.MapFS) catalog.Catalog {
	t.Helper()
	c, err := catalog.Read(fsys)
	if err != nil {
		t.Fatalf("read catalog:\n%v", err)
	}
	return c
}

func TestRead(t *testing.T) {
	c := read(t, folder())
	news := storage.Provenance{Source: "The News", URL: "https://news.example/1"}
	if len(c.Streams) != 1 || len(c.Executives) != 1 || len(c.Accounts) != 1 || c.Version != 1 {
		t.Fatalf("read %+v", c)
	}
	wantOffices := []storage.Office{{
		Automaker: "acme", Role: storage.Names{"en": "chair"}, From: "2020", To: "2024-05", Source: news,
	}}
	if diff := cmp.Diff(wantOffices, c.Executives[0].Offices); diff != "" {
		t.Errorf("offices (-want +got):\n%s", diff)
	}
	wantAccount := storage.Account{
		Owner: storage.Person("jo-doe"), Platform: "weibo", Handle: "jodoe", URL: "https://m.weibo.com/jodoe", Source: news,
		Followers: []storage.Followers{{Count: 24_000_000, Qualifier: storage.Nearly, AsOf: "2024-05", Source: news}},
	}
	if diff := cmp.Diff(wantAccount, c.Accounts[0]); diff != "" {
		t.Errorf("account (-want +got):\n%s", diff)
	}
	s := c.Streams[0]
	wantAirings := []storage.Airing{{Platform: "weibo"}, {Platform: "douyin", Account: "Jo"}}
	if diff := cmp.Diff(wantAirings, s.Airings); diff != "" {
		t.Errorf("airings (-want +got):\n%s", diff)
	}
	if got := s.Start.At.String(); got != "2024-05-18 00:30:00 +0000 UTC" || s.Scope != storage.Public || !s.Confirmed {
		t.Errorf("stream starts at %s, scope %q, confirmed %t", got, s.Scope, s.Confirmed)
	}
	if s.Figures[1].At.String() != "2024-05-18 01:00:00 +0000 UTC" || s.Figures[1].Qualifier != storage.Over {
		t.Errorf("figure is %+v", s.Figures[1])
	}
}

// What TOML lets one write in another way is the same.
func TestReadTakesAllOfTOML(t *testing.T) {
	other := strings.NewReplacer(
		`names = { en = "Acme", zh = "顶点" }`, "names.en = \"Acme\"\nnames.zh = \"顶点\"",
		`value = 39_000_000`, `value = 39000000`,
		`route = { from = "A", to = "B", km = 177 }`, `route.from = 'A'`+"\nroute.to = \"\"\"\nB\"\"\"\nroute.km = 1.77e2",
		`["jo-doe"]`, "[ # who\n  \"jo-doe\",\n]",
	).Replace(acme)
	figures := `[[stream.figures]]
metric = "staff.viewers"
value = 39_000_000
source = "news"

[[stream.figures]]
metric = "weibo.likes"
value = 5
qualifier = "over"
at = "2024-05-18 09:00"
note = "so far"
source = "news"
`
	cut := strings.Index(other, "figures = [")
	other = other[:cut] + "sources = [\"news\"]\n" + figures
	want, got := read(t, folder()), read(t, folder("acme.toml", other))
	if diff := cmp.Diff(want.Streams, got.Streams); diff != "" {
		t.Errorf("streams (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.Automakers, got.Automakers); diff != "" {
		t.Errorf("automakers (-want +got):\n%s", diff)
	}
}

func TestStartIsAsPreciseAsItIsKnown(t *testing.T) {
	for start, want := range map[string]string{
		"2024-05-18 08:30":   "minute 2024-05-18T08:30 2024-05-18T00:30:00Z",
		"2024-05-18 evening": "part of day 2024-05-18 2024-05-18T11:00:00Z",
		"2024-05-18":         "day 2024-05-18 2024-05-17T16:00:00Z",
		"2024-05":            "month 2024-05 2024-04-30T16:00:00Z",
		"2024":               "year 2024 2023-12-31T16:00:00Z",
	} {
		w := read(t, folder("acme.toml", strings.Replace(acme, "2024-05-18 08:30", start, 1))).Streams[0].Start
		if got := string(w.Precision) + " " + w.Wall + " " + w.At.Format("2006-01-02T15:04:05Z07:00"); got != want {
			t.Errorf("start %q is read as %q, want %q", start, got, want)
		}
	}
}

// aLine ends what is said of a file that is not TOML.
const aLine = `; a line is a [[kind]], or a key = "text" in quotes, a number, a list or a table`

func TestMistakes(t *testing.T) {
	// Each case replaces a line of acme.toml.
	tests := map[string]struct{ old, new, want string }{
		"unknown key": {
			`titles = {`, `tittles = {`,
			"acme.toml:21:3: stream s1: titles is missing\nacme.toml:23:1: stream s1: unknown key tittles; did you mean titles?",
		},
		"unknown key in a figure": {
			`note = "so far"`, `nota = "so far"`,
			"acme.toml:33:85: stream s1: figures 2: unknown key nota; did you mean note?",
		},
		"unknown language": {
			`names = { en = "Acme", zh = "顶点" }`, `names = { en = "Acme", de = "Spitze" }`,
			"acme.toml:3:24: automaker acme: names: unknown key de; did you mean en?",
		},
		"column in characters": {
			`names = { en = "Acme", zh = "顶点" }`, `names = { zh = "顶点", en = 1 }`,
			"acme.toml:3:22: automaker acme: names: en must be text in quotes",
		},
		"text for a number": {
			`value = 39_000_000`, `value = "39 M"`,
			"acme.toml:32:31: stream s1: figures 1: value must be a whole number such as 39_000_000",
		},
		"negative number": {
			`value = 39_000_000`, `value = -1`,
			"acme.toml:32:31: stream s1: figures 1: value must be a whole number from 1 up",
		},
		"a date that is not text": {
			`start = "2024-05-18 08:30"`, `start = 2024-05-18`,
			"acme.toml:24:1: stream s1: start must be text in quotes",
		},
		"a list that is none": {
			`people = ["jo-doe"]`, `people = "jo-doe"`,
			"acme.toml:27:1: stream s1: people must be a list of texts: [\"a\", \"b\"]",
		},
		"unknown person": {
			`people = ["jo-doe"]`, `people = ["jo-do"]`,
			`acme.toml:27:11: stream s1: people: no executive "jo-do"; did you mean jo-doe?`,
		},
		"a person twice": {
			`people = ["jo-doe"]`, `people = ["jo-doe", "jo-doe"]`,
			"acme.toml:27:21: stream s1: people has jo-doe twice",
		},
		"unknown platform": {
			`airings = ["weibo",`, `airings = ["wiebo",`,
			`acme.toml:28:12: stream s1: airings: no platform "wiebo"; did you mean weibo?`,
		},
		"unknown automaker": {
			`automaker = "acme"` + "\nroute", `automaker = "zenith"` + "\nroute",
			`acme.toml:29:1: stream s1: automaker: no automaker "zenith"; there are acme`,
		},
		"unknown source": {
			`value = 39_000_000, source = "news"`, `value = 39_000_000, source = "nwes"`,
			`acme.toml:32:51: stream s1: figures 1: source: no source "nwes"; did you mean news?`,
		},
		"no source": {
			`value = 39_000_000, source = "news"`, `value = 39_000_000`,
			"acme.toml:32:3: stream s1: figures 1: source is missing",
		},
		"unknown measure": {
			`staff.viewers`, `staff.viewer`,
			`acme.toml:32:5: stream s1: figures 1: metric "staff.viewer" does not count anything known; did you mean viewers?`,
		},
		"unknown place of a metric": {
			`staff.viewers`, `stuff.viewers`,
			`acme.toml:32:5: stream s1: figures 1: metric "stuff.viewers" is of no known platform; did you mean staff?`,
		},
		"unknown qualifier": {
			`qualifier = "over"`, `qualifier = "more than"`,
			`acme.toml:33:40: stream s1: figures 2: qualifier "more than" is not known; there are about, exact, nearly, over`,
		},
		"a day that there is not": {
			`2024-05-18 08:30`, `2024-02-30 08:30`,
			`acme.toml:24:1: stream s1: start "2024-02-30 08:30" is no time; ` +
				"write it as 2024-05-18 08:30, 2024-05-18 evening, 2024-05-18, 2024-05 or 2024",
		},
		"an unknown part of a day": {
			`2024-05-18 08:30`, `2024-05-18 teatime`,
			`acme.toml:24:1: stream s1: start "2024-05-18 teatime" is no time; ` +
				"write it as 2024-05-18 08:30, 2024-05-18 evening, 2024-05-18, 2024-05 or 2024",
		},
		"a reading without an hour": {
			`at = "2024-05-18 09:00"`, `at = "2024-05-18"`,
			`acme.toml:33:60: stream s1: figures 2: at "2024-05-18" is no time; write it as 2024-05-18 08:30`,
		},
		"unknown zone": {
			`zone = "Asia/Shanghai"`, `zone = "Asia/Beijing"`,
			`acme.toml:4:1: automaker acme: zone "Asia/Beijing" is not known; write an IANA name such as Asia/Shanghai`,
		},
		"a length": {
			`lasted = "3h30m"`, `lasted = "3.5 hours"`,
			`acme.toml:26:1: stream s1: lasted "3.5 hours" is no length; write it as 3h30m, at most a week`,
		},
		"a state that passes": {
			`state = "ended"`, `state = "live"`,
			`acme.toml:25:1: stream s1: state "live" is not known; there are announced, cancelled, ended, postponed, unknown`,
		},
		"an office that ends before it begins": {
			`to = "2024-05"`, `to = "2019-12"`,
			"acme.toml:10:74: executive jo-doe: offices 1: to 2019-12 is before from 2020",
		},
		"a date of followers": {
			`as_of = "2024-05"`, `as_of = "May 2024"`,
			`acme.toml:18:16: account jo-doe weibo: followers 1: as_of "May 2024" is no date; write it as 2024-05-18, 2024-05 or 2024`,
		},
		"an address elsewhere": {
			`https://m.weibo.com/jodoe`, `https://weibo.com.example/jodoe`,
			"acme.toml:17:1: account jo-doe weibo: url is not on weibo.com",
		},
		"an account of nobody": {
			`executive = "jo-doe"` + "\n", "",
			"acme.toml:13:3: account: must have executive or automaker, to say whose it is",
		},
		"a stream id of those that communities get": {
			`id = "s1"`, `id = "s1000"`,
			`acme.toml:22:1: stream s1000: id "s1000" must be one of s1 to szzz, of 0-9 and b-z without vowels and l, such as s7k`,
		},
		"a stream id with a vowel": {
			`id = "s1"`, `id = "s1a"`,
			`acme.toml:22:1: stream s1a: id "s1a" must be one of s1 to szzz, of 0-9 and b-z without vowels and l, such as s7k`,
		},
		"a slug that is too long": {
			`id = "acme"`, `id = "Acme"`,
			`acme.toml:2:1: automaker Acme: id "Acme" must be 1 to 20 of a-z, 0-9 and -` + "\n" +
				`acme.toml:10:14: executive jo-doe: offices 1: automaker: no automaker "acme"; did you mean Acme?` + "\n" +
				`acme.toml:29:1: stream s1: automaker: no automaker "acme"; did you mean Acme?`,
		},
		"a stream id in capitals": {
			`id = "s1"`, `id = "S1"`,
			`acme.toml:22:1: stream S1: id "S1" must be one of s1 to szzz, of 0-9 and b-z without vowels and l, such as s7k`,
		},
		"a zone of this machine alone": {
			`zone = "Asia/Shanghai"`, `zone = "Local"`,
			`acme.toml:4:1: automaker acme: zone "Local" is not known; write an IANA name such as Asia/Shanghai`,
		},
		"a brand of itself": {
			`zone = "Asia/Shanghai"`, `zone = "Asia/Shanghai"` + "\n" + `parent = "acme"`,
			"acme.toml:5:1: automaker acme: parent acme is a brand itself; name the company",
		},
		"a country by its name": {
			`zone = "Asia/Shanghai"`, `zone = "Asia/Shanghai"` + "\n" + `country = "China"`,
			`acme.toml:5:1: automaker acme: country "China" must be two capital letters, such as CN`,
		},
		"a handle as platforms show it": {
			`handle = "jodoe"`, `handle = "@jodoe"`,
			"acme.toml:16:1: account jo-doe weibo: handle is written without @",
		},
		"an end before the beginning": {
			`lasted = "3h30m"`, "began = \"2024-05-18 09:00\"\nfinished = \"2024-05-18 08:30\"",
			"acme.toml:27:1: stream s1: finished is not after began",
		},
		"a text with spaces around it": {
			`en = "A drive"`, `en = "A drive "`,
			"acme.toml:23:12: stream s1: titles: en is empty or has spaces at an end",
		},
		"a stream of nobody": {
			`people = ["jo-doe"]` + "\n" + `airings = ["weibo", { platform = "douyin", account = "Jo" }]` + "\n" + `automaker = "acme"`,
			`zone = "Asia/Shanghai"`,
			"acme.toml:21:3: stream s1: people or automaker is missing, to say whose it is",
		},
		"an airing of no kind": {
			`airings = ["weibo",`, `airings = [7,`,
			`acme.toml:28:12: stream s1: airings must be a list of platforms: ["weibo", { platform = "douyin", account = "…" }]`,
		},
		"an address of no kind": {
			`https://m.weibo.com/jodoe`, `weibo.com/jodoe`,
			`acme.toml:17:1: account jo-doe weibo: url "weibo.com/jodoe" is no address; write it as https://…`,
		},
		"not TOML": {
			`id = "s1"`, `id = s1`,
			"acme.toml:22:6: unexpected character U+0073 's' at start of value" + aLine,
		},
		"a key twice": {
			`state = "ended"`, `state = "ended"` + "\n" + `state = "ended"`,
			"acme.toml:26:1: key state is already defined" + aLine,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(acme, tt.old) {
				t.Fatalf("acme.toml has no %q", tt.old)
			}
			wantMistakes(t, folder("acme.toml", strings.Replace(acme, tt.old, tt.new, 1)), tt.want)
		})
	}
}

func wantMistakes(t *testing.T, fsys fstest.MapFS, want string) {
	t.Helper()
	_, err := catalog.Read(fsys)
	if _, ok := errors.AsType[*catalog.Error](err); !ok {
		t.Fatalf("got error %v, want an *Error", err)
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

func TestMistakesBetweenFiles(t *testing.T) {
	tests := map[string]struct {
		fsys fstest.MapFS
		want string
	}{
		"the same ids": {
			folder("bcme.toml", acme),
			"bcme.toml:2:1: automaker acme: the id is taken by acme.toml:1\n" +
				"bcme.toml:8:1: executive jo-doe: the id is taken by acme.toml:7\n" +
				"bcme.toml:13:3: account jo-doe weibo: is the same as acme.toml:13; give each a handle\n" +
				"bcme.toml:22:1: stream s1: the id is taken by acme.toml:21",
		},
		"another format": {
			folder("catalog.toml", strings.Replace(head, "format = 1", "format = 2", 1)),
			"catalog.toml:1:1: head: format 2 is not known to this boardcast, which reads format 1",
		},
		"no version": {
			folder("catalog.toml", strings.Replace(head, "version = 1", "", 1)),
			"catalog.toml:1:1: head: version is missing",
		},
		"the version elsewhere": {
			folder("other.toml", "version = 2\n"),
			"other.toml:1:1: file: unknown key version; there are account, automaker, executive, platform, source, stream",
		},
		"an unknown kind": {
			folder("other.toml", "[[streem]]\nid = 1\n"),
			"other.toml:1:3: file: unknown key streem; did you mean stream?",
		},
		"no head": {
			fstest.MapFS{"sources.toml": {Data: []byte("[[source]]\nid = \"a\"\noutlet = \"A\"\nreliability = \"A\"\n")}},
			"catalog.toml: no such file; it says format = 1 and the version",
		},
		"all that is not TOML, and nothing that follows from it": {
			folder("catalog.toml", "format = \n", "other.toml", "[\n"),
			"catalog.toml:1:10: unexpected character U+000A at start of value" + aLine +
				"\nother.toml:1:2: invalid character at start of key: U+000A" + aLine,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { wantMistakes(t, tt.fsys, tt.want) })
	}
}

func TestOtherFilesAreNotLookedAt(t *testing.T) {
	read(t, folder("README.md", "not TOML", "old/acme.toml", acme))
}
