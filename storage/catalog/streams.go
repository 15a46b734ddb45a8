package catalog

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"boardcast/bot"
	"boardcast/storage"
)

func (l *loader) readStream(s *section) {
	st := Stream{Stream: storage.Stream{
		Scope: storage.Public, ID: s.text("id"), Titles: s.names("titles"), Format: s.text("format"),
		People: s.refs("people", executiveKind), Guests: s.refs("guests", executiveKind), Others: s.texts("others"),
		Automaker: s.ref("automaker", automakerKind), Vehicle: s.text("vehicle"), Topics: s.texts("topics"),
		Route: s.route(), Location: s.text("location"), Airings: s.airings(), Note: s.text("note"),
		Planned: s.length("planned"), State: s.state(), Confirmed: true, Lasted: s.length("lasted"),
		Sources: s.provenance(),
	}}
	s.need("titles", "start", "state")
	if len(st.People) == 0 && st.Automaker == "" {
		s.wrong(s.at, "people or automaker is missing, to say whose it is")
	}
	zone := s.streamZone(st.Automaker)
	st.Start = s.start("start", zone)
	st.Began, st.Finished = s.instant("began", zone), s.instant("finished", zone)
	if !st.Began.IsZero() && !st.Finished.IsZero() && !st.Finished.After(st.Began) {
		s.wrong(s.place("finished"), "finished is not after began")
	}
	for _, sub := range s.subs("figures") {
		st.Figures = append(st.Figures, sub.figure(zone))
		sub.end()
	}
	l.catalog.Streams = append(l.catalog.Streams, st)
}

// state reads how a stream stands. What is on air is no matter for a catalog.
func (s *section) state() storage.State {
	return storage.State(s.oneOf("state", string(storage.Announced), string(storage.Ended), string(storage.Postponed),
		string(storage.Cancelled), string(storage.Unseen)))
}

func (s *section) route() *storage.Route {
	sub := s.sub("route")
	if sub == nil {
		return nil
	}
	defer sub.end()
	return &storage.Route{From: sub.text("from"), To: sub.text("to"), Via: sub.texts("via"), Km: sub.number("km")}
}

// airings reads where a stream was shown: platforms by their ids, or tables that name the account and address too.
func (s *section) airings() []storage.Airing {
	const wanted = `a list of platforms: ["weibo", { platform = "douyin", account = "…" }]`
	var airings []storage.Airing
	for i, v := range s.list("airings", wanted) {
		switch v.kind {
		case unstable.String:
			s.check(v.at, "airings", platformKind, v.text)
			airings = append(airings, storage.Airing{Platform: v.text})
		case unstable.InlineTable:
			label := fmt.Sprintf("%s: airings %d", s.label, i+1)
			sub := &section{loader: s.loader, file: s.file, label: label, at: v.at, table: v.table}
			airings = append(airings, sub.airing())
			sub.end()
		default:
			s.wrong(v.at, "airings must be %s", wanted)
		}
	}
	return airings
}

func (s *section) airing() storage.Airing {
	s.need("platform")
	platform := s.ref("platform", platformKind)
	return storage.Airing{
		Platform: platform, Account: s.text("account"), URL: s.address("url", s.hosts[platform]...),
	}
}

func (s *section) figure(zone *time.Location) storage.Reading {
	s.need("metric", "value")
	return storage.Reading{
		Metric: s.metric(), Value: s.count("value"), Qualifier: s.qualifier(), At: s.instant("at", zone),
		Note: s.text("note"), Source: s.source(),
	}
}

// metric reads what a figure counts and where.
func (s *section) metric() storage.Metric {
	m := storage.Metric(s.text("metric"))
	if m == "" {
		return m
	}
	if _, ok := storage.MeasureOf(m); !ok {
		var known []string
		for _, measure := range storage.Measures() {
			known = append(known, measure.What)
		}
		s.wrong(s.place("metric"), "metric %q does not count anything known%s", m, hint(m.What(), known))
	}
	_, isPlatform := s.ids[platformKind][m.Place()]
	if !isPlatform && m.Place() != storage.StaffCount && m.Place() != storage.PressCount {
		known := []string{storage.StaffCount, storage.PressCount}
		for id := range s.ids[platformKind] {
			known = append(known, id)
		}
		s.wrong(s.place("metric"), "metric %q is of no known platform%s", m, hint(m.Place(), known))
	}
	return m
}

// streamZone is the zone of a stream's times: its own, or else its automaker's. It is nil where what is wrong has been said
// of either.
func (s *section) streamZone(automaker string) *time.Location {
	if name := s.text("zone"); name != "" {
		return s.location("zone", name)
	}
	_, known := s.ids[automakerKind][automaker]
	if s.homes[automaker] == "" && (known || automaker == "") {
		s.wrong(s.at, "zone is missing, and its automaker has none")
	}
	return s.zones[s.homes[automaker]]
}

// location finds a zone by its IANA name; nil if there is none, or no name.
func (s *section) location(key, name string) *time.Location {
	if zone := s.zones[name]; zone != nil || name == "" {
		return zone
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		s.wrong(s.place(key), "zone %q is not known; write an IANA name such as Asia/Shanghai", name)
		return nil
	}
	s.zones[name] = zone
	return zone
}

// instant reads a time to the minute, such as "2024-05-18 08:30".
func (s *section) instant(key string, zone *time.Location) time.Time {
	text := s.text(key)
	if text == "" || zone == nil {
		return time.Time{}
	}
	w, err := readWhen(text, zone)
	if err != nil || w.Precision != bot.ToMinute {
		s.wrong(s.place(key), "%s %q is no time; write it as 2024-05-18 08:30", key, text)
	}
	return w.At
}

// start reads a time as exactly as it is known.
func (s *section) start(key string, zone *time.Location) bot.When {
	text := s.text(key)
	if text == "" || zone == nil {
		return bot.When{}
	}
	w, err := readWhen(text, zone)
	if err != nil {
		s.wrong(s.place(key), "%s %q is no time; write it as 2024-05-18 08:30, 2024-05-18 evening, 2024-05-18, 2024-05 or 2024",
			key, text)
	}
	return w
}

// readWhen reads a date, cut to what is known of it, and after a whole one a time or a part of the day.
func readWhen(text string, zone *time.Location) (bot.When, error) {
	date, rest, timed := strings.Cut(text, " ")
	precision, ok := datePrecision(date)
	switch part := bot.Part(rest); {
	case !ok || timed && precision != bot.ToDay:
		return bot.When{}, fmt.Errorf("read time %q: not a date", text)
	case !timed:
		return bot.WallWhen(date, zone, precision, "")
	case slices.Contains([]bot.Part{bot.Morning, bot.Noon, bot.Afternoon, bot.Evening, bot.Night}, part):
		return bot.WallWhen(date, zone, bot.ToPartOfDay, part)
	default:
		return bot.WallWhen(date+"T"+rest, zone, bot.ToMinute, "")
	}
}

// datePrecision says how much of a date is given, and whether it is one.
func datePrecision(date string) (bot.Precision, bool) {
	const length, layout = 10, "2006-01-02"
	precisions := map[int]bot.Precision{4: bot.ToYear, 7: bot.ToMonth, length: bot.ToDay}
	precision, ok := precisions[len(date)]
	if !ok {
		return "", false
	}
	_, err := time.Parse(layout[:len(date)], date)
	return precision, err == nil
}

// date reads a date, cut to what is known of it.
func (s *section) date(key string) string {
	text := s.text(key)
	if text == "" {
		return ""
	}
	if _, ok := datePrecision(text); !ok {
		s.wrong(s.place(key), "%s %q is no date; write it as 2024-05-18, 2024-05 or 2024", key, text)
	}
	return text
}
