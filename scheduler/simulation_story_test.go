package scheduler_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"boardcast/bot"
	"boardcast/scheduler"
	"boardcast/storage"
)

// The messengers of a simulation: one that knows nonces again, and one that does not.
const (
	telegramName bot.Messenger = "telegram"
	discordName  bot.Messenger = "discord"
)

// invited are the chats of a simulation, in nine zones: with clocks that change in spring and in autumn, and by half an hour, with
// zones of three quarters of an hour, and on both sides of the date line.
func invited() []*simChat {
	const m, h, d = time.Minute, time.Hour, 24 * time.Hour
	lei, li, wei := storage.Person("lei-jun"), storage.Person("william-li"), storage.Person("wei-jianjun")
	watch := func(style storage.Style, subject storage.Subject, before ...time.Duration) storage.Watch {
		return storage.Watch{Subjects: []storage.Subject{subject}, Before: before, Style: style}
	}
	remind := func(subject storage.Subject, before time.Duration, night bool) storage.Watch {
		return storage.Watch{Subjects: []storage.Subject{subject}, Before: []time.Duration{before}, Night: night}
	}
	place := func(messenger bot.Messenger, community, name, zone, locale string, kind bot.ChatKind) storage.Chat {
		return storage.Chat{
			Community: community, Address: bot.ChatID{Messenger: messenger, Key: name}, Kind: kind, Zone: zone, Locale: locale,
		}
	}
	mentioning := watch(storage.MessagesStyle, lei, h)
	mentioning.Mentions = []string{"@drivers", "@press"}
	milestones := watch(storage.CardStyle, storage.Everything, h)
	milestones.Milestones = true
	both := place(discordName, "alps", "paris", "Europe/Paris", "fr", bot.Group)
	both.Also, both.Quiet = "en", storage.Quiet{Hold: true}
	urgent := place(telegramName, "island", "lord howe", "Australia/Lord_Howe", "en", bot.Group)
	urgent.Quiet.Urgent = true
	awake := place(discordName, "kiwis", "auckland", "Pacific/Auckland", "en", bot.Group)
	awake.Quiet.Off = true
	held := place(telegramName, "desk", "newsroom", "UTC", "en", bot.Group)
	held.Quiet = storage.Quiet{Hold: true, Urgent: true, From: 20 * 60, To: 6 * 60}
	return []*simChat{
		{Chat: place(telegramName, "delta", "shanghai", "Asia/Shanghai", "zh", bot.Group), watches: []storage.Watch{watch(storage.CardStyle, lei, h), watch(storage.CardStyle, storage.Company("nio"), h)}},
		{Chat: both, watches: []storage.Watch{watch(storage.CardStyle, storage.Everything, h)}},
		{Chat: place(discordName, "alps", "lyon", "Europe/Paris", "fr", bot.Group), watches: []storage.Watch{watch(storage.MessagesStyle, li, h)}},
		{Chat: place(discordName, "city", "new york", "America/New_York", "en", bot.Group), watches: []storage.Watch{mentioning}},
		{Chat: urgent, watches: []storage.Watch{watch(storage.CardStyle, storage.Everything, h)}},
		{Chat: place(telegramName, "hills", "kathmandu", "Asia/Kathmandu", "en", bot.Group), watches: []storage.Watch{watch(storage.DigestStyle, storage.Everything, d)}},
		{Chat: awake, watches: []storage.Watch{watch(storage.CardStyle, wei, d, h, 10*m), milestones}},
		{Chat: place(telegramName, "somebody", "apia", "Pacific/Apia", "en", bot.Private), watches: []storage.Watch{watch(storage.CardStyle, lei, 10*m)}, reminders: []storage.Watch{remind(li, 30*m, false)}},
		{Chat: place(telegramName, "a sleeper", "kiritimati", "Pacific/Kiritimati", "zh", bot.Private), reminders: []storage.Watch{remind(storage.Everything, h, true)}},
		{Chat: held, watches: []storage.Watch{watch(storage.MessagesStyle, storage.Company("xiaomi"), 2*h)}, reminders: nil},
		{Chat: place(telegramName, "delta", "hangzhou", "Asia/Shanghai", "zh", bot.Group), watches: []storage.Watch{watch(storage.CardStyle, storage.Everything)}},
		{Chat: place(discordName, "city", "boston", "America/New_York", "en", bot.Private), watches: []storage.Watch{watch(storage.CardStyle, storage.Everything, 10*m)}},
	}
}

// people are those whose streams these are.
func people() []storage.Executive {
	who := func(id, name, automaker string) storage.Executive {
		return storage.Executive{
			Scope: storage.Public, ID: id, Names: storage.Names{"en": name}, Offices: []storage.Office{{Automaker: automaker}},
		}
	}
	return []storage.Executive{
		who("lei-jun", "Lei Jun", "xiaomi"), who("william-li", "William Li", "nio"), who("wei-jianjun", "Wei Jianjun", "gwm"),
		who("feng-xingya", "Feng Xingya", "gac"),
	}
}

// open brings the people and the chats into the world.
func (s *simulation) open() {
	for _, person := range people() {
		s.update(func(tx storage.Tx) error { return storage.Executives.Put(tx, person) })
	}
	for _, c := range invited() {
		s.update(func(tx storage.Tx) error { return s.invite(tx, c) })
		s.log.chats = append(s.log.chats, c)
	}
}

func (s *simulation) invite(tx storage.Tx, c *simChat) error {
	opened, err := storage.OpenChat(tx, bot.Chat{Address: c.Address, Community: c.Community, Kind: c.Kind, Zone: c.Zone, Locale: c.Locale})
	if err != nil {
		return err
	}
	c.ID, c.Community = opened.ID, opened.Community
	if err := storage.SaveChat(tx, s.now(), c.Chat); err != nil {
		return err
	}
	for i, w := range c.watches {
		if c.watches[i], err = storage.AddWatch(tx, s.now(), c.Chat, w); err != nil {
			return err
		}
	}
	for i, w := range c.reminders {
		if c.reminders[i], err = storage.AddReminder(tx, c.Chat, "somebody", w); err != nil {
			return err
		}
	}
	return nil
}

// show is a stream as it really is, whether anybody sees it or not.
type show struct {
	*simulation
	*rand.Rand
	name  string
	of    storage.Stream // its people or automaker
	start time.Time      // as its people mean it
	id    string         // by which the program knows it, "" until it does
	airs  []*simAir
}

// simAir is a show on one platform.
type simAir struct {
	platform, broadcast string
	state               scheduler.Sight // as it really is; "" before it begins
	since, looked       time.Time
	seen                scheduler.Sight // as a source saw it last
	began               bool            // a source has seen it on
	viewers             int64
}

func (a *simAir) is(state scheduler.Sight, at time.Time) { a.state, a.since = state, at }

func (w *show) among(all ...time.Duration) time.Duration { return all[w.IntN(len(all))] }

// some is a time between two, to the second: people are not at their keyboards on the minute.
func (w *show) some(from, to time.Duration) time.Duration {
	return from + time.Duration(w.Int64N(int64(to-from)/int64(time.Second)))*time.Second + 7*time.Millisecond
}

// tell lets random shows happen in a stretch of time.
func (s *simulation) tell(count int, from, to time.Time) {
	pause := to.Sub(from) / time.Duration(count)
	for i := range count {
		w := &show{simulation: s, Rand: rand.New(rand.NewPCG(s.seed, uint64(i))), name: fmt.Sprint("show-", i)}
		w.of = storage.Stream{People: []string{people()[w.IntN(4)].ID}}
		if w.IntN(8) == 0 {
			w.of = storage.Stream{Automaker: "xiaomi"}
		}
		if w.IntN(6) == 0 && len(w.of.People) > 0 {
			w.of.People = append(w.of.People, "wei-jianjun")
		}
		w.of.Titles = storage.Names{"en": "Show " + strconv.Itoa(i)}
		known := from.Add(time.Duration(i) * pause).Add(w.some(0, pause))
		ahead := w.among(5*time.Minute, 25*time.Minute, 90*time.Minute, 100*time.Minute, 5*time.Hour, 20*time.Hour, 45*time.Hour, 9*24*time.Hour)
		w.start = known.Add(ahead).Truncate(w.among(time.Minute, 15*time.Minute))
		if w.start.Sub(known) < 2*time.Minute {
			w.start = w.start.Add(15 * time.Minute)
		}
		for _, platform := range [][]string{{"weibo"}, {"douyin"}, {"weibo", "douyin"}, {"douyin", "bilibili", "wechat-channels"}}[w.IntN(4)] {
			w.airs = append(w.airs, &simAir{platform: platform, broadcast: w.name + "-" + platform})
		}
		if w.IntN(4) == 0 {
			w.moderated(known)
		} else {
			w.sourced(known)
		}
	}
}

// sourced is a show of which a source tells.
func (w *show) sourced(known time.Time) {
	if w.IntN(10) > 0 { // or nobody announces it
		w.whenUp(known, w.announce)
	}
	end := w.start
	if w.IntN(3) == 0 {
		w.moved(known)
	}
	switch fate := w.IntN(20); {
	case fate == 0: // called off
		w.whenUp(known.Add(w.some(time.Second, w.start.Sub(known)+time.Minute)), w.callOff)
	case fate == 1: // taken back by an operator, as added by mistake
		w.whenUp(known.Add(w.some(time.Second, w.start.Sub(known)+time.Minute)), func() { w.alter(storage.Public, withdraw) })
	case fate == 2: // nobody sees it
		return
	case fate <= 4: // it does not come, and a source looks for it
		w.watch(w.start, w.start.Add(90*time.Minute))
		return
	default:
		end = w.goesOn()
	}
	if w.IntN(5) == 0 {
		w.copied(known, end)
	}
}

func withdraw(s *storage.Stream) (storage.Stream, error) {
	gone := *s
	gone.Withdrawn = true
	return gone, nil
}

// announce has the people's own account say when it will be.
func (w *show) announce() {
	o := w.observation(scheduler.Planned, w.airs[0])
	o.Stream.Start = bot.NewWhen(w.start, time.UTC, bot.ToMinute)
	w.observe(o)
}

func (w *show) callOff() {
	o := w.observation(scheduler.CalledOff, w.airs[0])
	o.Stream.Start = bot.NewWhen(w.start, time.UTC, bot.ToMinute)
	w.observe(o)
}

// moved has its people move it, once or several times.
func (w *show) moved(known time.Time) {
	for range 1 + w.IntN(3) {
		left := w.start.Sub(known)
		if left < 4*time.Minute {
			return
		}
		by := w.among(-time.Hour, -10*time.Minute, 5*time.Minute, 20*time.Minute, 90*time.Minute, 7*time.Hour, 26*time.Hour)
		known = known.Add(w.some(time.Minute, left))
		to := w.start.Add(by)
		if !to.After(known) {
			to = w.start.Add(-by)
		}
		w.start = to
		w.whenUp(known, func() {
			if w.id == "" {
				return
			}
			o := w.observation(scheduler.Planned, w.airs[0])
			o.Stream.ID, o.Stream.Start = w.id, bot.NewWhen(to, time.UTC, bot.ToMinute)
			w.observe(o)
		})
	}
}

// goesOn has it take place: in time or late, with interruptions and cuts, and returns when it is over.
func (w *show) goesOn() time.Time {
	begins := w.start.Add(w.some(-6*time.Minute, 4*time.Minute))
	if w.IntN(3) == 0 {
		begins = w.start.Add(w.some(4*time.Minute, 75*time.Minute))
	}
	lasts := w.some(15*time.Minute, 4*time.Hour)
	if w.IntN(40) == 0 {
		lasts = w.some(26*time.Hour, 32*time.Hour) // a room that does not close
	}
	ends := begins.Add(lasts)
	for _, a := range w.airs {
		w.airs[0].viewers = 20_000 + w.Int64N(80_000)
		on := begins.Add(w.some(0, 2*time.Minute))
		w.at(on, func() { a.is(scheduler.On, on) })
		for range w.IntN(3) {
			gone := begins.Add(w.some(0, lasts))
			back := gone.Add(w.among(time.Minute, 8*time.Minute, 14*time.Minute, 17*time.Minute, 70*time.Minute))
			if !back.Before(ends) {
				continue
			}
			how := scheduler.Off
			if w.IntN(3) == 0 {
				how = scheduler.Stopped
			}
			w.at(gone, func() { a.is(how, gone) })
			w.at(back, func() { a.is(scheduler.On, back) })
		}
		over := ends.Add(w.some(0, 30*time.Second))
		how := scheduler.Over
		if w.IntN(2) == 0 {
			how = scheduler.Off
		}
		w.at(over, func() { a.is(how, over) })
	}
	if w.IntN(8) == 0 { // back after it was over
		again := ends.Add(w.some(20*time.Minute, 2*time.Hour))
		over := again.Add(w.some(10*time.Minute, time.Hour))
		w.at(again, func() { w.airs[0].is(scheduler.On, again) })
		w.at(over, func() { w.airs[0].is(scheduler.Over, over) })
		ends = over
	}
	w.watch(w.start.Add(-6*time.Minute), ends.Add(45*time.Minute))
	if w.IntN(3) == 0 {
		w.whenUp(ends.Add(w.some(50*time.Minute, 9*time.Hour)), func() {
			o := w.observation("", w.airs[0])
			o.Stream.ID = w.id
			o.Readings = []storage.Reading{w.reading(w.airs[0], "viewers", 3*w.airs[0].viewers)}
			w.observe(o)
		})
	}
	return ends
}

// watch has a source look every few minutes, and first of all when the program begins anew.
func (w *show) watch(from, to time.Time) {
	every := w.among(4*time.Minute, 5*time.Minute, 8*time.Minute)
	for at := from.Add(w.some(0, every)); at.Before(to); at = at.Add(every) {
		w.at(at, func() { w.look() })
	}
	w.at(from, func() {
		w.looks = append(w.looks, func() {
			if !w.now().Before(from) && w.now().Before(to) {
				w.look()
			}
		})
	})
}

// look is a source's look at all platforms.
func (w *show) look() {
	if w.life == nil || w.life.store.dead.Load() {
		return
	}
	for _, a := range w.airs {
		state := a.state
		if state == "" {
			if w.now().Before(w.start) {
				continue
			}
			state = scheduler.Off
		}
		o := w.observation(state, a)
		switch {
		case state == scheduler.On && w.IntN(2) == 0:
			o.Began = a.since
		case state == scheduler.Over || state == scheduler.Stopped:
			o.Finished = a.since
		}
		if state == scheduler.On {
			a.viewers += w.Int64N(20_000)
			o.Readings = []storage.Reading{w.reading(a, "concurrent", a.viewers)}
		}
		// What is off may have ended when it is seen so again, and what was never seen on is not known to have been cut.
		a.began = a.began || a.seen == scheduler.On
		lasting := state == scheduler.On || state == scheduler.Stopped && a.began
		same := len(w.claims[w.id]) == 1 && a.seen == state && lasting && a.since.Before(a.looked)
		changed := w.observe(o)
		w.log.sightings = append(w.log.sightings, sighting{at: w.now(), stream: w.id, platform: a.platform, on: state == scheduler.On})
		if same && w.now().Sub(w.start) < 5*time.Hour { // that it is still on is noted after six hours, and told nobody
			w.log.looks = append(w.log.looks, look{at: w.now(), stream: w.id, changed: changed})
		}
		a.seen, a.looked = state, w.now()
	}
}

func (w *show) reading(a *simAir, what string, value int64) storage.Reading {
	return storage.Reading{Metric: storage.Metric(a.platform + "." + what), Value: value, At: w.now(), Source: storage.Provenance{Source: "simulation"}}
}

func (w *show) observation(sight scheduler.Sight, a *simAir) scheduler.Observation {
	return scheduler.Observation{
		At: w.now(), Source: storage.Provenance{Source: "simulation"}, Sight: sight,
		Airing: storage.Airing{Platform: a.platform, Broadcast: a.broadcast}, Stream: w.of,
	}
}

// observe tells the program what a source sees.
func (w *show) observe(o scheduler.Observation) (changed bool) {
	planner, err := scheduler.NewPlanner(w.store, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if o.Airing.Broadcast != "" && w.id != "" && o.Sight != scheduler.Planned {
		o.Stream.ID = w.id // a platform may be new to the stream: the source knows whose it is
	}
	came, err := planner.Observe(w.t.Context(), w.now(), []scheduler.Observation{o})
	if err != nil {
		w.t.Errorf("observe: %v", err)
		return false
	}
	if came[0].Stream != "" {
		w.id = came[0].Stream
		w.claim()
	}
	return came[0].Changed
}

// claim notes of which show a stream is. Of a person who is on twice at a time it may come to be of both.
func (w *show) claim() {
	if w.claims[w.id] == nil {
		w.claims[w.id] = map[*show]bool{}
	}
	w.claims[w.id][w] = true
}

// alter has somebody change the stream as a scope sees it. What is refused is not done.
func (w *show) alter(scope storage.Scope, step func(s *storage.Stream) (storage.Stream, error)) {
	if w.id == "" {
		return
	}
	w.alterStream(scope, w.id, step)
}

func (s *simulation) alterStream(scope storage.Scope, id string, step func(s *storage.Stream) (storage.Stream, error)) {
	s.update(func(tx storage.Tx) error {
		seen, err := storage.Scoped{Reader: tx, Scope: scope}.Stream(id)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		changed, err := step(&seen)
		if _, ok := errors.AsType[*bot.Error](err); ok {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = storage.SaveStream(tx, s.now(), changed.CopyFor(scope))
		return err
	})
}

func (w *show) community() storage.Scope {
	return w.log.chats[w.IntN(len(w.log.chats))].Scope()
}

// steps are what moderators do, in an order that makes sense or not.
func (w *show) steps() []func(s *storage.Stream) (storage.Stream, error) {
	move := func(by time.Duration) func(s *storage.Stream) (storage.Stream, error) {
		return func(s *storage.Stream) (storage.Stream, error) {
			to := s.Start.At.Add(by)
			if !to.After(w.now()) {
				to = w.now().Add(by.Abs())
			}
			return s.Move(bot.NewWhen(to, time.UTC, bot.ToMinute))
		}
	}
	return []func(s *storage.Stream) (storage.Stream, error){
		move(w.among(-time.Hour, 20*time.Minute)), move(w.among(5*time.Minute, 3*time.Hour, 25*time.Hour)),
		(*storage.Stream).Cancel, (*storage.Stream).Postpone, withdraw, func(s *storage.Stream) (storage.Stream, error) {
			back := *s
			if !back.Withdrawn {
				return back, bot.NewError(bot.Conflict, "stream.not_moved", nil)
			}
			back.Withdrawn = false
			return back, nil
		},
	}
}

// moderated is a show that a community's moderators tell of, in their community alone.
func (w *show) moderated(known time.Time) {
	scope := w.community()
	add := func(id *string, start time.Time) func() {
		return func() {
			w.update(func(tx storage.Tx) error {
				s := w.of
				s.Scope, s.State, s.Start = scope, storage.Announced, bot.NewWhen(start, time.UTC, bot.ToMinute)
				s.Airings = []storage.Airing{{Platform: w.airs[0].platform}}
				added, err := storage.AddStream(tx, w.now(), s)
				*id = added.ID
				return err
			})
		}
	}
	w.whenUp(known, add(&w.id, w.start))
	left := w.start.Sub(known) + time.Minute
	if w.IntN(2) == 0 {
		for range 1 + w.IntN(3) {
			steps := w.steps()
			step := steps[w.IntN(len(steps))]
			w.whenUp(known.Add(w.some(time.Second, left+time.Hour)), func() { w.alter(scope, step) })
		}
	}
	if w.IntN(4) == 0 {
		double := new(string)
		w.whenUp(known.Add(w.some(time.Second, left)), add(double, w.start.Add(10*time.Minute)))
		w.whenUp(known.Add(left+w.some(time.Second, 20*time.Minute)), func() { w.merge(scope, *double) })
	}
	if w.IntN(4) > 0 {
		begins := w.start.Add(w.some(-2*time.Minute, 40*time.Minute))
		w.whenUp(begins, func() {
			w.alter(scope, func(s *storage.Stream) (storage.Stream, error) { return s.GoLive(w.now()) })
		})
		if w.IntN(5) > 0 { // or nobody ends it
			w.whenUp(begins.Add(w.some(10*time.Minute, 3*time.Hour)), func() {
				w.alter(scope, func(s *storage.Stream) (storage.Stream, error) { return s.End(w.now()) })
			})
		}
	}
}

// merge has a moderator find out that two streams are one.
func (w *show) merge(scope storage.Scope, double string) {
	if w.id == "" || double == "" {
		return
	}
	w.update(func(tx storage.Tx) error {
		seen := storage.Scoped{Reader: tx, Scope: scope}
		main, err := seen.Stream(w.id)
		if err != nil {
			return err
		}
		other, err := seen.Stream(double)
		if err != nil {
			return err
		}
		merged, whole, err := other.MergeInto(main)
		if _, ok := errors.AsType[*bot.Error](err); ok {
			return nil
		}
		if _, err := storage.SaveStream(tx, w.now(), whole); err != nil {
			return err
		}
		_, err = storage.SaveStream(tx, w.now(), merged)
		return err
	})
}

// copied has a community's moderators change a public stream for their community, and perhaps take that back.
func (w *show) copied(known, end time.Time) {
	scope := w.community()
	steps := w.steps()[:4]
	at := known.Add(w.some(time.Second, max(end.Sub(known), time.Minute)))
	w.whenUp(at, func() { w.alter(scope, steps[w.IntN(len(steps))]) })
	if w.IntN(3) == 0 {
		w.whenUp(at.Add(w.some(time.Minute, 10*time.Hour)), func() {
			w.update(func(tx storage.Tx) error {
				own, err := storage.Streams.Get(tx, string(scope), w.id)
				if errors.Is(err, storage.ErrNotFound) || own.Of == "" {
					return nil
				}
				if err != nil {
					return err
				}
				return storage.DropCopy(tx, w.now(), own)
			})
		})
	}
}

// misfortunes befall the program and the messengers in a stretch of time.
func (s *simulation) misfortunes(from, to time.Time) {
	luck := rand.New(rand.NewPCG(s.seed, 1<<40))
	some := func(from, to time.Duration) time.Duration { return from + time.Duration(luck.Int64N(int64(to-from))) }
	const m, h, d = time.Minute, time.Hour, 24 * time.Hour
	for at := from.Add(some(h, 4*d)); at.Before(to); at = at.Add(some(h, 6*d)) {
		down := []time.Duration{some(time.Second, 20*time.Second), some(time.Second, m), some(m, 14*m), some(16*m, 3*h), some(3*h, 26*h)}[luck.IntN(5)]
		messenger := []*simMessenger{s.telegram, s.discord}[luck.IntN(2)]
		switch luck.IntN(3) {
		case 0:
			s.at(at, func() {
				s.log.mu.Lock()
				messenger.armed = true
				s.log.mu.Unlock()
			})
		default:
			s.at(at, func() {
				if s.life == nil {
					return
				}
				s.stop()
				s.at(s.now().Add(down), s.revive)
			})
		}
	}
	for _, messenger := range []bot.Messenger{telegramName, discordName} {
		for at := from.Add(some(h, 20*d)); at.Before(to); at = at.Add(some(d, 20*d)) {
			lasts := []time.Duration{some(time.Second, 3*m), some(3*m, 40*m), some(h, 20*h)}[luck.IntN(3)]
			s.log.outages[messenger] = append(s.log.outages[messenger], span{from: at, to: at.Add(lasts)})
		}
	}
	s.pauseChat("hangzhou", from.Add(some(20*d, 30*d)), 21*d, true)
	s.pauseChat("newsroom", from.Add(some(20*d, 30*d)), 15*d, false)
	s.shutChat("lyon", from.Add(some(30*d, 35*d)), 5*d, bot.ErrGone)
	s.shutChat("shanghai", from.Add(some(35*d, 40*d)), 3*d, &bot.RefusedError{Why: "not enough rights"})
}

// pauseChat has the moderators of a chat pause it, for a time that they say, or until they end it.
func (s *simulation) pauseChat(name string, at time.Time, lasts time.Duration, said bool) {
	chat := s.named(name)
	s.whenUp(at, func() {
		from := s.now()
		chat.Paused = storage.Pause{Since: from}
		chat.paused = append(chat.paused, span{from: from, to: from.Add(lasts)})
		if said {
			chat.Paused.Until = from.Add(lasts)
			s.update(func(tx storage.Tx) error { return storage.SaveChat(tx, from, chat.Chat) })
			return
		}
		s.update(func(tx storage.Tx) error { return storage.SaveChat(tx, from, chat.Chat) })
		s.whenUp(from.Add(lasts), func() {
			chat.Paused, chat.paused[0].to = storage.Pause{}, s.now()
			s.update(func(tx storage.Tx) error { return storage.SaveChat(tx, s.now(), chat.Chat) })
		})
	})
}

func (s *simulation) named(name string) *simChat {
	for _, c := range s.log.chats {
		if c.name() == name {
			return c
		}
	}
	s.t.Fatalf("no chat %s", name)
	return nil
}

// shutChat has a messenger take nothing for a chat for some days. Then somebody there speaks to the bot.
func (s *simulation) shutChat(name string, at time.Time, lasts time.Duration, err error) {
	chat := s.named(name)
	messenger := s.telegram
	if chat.Address.Messenger == discordName {
		messenger = s.discord
	}
	set := func(err error) func() {
		return func() {
			s.log.mu.Lock()
			defer s.log.mu.Unlock()
			if messenger.shut == nil {
				messenger.shut = map[string]error{}
			}
			messenger.shut[chat.ID] = err
		}
	}
	s.log.shut[chat.ID] = append(s.log.shut[chat.ID], span{from: at, to: at.Add(lasts)})
	s.at(at, set(err))
	s.at(at.Add(lasts), set(nil))
	s.whenUp(at.Add(lasts+3*time.Hour), func() {
		s.update(func(tx storage.Tx) error { return storage.Heard(tx, s.now(), chat.Address) })
	})
}
