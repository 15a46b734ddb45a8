package cards

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"time"
	"unicode/utf8"

	"boardcast/bot"
	"boardcast/storage"
)

// Line is a stream in one line of a list, with its id at the end.
func (v View) Line(s storage.Stream) (bot.Text, error) {
	said, err := v.inLine(s)
	return bot.Join(" · ", said, bot.Lit(s.ID).With(bot.Faint)), err
}

// inLine is who, what and when in one line.
func (v View) inLine(s storage.Stream) (bot.Text, error) {
	who, err := v.Who(s)
	if err != nil {
		return nil, err
	}
	said := bot.Args{"When": v.When(s.Start), "Who": who, "Title": v.Title(s), "State": stateOf(s)}
	line := bot.Say("stream.line", said)
	if s.State != storage.Ended && s.State != storage.Announced {
		line = bot.Say("stream.line_state", said)
	}
	if !s.Confirmed && s.State == storage.Announced {
		said["State"] = bot.Say("stream.unconfirmed").With(bot.Faint)
		line = bot.Say("stream.line_state", said)
	}
	return line, nil
}

func stateOf(s storage.Stream) bot.Text { return bot.Say("state." + string(s.State)) }

// Stream is everything that is known of a stream; of a double, where that is to be found.
func (v View) Stream(s storage.Stream) (bot.Post, error) {
	if s.MergedInto != "" {
		return v.double(s)
	}
	figures, err := v.Figures(s.ID)
	if err != nil {
		return bot.Post{}, err
	}
	headline, err := v.headline(s)
	if err != nil {
		return bot.Post{}, err
	}
	fields, err := v.fields(s, figures)
	if err != nil {
		return bot.Post{}, err
	}
	post := bot.Post{Headline: headline, Body: []bot.Block{fields}, Footer: footer(s, figures), Locale: v.Locale, Zone: v.Zone}
	if err := v.setApart(&post, s); err != nil {
		return bot.Post{}, err
	}
	if s.State == storage.Due {
		post.Body = append(post.Body, bot.Paragraph{Text: v.isItLive(s)})
		post.Buttons = dueButtons(s)
	}
	said, err := v.hearsay(s)
	post.Body = append(post.Body, said...)
	return post, err
}

// Differs says what the public record has otherwise than a community's copy of it; nothing for any other stream.
func (v View) Differs(s storage.Stream) (bot.Fields, error) {
	if s.Of == "" {
		return nil, nil
	}
	public, err := storage.Scoped{Reader: v.Reader, Scope: storage.Public}.Stream(s.Of)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	said, err := v.otherwise(s, public)
	if err != nil || len(said) == 0 {
		return nil, err
	}
	return bot.Fields{{Name: bot.Say("field.elsewhere"), Value: bot.Joined(bot.AsideMark, said...)}}, nil
}

// otherwise is what a public stream says that a copy of it does not.
func (v View) otherwise(s, public storage.Stream) ([]bot.Text, error) {
	here, err := v.Platforms(s)
	if err != nil {
		return nil, err
	}
	there, err := v.Platforms(public)
	if err != nil {
		return nil, err
	}
	var said []bot.Text
	if s.State != public.State {
		said = append(said, stateOf(public))
	}
	if !s.Start.At.Equal(public.Start.At) || s.Start.Precision != public.Start.Precision {
		said = append(said, v.When(public.Start))
	}
	if s.Titles.In(v.Locale) != public.Titles.In(v.Locale) {
		said = append(said, v.Title(public))
	}
	if !reflect.DeepEqual(here, there) {
		said = append(said, there)
	}
	return said, nil
}

// double points to the stream that a double is shown as.
func (v View) double(s storage.Stream) (bot.Post, error) {
	headline, err := v.headline(s)
	line := "/show " + s.MergedInto
	return bot.Post{
		Headline: headline, Footer: footer(s, nil), Buttons: []bot.Button{bot.PressLine(line)}, Locale: v.Locale, Zone: v.Zone,
	}, err
}

// headline is one sentence of who, what and when, by how the stream stands.
func (v View) headline(s storage.Stream) (bot.Text, error) {
	said, err := v.inHeadline(s)
	if err != nil {
		return nil, err
	}
	switch {
	case s.MergedInto != "":
		return v.fit("card.merged", said, s), nil
	case s.Withdrawn:
		return v.fit("card.withdrawn", said, s), nil
	case s.State == storage.Live && offAirs(s):
		return v.fit(v.offHeadline(s, said), said, s), nil
	case s.State == storage.Live && s.Start.Timed() && s.Began.Sub(s.Start.At) >= lateBy:
		said["Late"] = bot.For(s.Began.Sub(s.Start.At).Truncate(time.Minute))
		return v.fit("card.live_late", said, s), nil
	}
	return v.fit("card."+string(s.State), said, s), nil
}

// A headline has at most so many characters, of which a title gets at least so many.
const (
	headlineRunes = 100
	leastTitle    = 8
)

// fit is a headline that names a stream's title, cut to the room that all other words leave in the reader's language.
func (v View) fit(key string, said bot.Args, s storage.Stream) bot.Text {
	said["Title"] = nil
	room := headlineRunes - v.before - v.runes(bot.Say(key, said))
	said["Title"] = v.titleWithin(s, min(titleRunes, max(leastTitle, room)))
	return bot.Say(key, said)
}

// runes is how many characters a text has in the reader's language.
func (v View) runes(t bot.Text) int {
	voice := bot.Voice{Words: v.Words, Locale: v.Locale, Zone: v.Zone, Now: v.Now}
	return utf8.RuneCountInString(voice.Plain(t))
}

// inHeadline is who and when as a headline says them, with one person by name; [View.fit] adds the title.
func (v View) inHeadline(s storage.Stream) (bot.Args, error) {
	first := s
	first.People = s.People[:min(len(s.People), 1)]
	who, err := v.Who(first)
	if err != nil {
		return nil, err
	}
	if more := len(s.People) - 1; more > 0 {
		who = bot.Joined(bot.ListMark, who, bot.Say("stream.more_people", bot.Args{"Count": bot.N(more)}))
	}
	return bot.Args{"Who": who, "When": v.shortWhen(s.Start)}, nil
}

// shortWhen is a time without its place and the clocks there.
func (v View) shortWhen(w bot.When) bot.Text {
	switch w.Precision {
	case bot.ToMinute:
		return bot.At(w.At, bot.DayClock)
	case bot.ToPartOfDay:
		return bot.Say("when.part_of_day", bot.Args{
			"Day": bot.AtIn(w.At, bot.Day, w.Location()), "Part": bot.Say("part." + string(w.Part)),
		})
	default:
		return v.When(w)
	}
}

// dayOf is shortWhen without the part of the day, where two times must fit a headline.
func (v View) dayOf(w bot.When) bot.Text {
	if w.Precision == bot.ToPartOfDay {
		return bot.AtIn(w.At, bot.Day, w.Location())
	}
	return v.shortWhen(w)
}

// fields are the named facts of a stream, those that are known.
func (v View) fields(s storage.Stream, figures []storage.Figure) (bot.Fields, error) {
	var fields bot.Fields
	add := func(key string, value bot.Text) {
		if len(value) > 0 {
			fields = append(fields, bot.Field{Name: bot.Say(key), Value: value})
		}
	}
	where, err := v.Platforms(s)
	if err != nil {
		return nil, err
	}
	with, err := v.others(s)
	if err != nil {
		return nil, err
	}
	add("field.when", v.whenField(s))
	add("field.where", where)
	add("field.since", v.since(s))
	add("field.interrupted", v.gaps(s))
	add("field.planned", planned(s))
	add("field.lasted", lasted(s))
	counted, err := v.figureFields(s, figures)
	if err != nil {
		return nil, err
	}
	if fields, err = v.withAirings(append(fields, counted...), s); err != nil {
		return nil, err
	}
	add("field.with", with)
	add("field.route", route(s.Route))
	add("field.vehicle", bot.Lit(s.Vehicle).OrNone())
	add("field.topics", bot.Joined(bot.ClauseMark, bot.Literals(s.Topics)...))
	add("field.note", bot.Lit(s.Note).OrNone())
	replay, err := v.replay(s)
	if err != nil {
		return nil, err
	}
	add("field.replay", replay)
	next, err := v.next(s)
	add("field.next", next)
	return fields, err
}

// replay is where a stream can be seen again.
func (v View) replay(s storage.Stream) (bot.Text, error) {
	if s.Replay == "" || s.State != storage.Ended {
		return nil, nil
	}
	name, err := v.Platform(s.ReplayOn)
	return name.Linked(s.Replay), err
}

// nextSaidFor is how long after its end a stream says what comes next.
const nextSaidFor = 48 * time.Hour

// next is what is to come of whose stream has just ended.
func (v View) next(s storage.Stream) (bot.Text, error) {
	if s.State != storage.Ended || s.Finished.IsZero() || v.Now.Sub(s.Finished) > nextSaidFor {
		return nil, nil
	}
	for coming, err := range v.Coming(storage.SubjectsOf(s)[1], v.Now) {
		if err != nil {
			return nil, err
		}
		if coming.Upcoming() {
			return bot.Joined(bot.AsideMark, v.shortWhen(coming.Start), v.Title(coming), bot.Lit(coming.ID).With(bot.Faint)), nil
		}
	}
	return bot.Say("field.next_none"), nil
}

// whenField is when a stream is, or was, with the starts that were announced before and how far off it is.
func (v View) whenField(s storage.Stream) bot.Text {
	when := v.When(s.Start)
	if len(s.Earlier) > 0 {
		when = v.chain(s)
	}
	if key, by := moved(s); key != "" && s.Upcoming() {
		when = bot.Joined(bot.AsideMark, when, bot.Say("when.by"+key, bot.Args{"By": by}))
	}
	if s.State == storage.Postponed {
		return bot.Say("when.was", bot.Args{"When": when})
	}
	if s.Upcoming() && s.Start.Timed() {
		when = bot.Joined(bot.AsideMark, when, bot.At(s.Start.At, bot.Relative))
	}
	return when
}

// chain is the starts that were announced one after another, the day of each only where it is another.
func (v View) chain(s storage.Stream) bot.Text {
	chain := make([]bot.Text, 0, len(s.Earlier)+1)
	day := ""
	for _, start := range s.Earlier {
		said := v.shortWhen(start)
		if v.onDay(start, &day) {
			said = bot.At(start.At, bot.Clock)
		}
		chain = append(chain, said)
	}
	last := v.When(s.Start)
	if v.onDay(s.Start, &day) {
		last = v.clocks(s.Start, bot.Clock)
	}
	return bot.Join(" → ", append(chain, last)...)
}

// onDay reports whether a timed start is on the reader's day that came last, and makes its own that day.
func (v View) onDay(w bot.When, day *string) bool {
	before := *day
	*day = w.At.In(v.Zone).Format(time.DateOnly)
	return w.Timed() && before == *day
}

// since is when a stream was seen to begin, where that was not when it was announced for.
func (v View) since(s storage.Stream) bot.Text {
	if s.Began.IsZero() || s.Start.Timed() && s.Began.Sub(s.Start.At).Abs() < lateBy {
		return nil
	}
	return bot.At(s.Began, bot.Clock)
}

// planned is how long a stream is to last, until it is known how long it did.
func planned(s storage.Stream) bot.Text {
	if s.Planned == 0 || s.State == storage.Ended {
		return nil
	}
	return bot.Say("stream.about", bot.Args{"Length": bot.For(s.Planned)})
}

func lasted(s storage.Stream) bot.Text {
	length, known := s.Length()
	switch {
	case !known, length < time.Minute: // somebody said that it was live, and took it back
		return nil
	case s.Lasted > 0:
		return bot.Say("stream.about", bot.Args{"Length": bot.For(length)})
	default:
		return bot.For(length)
	}
}

// others are the people of a stream whom its headline does not name, and its guests.
func (v View) others(s storage.Stream) (bot.Text, error) {
	var names []bot.Text
	for _, id := range slices.Concat(s.People[min(len(s.People), 1):], s.Guests) {
		name, err := v.Person(id)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	for _, name := range s.Others {
		names = append(names, bot.Lit(name))
	}
	return bot.Joined(bot.ListMark, names...), nil
}

func route(r *storage.Route) bot.Text {
	if r == nil {
		return nil
	}
	way := bot.Join(" → ", bot.Lit(r.From).OrNone(), bot.Lit(r.To).OrNone())
	if r.Km > 0 {
		way = bot.Joined(bot.AsideMark, way, bot.Say("route.length", bot.Args{"Km": tenths(r.Km)}))
	}
	return way
}

// tenths is a number with one decimal, unless that is zero.
func tenths(n float64) bot.Text {
	all := int64(math.Round(n * 10))
	if all%10 == 0 {
		return bot.N(all / 10)
	}
	return bot.Joined(bot.DecimalMark, bot.N(all/10), bot.N(all%10))
}

// footer says where a stream is known from, and its id.
func footer(s storage.Stream, figures []storage.Figure) bot.Text {
	var sources []string
	var told bot.Text
	for _, source := range s.Sources {
		if source.Source != "" && !slices.Contains(sources, source.Source) {
			sources = append(sources, source.Source)
		}
		if source.By != "" {
			told = bot.Say("stream.told_by", bot.Args{"By": bot.Lit(source.By)})
		}
		if source.Members > 0 {
			told = bot.Say("stream.told_by_members", bot.Args{"Count": bot.N(source.Members)})
		}
	}
	known := bot.Joined(bot.ListMark, bot.Literals(sources)...)
	if len(known) > 0 {
		known = bot.Say("stream.sources", bot.Args{"Sources": known})
	}
	var apart bot.Text
	if len(figures) > 1 {
		apart = bot.Say("stream.not_added_up")
	}
	return bot.Join(" · ", known, told, unconfirmed(s), apart, bot.Lit(s.ID))
}

func unconfirmed(s storage.Stream) bot.Text {
	if s.Confirmed || s.State != storage.Announced {
		return nil
	}
	return bot.Say("stream.unconfirmed")
}

// lateBy is how late a stream that nobody has seen must be for its card to say so.
const lateBy = 5 * time.Minute

// isItLive asks what the bot cannot see by itself.
func (v View) isItLive(s storage.Stream) bot.Text {
	if v.Now.Sub(s.Start.At) >= lateBy {
		return bot.Say("card.not_started", bot.Args{"Late": bot.For(v.Now.Sub(s.Start.At).Truncate(time.Minute))})
	}
	return bot.Say("card.is_it_live")
}

// dueButtons are answers to the question whether it is live. Whoever presses one says so: a moderator's word counts at once.
func dueButtons(s storage.Stream) []bot.Button {
	line := func(says storage.Saying) string { return "/tip " + s.ID + " " + string(says) }
	return []bot.Button{
		bot.Press(bot.Say("button.live"), line(storage.SaysLive)),
		bot.Press(bot.Say("button.not_yet"), line(storage.SaysNotYet)),
		bot.Press(bot.Say("button.cancelled"), line(storage.SaysCancelled)),
	}
}
