package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/bot/commands"
	"boardcast/bot/console"
	"boardcast/bot/lang"
	"boardcast/scheduler/replay"
	"boardcast/storage"
	"boardcast/storage/bolt"
	"boardcast/storage/catalog"
)

// What replay tells where it is not told otherwise: of the catalog the spring in which it all began, of a database a month.
const (
	springFrom  = "2024-04-12"
	springTo    = "2024-05-27"
	replayDays  = 30
	longestSpan = 20 * 366 // days
)

// replayed is what replay was asked for. What was not said is zero, and comes from the watch where that is one of the database.
type replayed struct {
	database bool
	from, to time.Time // midnights; to is that behind the last day
	watch    string
	style    storage.Style
	before   []time.Duration
	timed    bool // whether before was said
	zone     *time.Location
	locale   string
	speed    float64
	columns  int
}

// replay prints what a subscriber would have got.
func (p program) replay(ctx context.Context) error {
	words, err := lang.New()
	if err != nil {
		return err
	}
	asked, c, err := p.replayFlags(words, time.Now())
	if err != nil {
		return err
	}
	if asked.database {
		err = p.replayStore(ctx, c, asked, words)
	} else {
		err = p.replayCatalog(ctx, asked, words)
	}
	if ctx.Err() != nil {
		return nil //nolint:nilerr // it was asked to stop
	}
	return err
}

// replayFlags reads the command line of replay.
func (p program) replayFlags(words bot.Words, now time.Time) (replayed, config, error) {
	set, file := p.flags("replay")
	asked := replayed{}
	set.BoolVar(&asked.database, "database", false, "replay what the configured database holds, not the catalog")
	from := set.String("from", "", "the first `day` (default "+springFrom+", or with --database 30 days ago)")
	to := set.String("to", "", "the last `day` (default "+springTo+", or with --database today)")
	set.StringVar(&asked.watch, "watch", "everything", "`whom` to watch, as /watch add takes it; with --database also a watch's id")
	style := set.String("style", "", "how the watch speaks: card, messages or digest")
	before := set.String("before", "", "how `long` before a stream it reminds, such as 1d,1h, or none")
	zone := set.String("zone", "", "the subscriber's time `zone` (default this machine's)")
	language := set.String("lang", "", "the subscriber's `language`: "+strings.Join(words.Locales(), ", "))
	set.Float64Var(&asked.speed, "speed", 0, "how many `seconds` pass in one, such as 86400; 0: as fast as it goes")
	said, c, err := p.words(set, file)
	if err != nil {
		return replayed{}, config{}, err
	}
	if len(said) > 0 {
		return replayed{}, config{}, wrongReplay("replay takes flags only, not %q: boardcast replay --watch xiaomi", said[0])
	}
	if _, err := fmt.Sscan(p.columns(), &asked.columns); err != nil {
		return replayed{}, config{}, err
	}
	err = asked.wording(*style, *before, *zone, *language, words)
	if err == nil {
		err = asked.span(*from, *to, now)
	}
	if err == nil && (asked.speed < 0 || math.IsNaN(asked.speed) || math.IsInf(asked.speed, 0)) {
		err = wrongReplay("--speed %v: must be 0 or more seconds, such as 86400 for a day in each", asked.speed)
	}
	return asked, c, err
}

func wrongReplay(say string, args ...any) error { return &usageError{fmt.Errorf(say, args...)} }

// wording reads how and to whom it is told.
func (r *replayed) wording(style, before, zone, locale string, words bot.Words) error {
	r.style = storage.Style(style)
	styles := []storage.Style{"", storage.CardStyle, storage.MessagesStyle, storage.DigestStyle}
	if !slices.Contains(styles, r.style) {
		return wrongReplay("--style %q: must be card, messages or digest", style)
	}
	if before != "" {
		lengths, err := commands.Before(before)
		if err != nil {
			return wrongReplay("--before %q: must be up to three lengths of time, such as 1d,1h, or none", before)
		}
		r.before, r.timed = lengths, true
	}
	if r.locale = locale; locale != "" && words.Match(locale) != locale {
		return wrongReplay("--lang %q: must be one of %s", locale, strings.Join(words.Locales(), ", "))
	}
	if zone == "" {
		return nil
	}
	location, err := bot.ReadZone(zone)
	if err != nil {
		return wrongReplay("--zone %q: must be a zone such as Europe/Paris, or a city", zone)
	}
	r.zone = location
	return nil
}

// span reads the days. Of two of which one is said the other is a month away.
func (r *replayed) span(from, to string, now time.Time) error {
	zone := r.zone
	if zone == nil {
		zone = machineZone()
	}
	switch {
	case from == "" && to == "" && r.database:
		to = now.In(zone).Format(time.DateOnly)
	case from == "" && to == "":
		from, to = springFrom, springTo
	}
	first, err := readDay("from", from, zone)
	if err != nil {
		return err
	}
	last, err := readDay("to", to, zone)
	if err != nil {
		return err
	}
	switch {
	case from == "":
		first = last.AddDate(0, 0, -replayDays)
	case to == "":
		last = first.AddDate(0, 0, replayDays)
	}
	r.from, r.to = first, last.AddDate(0, 0, 1)
	if r.database && r.from.Before(now) && now.Before(r.to) {
		r.to = now // what is still to come today nobody has got
	}
	if !r.from.Before(r.to) || r.from.AddDate(0, 0, longestSpan).Before(r.to) {
		return wrongReplay("--from %s --to %s: must be days in their order, at most 20 years apart, such as --from %s --to %s",
			from, to, springFrom, springTo)
	}
	return nil
}

// readDay reads a day of the command line; one that is not said is zero.
func readDay(name, said string, zone *time.Location) (time.Time, error) {
	if said == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, said, zone)
	if err != nil || day.Year() < 2000 {
		return time.Time{}, wrongReplay("--%s %q: must be a day such as %s", name, said, springFrom)
	}
	return day, nil
}

// replayCatalog replays the streams of the starter catalog, of which the earlier ones are known.
func (p program) replayCatalog(ctx context.Context, asked replayed, words bot.Words) error {
	starter, err := catalog.Starter()
	if err != nil {
		return err
	}
	var known []catalog.Stream
	var stories []replay.Story
	for _, s := range starter.Streams {
		switch {
		case replay.Known(s.Stream, asked.from):
			known = append(known, s)
		case s.Start.At.Before(asked.to) || !s.Start.Coarse():
			stories = append(stories, replay.Tell(s.Stream, s.Figures))
		}
	}
	starter.Streams = known
	store := storage.NewTrial(storage.Nothing())
	if _, err := catalog.Apply(ctx, store, starter, asked.from); err != nil {
		return err
	}
	return p.play(ctx, replay.Play{Store: store, Stories: stories}, asked, words)
}

// replayStore replays what a copy of the database holds: a replay may go on for hours, and nobody is to wait for it.
func (p program) replayStore(ctx context.Context, c config, asked replayed, words bot.Words) error {
	const holder = "boardcast replay"
	copied, err := p.tempCopy(ctx, c, holder, false)
	if err != nil {
		return err
	}
	return onCopy(ctx, copied, holder, func(store *bolt.Store) error {
		if err := upToDate(ctx, store); err != nil {
			return err
		}
		return store.View(ctx, func(r storage.Reader) error {
			v := storage.Scoped{Reader: r, Scope: storage.Public}
			var of replay.Play
			if id, ok := storage.ParseID("w", asked.watch); ok {
				watch, chat, err := watchOf(r, id)
				if err != nil {
					return err
				}
				v.Scope, of.Watch, of.Chat = chat.Scope(), watch, chat
			}
			streams, err := replay.Since(v, asked.from)
			if err != nil {
				return err
			}
			of.Store, of.Stories, err = replay.Rewind(ctx, v, streams)
			if err != nil {
				return err
			}
			return p.play(ctx, of, asked, words)
		})
	})
}

// watchOf finds a watch, and the chat that it is of.
func watchOf(r storage.Reader, id string) (storage.Watch, storage.Chat, error) {
	watch, err := storage.Watches.Get(r, id)
	if errors.Is(err, storage.ErrNotFound) {
		return watch, storage.Chat{}, wrongReplay("--watch %s: there is no such watch here; /watch list shows them", id)
	}
	if err != nil {
		return watch, storage.Chat{}, err
	}
	chat, err := storage.Chats.Get(r, watch.Chat)
	return watch, chat, err
}

// play replays for the subscriber who was asked for, and prints.
func (p program) play(ctx context.Context, of replay.Play, asked replayed, words bot.Words) error {
	asked.subscribe(&of)
	of.From, of.To, of.Speed, of.Composer = asked.from, asked.to, asked.speed, cards.Composer{Words: words}
	scope := of.Chat.Scope()
	if scope == "" {
		scope = storage.Public
	}
	view := func(fn func(v cards.View) error) error {
		return of.Store.View(ctx, func(r storage.Reader) error {
			return fn(cards.View{
				Scoped: storage.Scoped{Reader: r, Scope: scope}, Words: words, Locale: words.Match(of.Chat.Locale),
				Zone: of.Chat.Location(), Now: asked.from,
			})
		})
	}
	out := printout{to: p.stdout, columns: asked.columns, streams: map[string]bool{}}
	for _, story := range of.Stories {
		if story.Untold() {
			out.sum.Untold++
		}
	}
	err := view(func(v cards.View) (err error) {
		if len(of.Watch.Subjects) == 0 {
			if of.Watch.Subjects, err = readWatch(v, asked.watch); err != nil {
				return err
			}
		}
		head, err := v.Replayed(of.Watch, of.From, of.To, !asked.database)
		out.voice = bot.Voice{Words: words, Locale: v.Locale, Zone: v.Zone}
		return errors.Join(err, out.write(console.Text(head, out.at(time.Time{}), out.columns)))
	})
	if err != nil {
		return err
	}
	if err := of.Run(ctx, out.message); err != nil {
		return err
	}
	return view(func(v cards.View) error {
		out.sum.Streams = len(out.streams)
		return out.write("\n" + console.Text(v.ReplayOver(out.sum), out.at(of.To), out.columns))
	})
}

// subscribe makes the subscriber: a group of its own, or the chat of a watch, with what was asked for.
func (r replayed) subscribe(of *replay.Play) {
	if of.Watch.ID == "" {
		of.Chat = storage.Chat{
			Address: bot.ChatID{Messenger: bot.Console, Key: "replay"}, Kind: bot.Group, Zone: machineZone().String(), Locale: "en",
		}
		style := cmp.Or(r.style, storage.CardStyle)
		of.Watch = storage.Watch{Style: style, Before: storage.DefaultBefore(bot.Group, style)}
	}
	if r.style != "" {
		of.Watch.Style = r.style
	}
	if r.timed {
		of.Watch.Before = r.before
	}
	if r.zone != nil {
		of.Chat.Zone = r.zone.String()
	}
	if r.locale != "" {
		of.Chat.Locale = r.locale
	}
}

// readWatch reads whom to watch.
func readWatch(v cards.View, said string) ([]storage.Subject, error) {
	subjects, err := commands.Subjects(v, said)
	if wrong, ok := errors.AsType[*bot.Error](err); ok {
		voice := bot.Voice{Words: v.Words, Locale: "en", Zone: v.Zone, Now: v.Now}
		return nil, wrongReplay("--watch %q: %s", said, voice.Plain(wrong.Say))
	}
	return subjects, err
}

// printout is what replay prints.
type printout struct {
	to      io.Writer
	voice   bot.Voice
	columns int
	day     string
	sum     cards.Replay
	streams map[string]bool
}

func (o *printout) at(now time.Time) bot.Voice {
	voice := o.voice
	voice.Now = now
	return voice
}

func (o *printout) write(text string) error {
	_, err := io.WriteString(o.to, text)
	return err
}

// message prints a message with what it rests on, and the day where it is another. What nobody would notice is not shown.
func (o *printout) message(m replay.Message) error {
	mark := bot.Say("replay.mark_silent")
	switch {
	case m.Was != nil:
		mark = bot.Say("replay.mark_edit")
	case m.Rings():
		mark = bot.Say("replay.mark_rings")
	}
	var remarks []bot.Text
	if len(m.Assumed) > 0 {
		what := make([]bot.Text, 0, len(m.Assumed))
		for _, a := range m.Assumed {
			what = append(what, a.Text())
		}
		remarks = append(remarks, bot.Say("replay.assumed", bot.Args{"What": bot.Joined(bot.ClauseMark, what...)}))
	}
	text := console.Told(m.Post, m.Was, mark, remarks, o.at(m.At), o.columns)
	if text == "" {
		return nil
	}
	o.count(m)
	day := o.at(time.Time{}).Plain(bot.At(m.At, bot.Day))
	if day == o.day {
		return o.write("\n" + text)
	}
	o.day = day
	return o.write("\n" + day + "\n" + text)
}

func (o *printout) count(m replay.Message) {
	switch {
	case m.Was != nil:
		o.sum.Edits++
	case m.Rings():
		o.sum.Messages, o.sum.Rings = o.sum.Messages+1, o.sum.Rings+1
	default:
		o.sum.Messages++
	}
	if m.Stream != "" {
		o.streams[m.Stream] = true
	}
}
