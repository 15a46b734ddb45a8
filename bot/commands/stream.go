package commands

import (
	"context"
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

func (f *family) streamCommand() *bot.Command {
	return &bot.Command{
		Name: "stream", Summary: "stream.summary", Access: bot.Moderator,
		Sub: []*bot.Command{
			f.streamAdd(), f.streamEdit(), f.streamMove(), f.streamPostpone(), f.streamCancel(), f.streamStart(), f.streamEnd(),
			f.streamMerge(), f.streamSplit(),
		},
	}
}

// What a moderator may write of a stream, in characters and items. It bounds what saving one costs.
const (
	titleLength = 100
	wordsLength = 300
	maxPeople   = 6
	maxAirings  = 8
)

func (f *family) streamAdd() *bot.Command {
	who := f.who.Required()
	when := bot.TimeOption("when", "option.when", func(ctx context.Context, req *bot.Request) *time.Location {
		return f.usualZone(ctx, req, who.Of(req))
	}).Required().Asked("ask.when")
	platforms := f.platformsOption("platform").Asked("ask.platform")
	title := bot.TextOption("title", "option.title", titleLength).Asked("ask.title")
	another := bot.ChoiceOption("new", "option.new_stream", "yes").Named()
	return &bot.Command{
		Name: "add", Summary: "stream.add", Access: bot.Moderator, Form: true,
		Options: []bot.Param{who, when, platforms, title, another},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			subject := who.Of(req)
			stream := storage.Stream{
				State: storage.Announced, Start: when.Of(req), Confirmed: true,
				Sources: []storage.Provenance{{By: req.From.Name}},
			}
			switch subject.Kind {
			case storage.PersonSubject:
				stream.People = []string{subject.ID}
			case storage.AutomakerSubject:
				stream.Automaker = subject.ID
			default:
				return bot.Post{}, bot.NewError(bot.Invalid, "stream.whose", nil)
			}
			_, sure := another.Given(req)
			if words, ok := title.Given(req); ok {
				if err := refuseSlip(req, words); err != nil && !sure {
					return bot.Post{}, err
				}
				stream.Titles = storage.Names{req.Locale: words}
			}
			if on, ok := platforms.Given(req); ok {
				stream.Airings = airingsOn(stream, on)
			}
			return f.changeStreams(ctx, req, func(c *changes) error {
				if !sure {
					if err := f.refuseDouble(c, req, subject, stream); err != nil {
						return err
					}
				}
				return c.add(stream)
			})
		},
	}
}

// nearby is how near to each other two streams of one person start that are likely to be the same.
const nearby = 90 * time.Minute

// refuseDouble asks back when a stream that is being added is likely to be known already.
func (f *family) refuseDouble(c *changes, req *bot.Request, subject storage.Subject, stream storage.Stream) error {
	v := f.viewOf(c.tx, req, c.chat)
	for known, err := range v.Coming(subject, stream.Start.At.Add(-nearby)) {
		if err != nil {
			return err
		}
		if known.Start.At.After(stream.Start.End().Add(nearby)) {
			break
		}
		if !known.Open() {
			continue
		}
		line, err := v.Line(known)
		if err != nil {
			return err
		}
		return bot.NewError(bot.Conflict, "stream.known", bot.Args{"Line": line},
			bot.PressLine("/show "+known.ID),
			bot.Press(bot.Say("button.add_all_the_same"), req.Line+" new=yes"))
	}
	return nil
}

// usualZone is where a subject usually streams, if that is known.
func (f *family) usualZone(ctx context.Context, req *bot.Request, subject storage.Subject) *time.Location {
	var zone *time.Location
	err := f.read(ctx, req, func(v cards.View, _ storage.Chat) error {
		name, err := v.UsualZone(subject)
		if err != nil || name == "" {
			return err
		}
		zone, err = time.LoadLocation(name)
		return err
	})
	if err != nil {
		return nil // then it is simply not known
	}
	return zone
}

// changes are the streams that one line changes, on their way into its audit entry.
type changes struct {
	tx    storage.Tx
	now   time.Time
	chat  storage.Chat
	scope storage.Scope // where the changes go
	entry *storage.Entry
}

// see returns a stream as it is seen where the changes go.
func (c *changes) see(id string) (storage.Stream, error) {
	return storage.Scoped{Reader: c.tx, Scope: c.scope}.Stream(id)
}

// save puts a changed stream in its place. A moderator's change of a public one becomes a copy in the community.
func (c *changes) save(before, after storage.Stream) error {
	saved, err := storage.SaveStream(c.tx, c.now, after.CopyFor(c.scope))
	if err != nil {
		return err
	}
	c.note(&before, saved)
	return nil
}

// add saves a stream that is new.
func (c *changes) add(s storage.Stream) error {
	s.Scope = c.scope
	saved, err := storage.AddStream(c.tx, c.now, s)
	if err != nil {
		return err
	}
	c.note(nil, saved)
	return nil
}

func (c *changes) note(before *storage.Stream, after storage.Stream) {
	c.entry.Changes = append(c.entry.Changes, storage.Change{Stream: &storage.Changed[storage.Stream]{Before: before, After: &after}})
}

// changeStreams makes the changes of a line and answers with the card of the first stream that it changed.
func (f *family) changeStreams(ctx context.Context, req *bot.Request, change func(c *changes) error) (bot.Post, error) {
	return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
		return change(&changes{tx: tx, now: req.Now, chat: chat, scope: scopeOf(req, chat), entry: e})
	}, func(v cards.View, _ storage.Chat, e storage.Entry) (bot.Post, error) {
		post, err := v.Stream(*e.Changes[0].Stream.After)
		post.Buttons = append(streamButtons(*e.Changes[0].Stream.After), undoHint())
		return post, err
	})
}

// alterStream changes one stream, which alter is given as it is seen where the change goes.
func (f *family) alterStream(ctx context.Context, req *bot.Request, of storage.Stream, alter func(*storage.Stream) (storage.Stream, error)) (bot.Post, error) {
	return f.changeStreams(ctx, req, func(c *changes) error {
		before, err := c.see(of.ID)
		if err != nil {
			return err
		}
		after, err := alter(&before)
		if err != nil {
			return err
		}
		return c.save(before, after)
	})
}

// streamButtons are what a moderator is likely to do next with a stream.
func streamButtons(s storage.Stream) []bot.Button {
	switch s.State {
	case storage.Announced, storage.Due:
		return []bot.Button{bot.Press(bot.Say("button.live"), "/stream start "+s.ID)}
	case storage.Live:
		buttons := []bot.Button{bot.Press(bot.Say("button.ended"), "/stream end "+s.ID)}
		if _, off := s.OffSince(); off {
			buttons = append(buttons, bot.Press(bot.Say("button.back_on"), "/stream start "+s.ID))
		}
		return buttons
	default:
		return nil
	}
}

func (f *family) streamMove() *bot.Command {
	stream := f.openStreamOption().Required()
	when := bot.TimeOption("when", "option.when", func(_ context.Context, req *bot.Request) *time.Location {
		if s, ok := stream.Given(req); ok {
			return s.Start.Location()
		}
		return nil
	}).Required().Asked("ask.when")
	return &bot.Command{
		Name: "move", Summary: "stream.move", Access: bot.Moderator, Options: []bot.Param{stream, when},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.alterStream(ctx, req, stream.Of(req), func(s *storage.Stream) (storage.Stream, error) {
				return s.Move(when.Of(req))
			})
		},
	}
}

func (f *family) streamPostpone() *bot.Command {
	return f.streamStep("postpone", "stream.postpone", f.openStreamOption(),
		func(s *storage.Stream, _ time.Time) (storage.Stream, error) { return s.Postpone() })
}

func (f *family) streamCancel() *bot.Command {
	return f.streamStep("cancel", "stream.cancel", f.openStreamOption(),
		func(s *storage.Stream, _ time.Time) (storage.Stream, error) { return s.Cancel() })
}

// streamStart says that a stream is on: everywhere that it was announced for, or on one platform.
func (f *family) streamStart() *bot.Command {
	stream := f.picked(pick{
		name: "stream", summary: "option.stream", find: storage.Scoped.Find, now: true,
		fits: storage.Stream.Open,
	}).Required()
	return &bot.Command{
		Name: "start", Summary: "stream.start", Access: bot.Moderator, Options: []bot.Param{stream, f.platform},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.alterStream(ctx, req, stream.Of(req), func(s *storage.Stream) (storage.Stream, error) {
				if platform, ok := f.platform.Given(req); ok {
					return s.ComeOn(platform.ID, req.Now)
				}
				return s.GoLive(req.Now)
			})
		},
	}
}

// streamEnd says that a stream is over, or off on one platform, where it may have been cut.
func (f *family) streamEnd() *bot.Command {
	stream := f.picked(pick{
		name: "stream", summary: "option.stream", find: storage.Scoped.Find, now: true,
		fits: func(s storage.Stream) bool { return s.Open() && (s.State == storage.Live || s.State == storage.Due) },
	}).Required()
	how := bot.ChoiceOption("how", "option.how", "over", "cut")
	return &bot.Command{
		Name: "end", Summary: "stream.end", Access: bot.Moderator, Options: []bot.Param{stream, f.platform, how},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.alterStream(ctx, req, stream.Of(req), func(s *storage.Stream) (storage.Stream, error) {
				platform, given := f.platform.Given(req)
				switch {
				case how.Of(req) == "cut":
					return goesOff(s, platform.ID, storage.AiringCut, req.Now)
				case given:
					return goesOff(s, platform.ID, storage.AiringEnded, req.Now)
				default:
					return s.End(req.Now)
				}
			})
		},
	}
}

// goesOff takes a stream off a platform, that of its only airing where none is named; else it asks which.
func goesOff(s *storage.Stream, platform string, how storage.AiringState, now time.Time) (storage.Stream, error) {
	if _, err := s.End(now); err != nil {
		return storage.Stream{}, err
	}
	if platform == "" && len(s.Airings) == 1 {
		platform = s.Airings[0].Platform
	}
	if _, shown := s.AiringOn(platform); shown {
		return s.GoOff(platform, how, now)
	}
	e := bot.NewError(bot.Invalid, "stream.off_where", bot.Args{"ID": bot.Lit(s.ID)})
	for _, airing := range s.Airings {
		line := "/stream end " + s.ID + " " + airing.Platform
		if how == storage.AiringCut {
			line += " cut"
		}
		e.Try = append(e.Try, bot.PressLine(line))
	}
	if len(e.Try) == 0 {
		e.Try = []bot.Button{bot.PressLine("/stream end " + s.ID)}
	}
	return storage.Stream{}, e
}

// streamStep is a sub-command that takes a stream from one state to another.
func (f *family) streamStep(name, summary string, which bot.Option[storage.Stream],
	step func(s *storage.Stream, now time.Time) (storage.Stream, error),
) *bot.Command {
	stream := which.Required()
	return &bot.Command{
		Name: name, Summary: summary, Access: bot.Moderator, Options: []bot.Param{stream},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.alterStream(ctx, req, stream.Of(req), func(s *storage.Stream) (storage.Stream, error) { return step(s, req.Now) })
		},
	}
}

// streamMerge makes a stream a double of another one.
func (f *family) streamMerge() *bot.Command {
	double := f.picked(pick{name: "double", summary: "option.double", find: storage.Scoped.Stream, fits: storage.Stream.Open}).Required()
	into := f.picked(pick{name: "into", summary: "option.into", find: storage.Scoped.Find, fits: storage.Stream.Open}).Required()
	return &bot.Command{
		Name: "merge", Summary: "stream.merge", Access: bot.Moderator, Options: []bot.Param{double, into},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.changeStreams(ctx, req, func(c *changes) error {
				before, err := c.see(double.Of(req).ID)
				if err != nil {
					return err
				}
				main, err := c.see(into.Of(req).ID)
				if err != nil {
					return err
				}
				merged, whole, err := before.MergeInto(main)
				if err != nil {
					return err
				}
				if err := c.save(main, whole); err != nil {
					return err
				}
				return c.save(before, merged)
			})
		},
	}
}

// streamSplit lets a double stand by itself again, or takes a stream on one platform out of a simulcast.
func (f *family) streamSplit() *bot.Command {
	stream := f.picked(pick{name: "stream", summary: "option.stream", find: storage.Scoped.Stream, fits: storage.Stream.Open}).Required()
	return &bot.Command{
		Name: "split", Summary: "stream.split", Access: bot.Moderator, Options: []bot.Param{stream, f.platform},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			of := stream.Of(req)
			platform, given := f.platform.Given(req)
			switch {
			case of.MergedInto != "":
				return f.alterStream(ctx, req, of, (*storage.Stream).Separate)
			case !given:
				return bot.Post{}, whichAiring(of)
			}
			return f.changeStreams(ctx, req, func(c *changes) error {
				before, err := c.see(of.ID)
				if err != nil {
					return err
				}
				rest, part, err := before.Split(platform.ID)
				if err != nil {
					return err
				}
				if err := c.add(part); err != nil {
					return err
				}
				return c.save(before, rest)
			})
		},
	}
}

// whichAiring asks which airing is to be a stream of its own.
func whichAiring(s storage.Stream) error {
	e := bot.NewError(bot.Invalid, "stream.split_which", bot.Args{"ID": bot.Lit(s.ID)})
	for _, airing := range s.Airings {
		line := "/stream split " + s.ID + " " + airing.Platform
		e.Try = append(e.Try, bot.PressLine(line))
	}
	if len(s.Airings) < 2 {
		e = bot.NewError(bot.Conflict, "stream.split_single", bot.Args{"ID": bot.Lit(s.ID)},
			bot.PressLine("/show "+s.ID))
	}
	return e
}

// streamEdit changes what is said of a stream, but for its time and state.
func (f *family) streamEdit() *bot.Command {
	stream := f.openStreamOption().Required()
	e := edit{
		title: bot.TextOption("title", "option.title", titleLength), who: f.peopleOption("who", "option.stream_who").Named(),
		guests: f.peopleOption("guests", "option.guests").Named(), platforms: f.platformsOption("platforms").Named(),
		vehicle: bot.TextOption("vehicle", "option.vehicle", titleLength).Named(), topics: bot.TextOption("topics", "option.topics", wordsLength).Named(),
		note: bot.TextOption("note", "option.note", wordsLength).Named(), length: bot.LengthOption("length", "option.length").Named(),
		replay: f.replayOption(),
	}
	return &bot.Command{
		Name: "edit", Summary: "stream.edit", Access: bot.Moderator,
		Options: []bot.Param{stream, e.title, e.who, e.guests, e.platforms, e.vehicle, e.topics, e.note, e.length, e.replay},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			if !e.any(req) {
				return bot.Post{}, bot.NewError(bot.Invalid, "stream.edit_what", bot.Args{"ID": bot.Lit(stream.Of(req).ID)},
					bot.PressLine("/help stream edit"))
			}
			return f.alterStream(ctx, req, stream.Of(req), func(s *storage.Stream) (storage.Stream, error) {
				return e.apply(req, *s), nil
			})
		},
	}
}

// edit is what can be said anew of a stream. All but the title is said by its name only, so that no word of a note becomes a guest.
type edit struct {
	title, vehicle, topics, note bot.Option[string]
	who, guests, platforms       bot.Option[[]string]
	length                       bot.Option[[]time.Duration]
	replay                       bot.Option[replayAt]
}

// any reports whether something is said.
func (e edit) any(req *bot.Request) bool {
	given := func(o bot.Option[string]) bool { return o.Of(req) != "" }
	lists := []bot.Option[[]string]{e.who, e.guests, e.platforms}
	_, replayed := e.replay.Given(req)
	return replayed || slices.ContainsFunc([]bot.Option[string]{e.title, e.vehicle, e.topics, e.note}, given) ||
		slices.ContainsFunc(lists, func(o bot.Option[[]string]) bool { return len(o.Of(req)) > 0 }) || len(e.length.Of(req)) > 0
}

// apply says it. What was not given stays.
func (e edit) apply(req *bot.Request, s storage.Stream) storage.Stream {
	if title, ok := e.title.Given(req); ok {
		s.Titles = storage.Names{req.Locale: title}
	}
	if people, ok := e.who.Given(req); ok {
		s.People = people
	}
	if guests, ok := e.guests.Given(req); ok {
		s.Guests, s.Others = guests, nil
	}
	if platforms, ok := e.platforms.Given(req); ok {
		s.Airings = airingsOn(s, platforms)
	}
	if vehicle, ok := e.vehicle.Given(req); ok {
		s.Vehicle = vehicle
	}
	if topics, ok := e.topics.Given(req); ok {
		s.Topics = bot.SplitList(topics)
	}
	if note, ok := e.note.Given(req); ok {
		s.Note = note
	}
	if length, ok := e.length.Given(req); ok {
		s.Planned = length[0]
	}
	if replay, ok := e.replay.Given(req); ok {
		s.Replay, s.ReplayOn = replay.url, replay.platform
	}
	return s
}

// airingsOn are a stream's airings on some platforms: those that it has as they are.
func airingsOn(s storage.Stream, platforms []string) []storage.Airing {
	airings := make([]storage.Airing, 0, len(platforms))
	for _, platform := range platforms {
		at := slices.IndexFunc(s.Airings, func(a storage.Airing) bool { return a.Platform == platform })
		if at < 0 {
			airings = append(airings, storage.Airing{Platform: platform})
			continue
		}
		airings = append(airings, s.Airings[at])
	}
	return airings
}
